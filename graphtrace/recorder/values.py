"""Which tensor of the forward pass is which value. Tensors are held weakly."""

from __future__ import annotations

import weakref
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING

import torch

from graphtrace.literals import TensorOrigin
from graphtrace.model import ForwardTensor
from graphtrace.recorder.fetch import Pending
from graphtrace.tracer.metas import tensor_meta

if TYPE_CHECKING:
    from graphtrace.recorder import record

_SWEEP = 4096  # numbers given between two looks for dead tensors, at least


Numbers = dict[int, tuple[weakref.ref[torch.Tensor], int]]  # by id of the tensor: its number
Seen = dict[int, tuple[weakref.ref[torch.Tensor], int, Pending]]  # and what it contained at which version


class Values:
    """Numbers the values of a block.

    Args:
        recorder: The block.
        known: Numbers that an earlier block gave.
        seen: What it saw large tensors contain.
    """

    def __init__(self, recorder: record, known: Numbers, seen: Seen) -> None:
        self._recorder = recorder
        self._known, self._contents = dict(known), dict(seen)
        self._sweep_at = _SWEEP

    def knows(self, tensor: torch.Tensor) -> bool:
        """Whether a tensor has a number already."""
        known = self._known.get(id(tensor))
        return known is not None and known[0]() is tensor

    def number_of(self, tensor: torch.Tensor, frame: FrameType | None) -> int:
        """Return the number of a value; a tensor from outside the block gets one now."""
        known = self._known.get(id(tensor))
        leaves = self._recorder.leaves
        if known is not None and known[0]() is tensor:
            if tensor.is_leaf and tensor.requires_grad and leaves.find(tensor) is None:
                self._name_leaf(tensor, known[1], frame)
            return known[1]
        leaf = leaves.find(tensor) or leaves.meet(tensor, frame)
        return self.new(tensor, leaf.origin if leaf else "input", leaf.name if leaf else "")

    def _name_leaf(self, tensor: torch.Tensor, number: int, frame: FrameType | None) -> None:
        """A leaf that the block itself made, as ``torch.ones(2, requires_grad=True)``, is named at its first use."""
        leaf = self._recorder.leaves.meet(tensor, frame)
        if leaf is not None:
            values = self._recorder.tape.tensors
            values[number] = replace(values[number], origin=leaf.origin, name=leaf.name, requires_grad=True)

    def content_of(self, tensor: torch.Tensor) -> Pending | None:
        """Return what a tensor was seen to contain, if it was not changed since. Nothing of inference tensors."""
        known = self._contents.get(id(tensor))
        if known is None or known[0]() is not tensor or known[1] != tensor._version:
            return None
        return known[2]

    def keep_content(self, tensor: torch.Tensor, content: Pending) -> None:
        """Note what a large tensor contains."""
        if content.sample is not None and not tensor.is_inference():
            self._contents[id(tensor)] = (weakref.ref(tensor), tensor._version, content)

    def new(self, tensor: torch.Tensor, origin: TensorOrigin, name: str) -> int:
        """Number a value; a tensor that was changed in place is a new one."""
        values = self._recorder.tape.tensors
        number = len(values)
        values.append(ForwardTensor(number, tensor_meta(tensor), origin, name, tensor.requires_grad))
        self._known[id(tensor)] = (weakref.ref(tensor), number)
        if len(self._known) > self._sweep_at:
            self._known = {key: pair for key, pair in self._known.items() if pair[0]() is not None}
            self._contents = {key: known for key, known in self._contents.items() if known[0]() is not None}
            self._sweep_at = max(_SWEEP, 2 * len(self._known))
        return number

    def tables(self) -> tuple[Numbers, Seen]:
        """Return what a later block needs to go on."""
        return self._known, self._contents

    def living(self) -> list[tuple[torch.Tensor, int]]:
        """Return the tensors of the block that still live, each with its number."""
        pairs = [(ref(), number) for ref, number in self._known.values()]
        return [(tensor, number) for tensor, number in pairs if tensor is not None]
