"""Everything that a machine's future depends on, apart from its graph, as copies that nothing changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from graphtrace.lab.records.spec import Optimizer, Scheduler


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of a machine.

    Attributes:
        tensors: By name: parameters and buffers, ``<name>.grad``, ``x``, ``y``, and ``random``, the
            generator's state. A tensor that did not change is shared with the snapshot before.
        frozen: Names of the parameters that do not require grad.
        hooks: What is done to outputs, by module.
        state: The optimizer's ``state_dict``, None before the first step; `schedule` likewise.
    """

    tensors: Mapping[str, Tensor]
    frozen: frozenset[str]
    training: bool
    optimizer: Optimizer
    scheduler: Scheduler | None
    steps: int
    hooks: tuple[tuple[str, str], ...] = ()
    state: Any = None
    schedule: Any = None

    def fingerprint(self) -> str:
        """Return a digest of every bit: two machines with the same one go on alike."""
        digest = hashlib.sha256()
        plain = (sorted(self.frozen), self.training, self.optimizer, self.scheduler, self.steps, self.hooks)
        for part in (plain, sorted(self.tensors.items()), self.state, self.schedule):
            _feed(digest, part)
        return digest.hexdigest()


def _feed(digest: Any, item: Any) -> None:
    """Feed nested containers, tensors bit by bit. Containers nest as deep as a state_dict does: three levels."""
    if isinstance(item, Tensor):
        digest.update(f"{item.dtype}{tuple(item.shape)}".encode())
        digest.update(_bits(item).numpy().tobytes())
    elif isinstance(item, Mapping):
        _feed(digest, [(str(key), value) for key, value in item.items()])
    elif isinstance(item, list | tuple):
        digest.update(b"[")
        for one in item:
            _feed(digest, one)
        digest.update(b"]")
    else:
        digest.update(repr(item).encode() + b";")


def _bits(tensor: Tensor) -> Tensor:
    return tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)


def same_bits(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors are the same to the bit: -0.0 is not 0.0, and NaN is itself."""
    if one.shape != other.shape or one.dtype != other.dtype or one.device != other.device:
        return False
    return torch.equal(_raw(one), _raw(other))


def _raw(tensor: Tensor) -> Tensor:
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8)


class Keeper:
    """Copies tensors; shares a copy with `before` where not a bit changed."""

    def __init__(self, before: Snapshot | None) -> None:
        self._before: list[Tensor] = []
        self._named = before.tensors if before is not None else {}
        self._state = tensors_in(before.state) if before is not None else []

    def named(self, name: str, tensor: Tensor) -> Tensor:
        """Keep a tensor that has a name."""
        old = self._named.get(name)
        return old if old is not None and same_bits(old, tensor) else tensor.detach().clone()

    def plain(self, item: Any) -> Any:
        """Keep a nested state: dicts and lists anew, tensors shared where they did not change."""
        if isinstance(item, Tensor):
            old = next((one for one in self._state if same_bits(one, item)), None)
            return item.detach().clone() if old is None else old
        if isinstance(item, dict):
            return {key: self.plain(value) for key, value in item.items()}
        return [self.plain(one) for one in item] if isinstance(item, list) else item


def tensors_in(item: Any) -> list[Tensor]:
    """Return the tensors of a nested state."""
    if isinstance(item, Tensor):
        return [item]
    parts = item.values() if isinstance(item, dict) else item if isinstance(item, list | tuple) else ()
    return [tensor for part in parts for tensor in tensors_in(part)]


def copied(item: Any) -> Any:
    """Return a nested state with tensors of its own."""
    if isinstance(item, Tensor):
        return item.clone()
    if isinstance(item, dict):
        return {key: copied(value) for key, value in item.items()}
    return [copied(one) for one in item] if isinstance(item, list) else item
