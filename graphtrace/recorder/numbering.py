"""Numbers of the tensors of the forward pass."""

from __future__ import annotations

import weakref

import torch

from graphtrace.recorder.context import Leaves
from graphtrace.recorder.remembered import Remembered

_SWEEP = 256  # numbers given between two looks for dead tensors, at least


class TensorNumbers:
    """Numbers the tensors of the forward pass, and remembers what large ones contained. Tensors are held weakly.

    Attributes:
        remembered: What large ones contained.
        told: Numbers of the leaves whose value an event has told.
        owned: Numbers of the tensors in memory that a call of the block made.
    """

    def __init__(self) -> None:
        self.remembered = Remembered()
        self.told: set[int] = set()
        self.owned: set[int | None] = set()
        self._known: dict[int, tuple[weakref.ref[torch.Tensor], int]] = {}
        self._sweep_at = _SWEEP

    def copy(self) -> TensorNumbers:
        """Return numbers that go on from these on their own: two blocks may follow the same one."""
        numbers = TensorNumbers()
        numbers._known, numbers.remembered = dict(self._known), self.remembered.copy()
        numbers.told, numbers.owned = set(self.told), set(self.owned)
        return numbers

    def get(self, tensor: torch.Tensor) -> int | None:
        """Return the number of a tensor, None if it has none yet."""
        known = self._known.get(id(tensor))
        return known[1] if known is not None and known[0]() is tensor else None

    def settled(self, tensor: torch.Tensor, leaves: Leaves) -> int | None:
        """Return the number of a tensor of which all is known: no leaf that is new, has no name, or was not told."""
        number = self.get(tensor)
        if number is None or not (tensor.requires_grad and tensor.is_leaf):
            return number
        return number if number in self.told and leaves.find(tensor) is not None else None

    def is_new(self, tensor: torch.Tensor) -> bool:
        """Return whether no call had a tensor, or whether it became a leaf since, whose value nothing told yet."""
        number = self.get(tensor)
        return number is None or (tensor.requires_grad and tensor.is_leaf and number not in self.told)

    def put(self, tensor: torch.Tensor, number: int) -> None:
        """Give a tensor a number; one that was changed in place gets a new one."""
        self._known[id(tensor)] = (weakref.ref(tensor), number)
        if len(self._known) > self._sweep_at:
            self._known = {key: pair for key, pair in self._known.items() if pair[0]() is not None}
            self.owned.intersection_update([number for _, number in self._known.values()])
            self.remembered.sweep()
            self._sweep_at = max(_SWEEP, 2 * len(self._known))

    def living(self) -> list[tuple[torch.Tensor, int]]:
        """Return the tensors that still live, each with its number."""
        return [(tensor, number) for ref, number in self._known.values() if (tensor := ref()) is not None]
