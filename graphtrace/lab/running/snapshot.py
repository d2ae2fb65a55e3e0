"""Snapshots: copies of everything that decides a machine's future, apart from its graph."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

import torch
from torch import Tensor

from graphtrace.lab.records.actions import Swap
from graphtrace.lab.records.spec import Optimizer, Scheduler, Spec
from graphtrace.lab.running.trainer import Trainer

State = dict[str, object]
"""A ``state_dict``: dicts and lists of tensors and plain values, nested three levels deep."""
_Nested = TypeVar("_Nested")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a trainer at one time. Its tensors never change.

    Attributes:
        spec: Of the program at that time.
        tensors: By name: parameters and buffers, ``<name>.grad``, ``x``, ``y``, and ``random``, the state of the
            random generator. A tensor that did not change is shared with the snapshot before.
        passes: How many backward passes are in each ``.grad``, by parameter; 0 is left out.
        frozen: Names of the parameters that do not require grad.
        hooks: What is done to module outputs, by module.
        optimizer_state: Its ``state_dict``; None before the first step.
        scheduler_state: Likewise.
    """

    spec: Spec
    tensors: Mapping[str, Tensor]
    frozen: frozenset[str]
    training: bool
    optimizer: Optimizer
    scheduler: Scheduler | None
    steps: int
    passes: Mapping[str, int] = field(default_factory=dict)
    hooks: tuple[tuple[str, str], ...] = ()
    optimizer_state: State | None = None
    scheduler_state: State | None = None

    def fingerprint(self) -> str:
        """Return a digest of every bit: two machines with the same digest continue alike."""
        digest = hashlib.sha256()
        passes = sorted(self.passes.items())
        plain = (sorted(self.frozen), self.training, self.optimizer, self.scheduler, self.steps, self.hooks, passes)
        design = (self.spec.layers, self.spec.loss, self.spec.dtype)
        for part in (plain, design, sorted(self.tensors.items()), self.optimizer_state, self.scheduler_state):
            for piece in _pieces(part):
                digest.update(piece)
        return digest.hexdigest()


def _pieces(item: object) -> list[bytes]:
    """Return nested containers as bytes, tensors bit by bit."""
    if isinstance(item, Tensor):
        return [f"{item.dtype}{tuple(item.shape)}".encode(), _as_bytes(item.cpu()).numpy().tobytes()]
    if isinstance(item, Mapping):
        return _pieces([(str(key), value) for key, value in item.items()])
    if isinstance(item, list | tuple):
        return [b"[", *(piece for part in item for piece in _pieces(part)), b"]"]
    return [repr(item).encode() + b";"]


def same_bits(a: Tensor, b: Tensor) -> bool:
    """Whether two tensors are equal bit by bit: -0.0 differs from 0.0, and NaN equals itself."""
    if a.shape != b.shape or a.dtype != b.dtype or a.device != b.device:
        return False
    return torch.equal(_as_bytes(a), _as_bytes(b))


def _as_bytes(tensor: Tensor) -> Tensor:
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8)


def take_snapshot(trainer: Trainer, before: Snapshot | None = None) -> Snapshot:
    """Copy everything but the graph; tensors that did not change since `before` are shared with it."""
    copier = _Copier(before)
    optimizer, scheduler = trainer.torch_optimizer, trainer.torch_scheduler
    parameters = trainer.net.named_parameters()
    return Snapshot(
        spec=trainer.spec,
        tensors={name: copier.copy_named(name, tensor) for name, tensor in _tensors(trainer).items()},
        frozen=frozenset(name for name, parameter in parameters if not parameter.requires_grad),
        hooks=tuple(sorted(trainer.hooks.does.items())),
        training=trainer.net.training,
        optimizer=trainer.optimizer,
        scheduler=trainer.scheduler,
        steps=trainer.steps,
        passes=dict(trainer.passes.counts),
        optimizer_state=None if optimizer is None else copier.copy_nested(optimizer.state_dict()),
        scheduler_state=None if scheduler is None else copier.copy_nested(scheduler.state_dict()),
    )


def _tensors(trainer: Trainer) -> dict[str, Tensor]:
    named = {**dict(trainer.net.named_parameters()), **dict(trainer.net.named_buffers())}
    grads = {f"{name}.grad": tensor.grad for name, tensor in named.items() if tensor.grad is not None}
    return {**named, **grads, "x": trainer.x, "y": trainer.y, "random": trainer.random.generator.get_state()}


def restore_snapshot(trainer: Trainer, snapshot: Snapshot) -> None:
    """Give a trainer the state of a snapshot. Output and loss are gone: their graph cannot be copied."""
    if trainer.spec != snapshot.spec:
        trainer.start(snapshot.spec)
    trainer.output = trainer.loss = None
    tensors = snapshot.tensors
    trainer.x, trainer.y = tensors["x"].clone(), tensors["y"].clone()
    trainer.random.generator.set_state(tensors["random"])
    with torch.no_grad():
        for name, buffer in trainer.net.named_buffers():
            buffer.copy_(tensors[name])
        for name, parameter in trainer.net.named_parameters():
            grad = tensors.get(f"{name}.grad")
            parameter.grad = None if grad is None else grad.clone()
            parameter.requires_grad_(name not in snapshot.frozen).copy_(tensors[name])
    trainer.hooks.restore(dict(snapshot.hooks))
    trainer.net.train(snapshot.training)
    trainer.steps = snapshot.steps
    trainer.passes.restore(snapshot.passes)
    trainer.swap(Swap(snapshot.optimizer, snapshot.scheduler))
    if snapshot.optimizer_state is not None:
        trainer.build_optimizer().load_state_dict(_copied(snapshot.optimizer_state))
        if trainer.torch_scheduler is not None and snapshot.scheduler_state is not None:
            trainer.torch_scheduler.load_state_dict(_copied(snapshot.scheduler_state))


class _Copier:
    """Copies tensors; returns the copy that `before` holds if not a bit changed."""

    def __init__(self, before: Snapshot | None) -> None:
        self._named = before.tensors if before is not None else {}
        self._in_state = tensors_in(before.optimizer_state) if before is not None else []

    def copy_named(self, name: str, tensor: Tensor) -> Tensor:
        """Copy a tensor that has a name."""
        old = self._named.get(name)
        return old if old is not None and same_bits(old, tensor) else tensor.detach().clone()

    def copy_nested(self, item: _Nested) -> _Nested:
        """Copy nested dicts and lists."""
        if isinstance(item, Tensor):
            old = next((tensor for tensor in self._in_state if same_bits(tensor, item)), None)
            return cast("_Nested", item.detach().clone() if old is None else old)
        if isinstance(item, dict):
            return cast("_Nested", {key: self.copy_nested(value) for key, value in item.items()})
        return cast("_Nested", [self.copy_nested(part) for part in item]) if isinstance(item, list) else item


def tensors_in(item: object) -> list[Tensor]:
    """Return the tensors of a nested state."""
    if isinstance(item, Tensor):
        return [item]
    parts = item.values() if isinstance(item, dict) else item if isinstance(item, list | tuple) else ()
    return [tensor for part in parts for tensor in tensors_in(part)]


def _copied(item: _Nested) -> _Nested:
    """Return a nested state with tensors of its own."""
    if isinstance(item, Tensor):
        return cast("_Nested", item.clone())
    if isinstance(item, dict):
        return cast("_Nested", {key: _copied(value) for key, value in item.items()})
    return cast("_Nested", [_copied(part) for part in item]) if isinstance(item, list) else item
