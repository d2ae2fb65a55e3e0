"""Small parameters of an optimizer's step: all are copied together before and after it, and subtracted once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from graphtrace.recorder.capture import Capture
from graphtrace.recorder.copies import CopiedRow
from graphtrace.recorder.put_off import PatientCapture


@dataclass(slots=True)
class _Together:
    """Parameters of one dtype, ordered by size; `before` is what they were, `after` and `delta` what became of them."""

    tensors: list[torch.Tensor]
    before: CopiedRow
    known: CopiedRow | None  # of the step before, where nothing has changed since
    after: CopiedRow | None = None
    delta: CopiedRow | None = None


class StepCopies:
    """Copies small contiguous parameters of the CPU around a step.

    Args:
        capture: How tensors are read.
    """

    def __init__(self, capture: PatientCapture) -> None:
        self._capture = capture
        self._latest: dict[torch.dtype, CopiedRow] = {}
        self._places: dict[int, tuple[_Together, int]] = {}
        self._groups: list[_Together] = []

    def begin(self, tensors: Sequence[torch.Tensor]) -> None:
        """Copy the parameters as they are before a step, those that can be copied together."""
        self._let_go()
        by_dtype: dict[torch.dtype, list[torch.Tensor]] = defaultdict(list)
        for tensor in tensors:
            if self._capture.may_wait(tensor) and tensor.is_contiguous() and not tensor.is_neg():
                by_dtype[tensor.dtype].append(tensor)
        for dtype, group in by_dtype.items():
            group.sort(key=torch.Tensor.numel)
            before, latest = self._copied(group), self._latest.get(dtype)
            known = latest if latest is not None and latest.equals(before) else None
            together = _Together(group, before, known)
            self._groups.append(together)
            self._places.update({id(tensor): (together, place) for place, tensor in enumerate(group)})

    def before(self, tensor: torch.Tensor) -> Capture | None:
        """Return the capture of a parameter before the step, None for one that is copied by itself."""
        if id(tensor) not in self._places:
            return None
        together, place = self._places[id(tensor)]
        known = None if together.known is None else together.known.captures.get(place)
        return known or together.before.capture(place)

    def old(self, tensor: torch.Tensor) -> torch.Tensor | None:
        """Return a parameter as it was before the step."""
        if id(tensor) not in self._places:
            return None
        together, place = self._places[id(tensor)]
        return together.before.tensor(place)

    def end(self) -> None:
        """Copy the parameters as they are after the step, unless the step gave them other shapes or other memory."""
        for together in self._groups:
            before = together.before
            if not all(map(_is_still, together.tensors, before.shapes)):
                continue
            together.after = self._copied(together.tensors)
            together.delta = CopiedRow(torch.sub(together.after.numbers, before.numbers), before.shapes)
            self._latest[before.numbers.dtype] = together.after

    def after(self, tensor: torch.Tensor) -> tuple[Capture, Capture] | None:
        """Return the captures of a parameter after the step, and of the difference."""
        together, place = self._places.get(id(tensor), (None, 0))
        if together is None or together.after is None or together.delta is None:
            return None
        return together.after.capture(place), together.delta.capture(place)

    def done(self) -> None:
        """The step was recorded: keep the copies that it asked for, and let go of the parameters."""
        for together in self._groups:
            for copied in (together.before, together.after, together.delta):
                if copied is not None and copied.captures:
                    self._capture.keep(copied)
        self._let_go()

    def remove(self) -> None:
        """Let go of everything."""
        self._let_go()
        self._latest.clear()

    def _let_go(self) -> None:
        self._places.clear()
        self._groups.clear()

    @staticmethod
    def _copied(tensors: list[torch.Tensor]) -> CopiedRow:
        if len(tensors) > 1:  # of one alone torch would return a view
            numbers = torch._C._nn.flatten_dense_tensors(tensors)
        else:
            numbers = tensors[0].detach().clone().view(-1)
        return CopiedRow(numbers, [tensor.shape for tensor in tensors])


def _is_still(tensor: torch.Tensor, shape: torch.Size) -> bool:
    return tensor.shape == shape and tensor.is_cpu and tensor.is_contiguous()
