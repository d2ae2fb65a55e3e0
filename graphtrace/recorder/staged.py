"""Middling contents: copied whole at once, measured some at a time, then thinned out.

To copy 16 KiB takes a fraction of what four reductions by torch take where they stand among other work;
in a row and from the cache they take a fifth of that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from graphtrace.recorder.fetch import Pending
from graphtrace.recorder.memory import copied_to, thinner
from graphtrace.recorder.statistics import measured_rows

STAGED = 16_384  # elements up to which a tensor is copied whole to be measured
_BYTES = 1 << 18  # of one shelf: what it holds is still in the cache when it is measured
_WIDTHS = {torch.float32: 4, torch.float64: 8}


@dataclass(slots=True)
class Shelf:
    """Room for contents of one dtype and size. `views` wait for a sample of their own from a row."""

    numbers: Any
    address: int
    rows: list[Pending] = field(default_factory=list)
    views: list[tuple[Pending, int]] = field(default_factory=list)

    def measure(self) -> None:
        """Measure what waits, and keep a sample of each."""
        with np.errstate(all="ignore"):  # overflow and inf - inf are results, not mistakes
            for one, row in zip(self.rows, measured_rows(self.numbers[: len(self.rows)]), strict=True):
                one.row = row
        for number, one in enumerate(self.rows):
            _sample(one, self.numbers[number])
        for one, number in self.views:
            _sample(one, self.numbers[number])
        self.rows.clear()
        self.views.clear()


class Staged:
    """Contents that wait to be measured."""

    def __init__(self) -> None:
        self._shelves: dict[tuple[torch.dtype, int], Shelf] = {}

    def take(self, pending: Pending, tensor: torch.Tensor) -> bool:
        """Copy a tensor of the CPU; False for one that is not dense, or of a dtype that numpy does not know.

        One that lies in the same memory as another that still waits needs no copy of its own.
        """
        width = _WIDTHS.get(tensor.dtype)
        if width is None:
            return False
        like = pending.like
        if like is not None:
            return like.staged is not None and self._view(pending, like, tensor)
        count = tensor.numel()
        shelf = self._shelves.get((tensor.dtype, count)) or self._new(tensor.dtype, count)
        place = len(shelf.rows)
        if not copied_to(tensor, shelf.address + place * count * width):
            return False
        stride = tensor.stride()
        pending.staged = shelf, place, stride
        pending.sample = thinner(tensor.shape, stride)[0]
        shelf.rows.append(pending)
        if place + 1 == len(shelf.numbers):
            shelf.measure()
        return True

    def measure(self) -> None:
        """Measure all that waits."""
        for shelf in self._shelves.values():
            if shelf.rows:
                shelf.measure()

    def _view(self, pending: Pending, like: Pending, tensor: torch.Tensor) -> bool:
        shelf, place, _ = like.staged
        stride = tensor.stride()
        pending.staged = shelf, place, stride
        pending.sample = thinner(tensor.shape, stride)[0]
        shelf.views.append((pending, place))
        return True

    def _new(self, dtype: torch.dtype, count: int) -> Shelf:
        numbers = np.empty((max(1, _BYTES // (count * _WIDTHS[dtype])), count), str(dtype).removeprefix("torch."))
        shelf = self._shelves[dtype, count] = Shelf(numbers, numbers.ctypes.data)
        return shelf


def _sample(pending: Pending, numbers: Any) -> None:
    """Thin a row out as the tensor's own strides say."""
    if pending.staged is not None:
        size, steps = thinner(pending.meta.shape, pending.staged[2])
        width = numbers.itemsize
        part: Any = np.ndarray(size, numbers.dtype, numbers, 0, tuple([step * width for step in steps]))
        pending.raw, pending.staged = part.tobytes(), None
