"""Another spec in the middle of a program: start again with it, or go on with all that fits."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from graphtrace.lab.design.changes import changes_data, keeps_graph, keeps_net, refrozen
from graphtrace.lab.records.actions import Redesign, Swap
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.running.snapshot import restore_snapshot, take_snapshot
from graphtrace.lab.running.trainer import Trainer


def redesign(trainer: Trainer, action: Redesign) -> None:
    """Give a trainer another spec.

    What stays, if the weights do: gradients, optimizer state, hooks, random numbers, mode; data that the new spec does
    not change; and the loss with its graph, if only the optimizer is another one.
    """
    old, new = trainer.spec, action.spec
    if not action.keep:
        trainer.start(new)
        return
    if not keeps_graph(old, new):
        trainer.output = trainer.loss = None
    if keeps_net(old, new):
        trainer.take_spec(new, with_data=changes_data(old, new))
    else:
        _move(trainer, new)
    if (old.optimizer, old.scheduler) != (new.optimizer, new.scheduler):
        trainer.swap(Swap(new.optimizer, new.scheduler))


def _move(trainer: Trainer, new: Spec) -> None:
    """Build the net of another spec, and give it the state of the present one."""
    old, before = trainer.spec, take_snapshot(trainer)
    trainer.start(new)
    fresh = take_snapshot(trainer)
    tensors = {
        name: _like(tensor, fresh.tensors.get(name.removesuffix(".grad"))) for name, tensor in before.tensors.items()
    }
    taken = (*(("x", "y") if changes_data(old, new) else ()), *(("random",) if old.seed != new.seed else ()))
    modules = dict(trainer.net.named_modules(remove_duplicate=False))
    moved = replace(
        before,
        spec=new,
        tensors={**tensors, **{name: fresh.tensors[name] for name in taken}},
        frozen=before.frozen ^ refrozen(old, new),
        hooks=tuple((name, does) for name, does in before.hooks if name in modules),
    )
    restore_snapshot(trainer, moved)


def _like(tensor: Tensor, other: Tensor | None) -> Tensor:
    return tensor if other is None else tensor.to(other.device, other.dtype)
