"""Copies of small tensors, of many in one piece of memory, until somebody reads them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from graphtrace.recorder.capture import Capture, OnHost, Shape, Waiting
from graphtrace.recorder.memory import raw_bytes, thinned, thinner_in_row
from graphtrace.recorder.statistics import Numbers, Row, cpu_stats, measured_rows
from graphtrace.tracer.metas import host_meta

BY_ROWS = 16_384  # elements up to which tensors of one size are measured together
_CACHED = 1 << 16  # elements that are measured together


@dataclass(slots=True, eq=False)
class InCopy(Waiting):
    """A large tensor among others that were copied; `sample` is a placeholder."""

    copied: CopiedLarge
    place: int


@dataclass(slots=True)
class SharedView:
    """Another view of the memory of a tensor that waits: shape and strides in bytes of its sample."""

    capture: Capture
    sample: Shape
    steps: Shape


@dataclass(slots=True)
class CopiedSmall:
    """Copies of tensors of one dtype, row by row, one behind the other, until somebody reads them.

    Attributes:
        numbers: The copies.
        captures: What was copied, in order.
        shapes: The shape of each.
    """

    numbers: torch.Tensor
    captures: list[Capture]
    shapes: list[torch.Size]

    def read(self) -> None:
        """Give every capture its content."""
        raw, dtype, width, start = self.numbers.numpy().tobytes(), self.numbers.dtype, self.numbers.element_size(), 0
        for capture, shape in zip(self.captures, self.shapes, strict=True):
            end = start + shape.numel() * width
            capture.meta, capture.content = host_meta(shape, dtype), OnHost(raw[start:end])
            start = end


@dataclass(slots=True)
class CopiedLarge:
    """Copies of tensors of one dtype, shape and strides, in the order of memory, until somebody reads them.

    Attributes:
        numbers: The copies, one per row.
        captures: What was copied; none once they are read.
        shape, stride: Of each, in elements.
        views: Other views of the same memory, by the identity of a capture.
    """

    numbers: torch.Tensor
    captures: list[Capture]
    shape: torch.Size
    stride: tuple[int, ...]
    views: dict[int, list[SharedView]]

    def read(self) -> None:
        """Give every capture its content."""
        captures, self.captures = self.captures, []
        if not captures:
            return
        lines, meta = self.lines(), host_meta(self.shape, self.numbers.dtype)
        sample, steps = thinner_in_row(self.shape, self.stride, lines.itemsize)
        raw = _thinned(lines, sample, steps)
        size = len(raw) // len(captures)
        for place, (capture, row) in enumerate(zip(captures, self._rows(lines), strict=True)):
            capture.meta, capture.content = meta, OnHost(raw[place * size : place * size + size], sample, row)
            for view in self.views.get(id(capture), ()) if self.views else ():
                kept = _thinned(lines[place : place + 1], view.sample, view.steps)
                view.capture.content = OnHost(kept, view.sample)

    def lines(self) -> Numbers:
        """Return the copies as rows."""
        numbers: Numbers = self.numbers.numpy()
        return numbers

    def has(self, place: int, tensor: torch.Tensor) -> bool:
        """Return whether the sample of a tensor is still that of a copy, to the last bit."""
        line = self.lines()[place : place + 1]
        return _thinned(line, *thinner_in_row(self.shape, self.stride, line.itemsize)) == raw_bytes(thinned(tensor))

    def _rows(self, lines: Numbers) -> list[Row]:
        count = lines.shape[1]
        if count > BY_ROWS:
            return [cpu_stats(line) for line in self.numbers]
        few = max(1, _CACHED // count)
        with np.errstate(all="ignore"):  # overflow and inf - inf are results, not mistakes
            return [row for i in range(0, len(lines), few) for row in measured_rows(lines[i : i + few])]


def _thinned(lines: Numbers, sample: Shape, steps: Shape) -> bytes:
    """Return a thinned-out part of every row."""
    part: Numbers = np.ndarray((len(lines), *sample), lines.dtype, lines, 0, (lines.strides[0], *steps))
    return part.tobytes()
