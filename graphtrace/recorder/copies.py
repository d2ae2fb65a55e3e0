"""Copies of small tensors, of many in one piece of memory, until somebody reads them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, groupby

import numpy as np
import torch

from graphtrace.recorder.capture import UNREAD, Capture, OnHost, Shape, Waiting
from graphtrace.recorder.memory import raw_bytes, same_bits, sampled, thinner_in_row
from graphtrace.recorder.statistics import Numbers, Row, cpu_stats, measured_rows
from graphtrace.tracer.metas import host_meta

WHOLE = 1024  # elements up to which every number is kept
BY_ROWS = 16_384  # elements up to which tensors of one size are measured together
_CACHED = 1 << 16  # elements that are measured together


@dataclass(slots=True, eq=False)
class InCopy(Waiting):
    """A tensor among others that were copied; `sample` is a placeholder, None for one that is kept whole."""

    copied: CopiedLarge | CopiedRow
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
        return _thinned(line, *thinner_in_row(self.shape, self.stride, line.itemsize)) == sampled(tensor)

    def _rows(self, lines: Numbers) -> list[Row]:
        return _measured(self.numbers, lines)


class CopiedRow:
    """A copy of contiguous tensors of one dtype, one behind the other, until somebody reads those that were asked for.

    Args:
        numbers: The copy, in a row.
        shapes: The shape of each tensor; those of one size stand together.

    Attributes:
        captures: By place, of the tensors that were asked for.
    """

    def __init__(self, numbers: torch.Tensor, shapes: list[torch.Size]) -> None:
        self.numbers, self.shapes = numbers, shapes
        self.captures: dict[int, Capture] = {}
        self._starts = list(accumulate([shape.numel() for shape in shapes], initial=0))

    def capture(self, place: int) -> Capture:
        """Return the capture of a tensor."""
        if place not in self.captures:
            sample = None if self.shapes[place].numel() <= WHOLE else ()
            self.captures[place] = Capture(UNREAD, InCopy(sample, self, place))
        return self.captures[place]

    def tensor(self, place: int) -> torch.Tensor:
        """Return a tensor as it was copied."""
        return self.numbers[self._starts[place] : self._starts[place + 1]].view(self.shapes[place])

    def equals(self, other: CopiedRow) -> bool:
        """Return whether two copies are of the same shapes, and equal to the last bit."""
        return self.shapes == other.shapes and same_bits(self.numbers, other.numbers) is True

    def has(self, place: int, tensor: torch.Tensor) -> bool:
        """Return whether what is kept of a tensor is still that of a copy, to the last bit."""
        copy = self.tensor(place)
        if copy.numel() <= WHOLE:
            return raw_bytes(copy) == raw_bytes(tensor)
        return sampled(copy) == sampled(tensor)

    def read(self) -> None:
        """Give every capture its content."""
        waiting = sorted(place for place, one in self.captures.items() if isinstance(one.content, InCopy))
        for place in waiting:
            self.captures[place].meta = host_meta(self.shapes[place], self.numbers.dtype)
        large = [place for place in waiting if self.captures[place].sample is not None]
        for place in set(waiting).difference(large):
            self.captures[place].content = OnHost(raw_bytes(self.tensor(place)))
        runs = groupby(enumerate(large), lambda pair: (pair[1] - pair[0], self.shapes[pair[1]].numel()))
        for (_, count), run in runs:  # neighbours of one size
            places = [place for _, place in run]
            rows = self.numbers[self._starts[places[0]] : self._starts[places[-1] + 1]].view(-1, count)
            for place, row in zip(places, _measured(rows, rows.numpy()), strict=True):
                copy = self.tensor(place)
                sample = thinner_in_row(copy.shape, copy.stride(), copy.element_size())[0]
                self.captures[place].content = OnHost(sampled(copy), sample, row)


def _measured(numbers: torch.Tensor, lines: Numbers) -> list[Row]:
    """Measure the rows of a tensor, which are those of `lines` too."""
    count = lines.shape[1]
    if count > BY_ROWS:
        return [cpu_stats(line) for line in numbers]
    few = max(1, _CACHED // count)
    with np.errstate(all="ignore"):  # overflow and inf - inf are results, not mistakes
        return [row for i in range(0, len(lines), few) for row in measured_rows(lines[i : i + few])]


def _thinned(lines: Numbers, sample: Shape, steps: Shape) -> bytes:
    """Return a thinned-out part of every row."""
    part: Numbers = np.ndarray((len(lines), *sample), lines.dtype, lines, 0, (lines.strides[0], *steps))
    return part.tobytes()
