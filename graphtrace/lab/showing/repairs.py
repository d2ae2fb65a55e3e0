"""What a user of the Lab can do about a mistake: real actions from a point of the history on, or another design."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from graphtrace.lab.design import edits
from graphtrace.lab.records.actions import Action, Backward, Edit, Forward, Freeze, Hook, Iterate, Step, Train, ZeroGrad
from graphtrace.lab.records.layers import LeakyReLU, ReLU, Softmax
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.running.machine import Machine

CHANGES = (Step, Iterate, Edit)  # what changes tensors in place


@dataclass(frozen=True, slots=True)
class Repair:
    """One way to repair a mistake.

    Attributes:
        name: What the page calls it.
        position: Of the history from which on the actions are done; what came after is replaced. None: the end.
        actions: What to do.
        spec: Another design, to start again with; then there are no actions.
        value: A number for its label.
        anew: Whether the other design starts with new weights: the old ones are of no use.
    """

    name: str
    position: int | None = None
    actions: tuple[Action, ...] = ()
    spec: Spec | None = None
    value: float = 0.0
    anew: bool = False


def repairs(machine: Machine, mistake: str | None) -> tuple[Repair, ...]:
    """Return the ways to repair what the latest actions of a machine got wrong, the best first.

    Args:
        machine: Where it happened.
        mistake: Slug of the diagnosis; None for an error without one.
    """
    find = _FINDERS.get(mistake or "")
    found = find(machine) if find is not None else ()
    if not found and machine.done and machine.done[-1].error and isinstance(machine.done[-1].action, Backward):
        return (_AGAIN,)
    return tuple(found)


_AGAIN = Repair("again", None, (Forward(), Backward()))


def _last(machine: Machine, kind: type, before: int | None = None) -> int | None:
    """Return the index of the latest action of a kind."""
    done = machine.actions[:before]
    return next((i for i in range(len(done) - 1, -1, -1) if isinstance(done[i], kind)), None)


def _twice(machine: Machine) -> Sequence[Repair]:
    forward = _last(machine, Forward)
    begin = 0 if forward is None else forward
    first = next((i for i in range(begin, machine.position) if isinstance(machine.actions[i], Backward)), None)
    if first is None or any(isinstance(action, CHANGES) for action in machine.actions[first:]):
        return (_AGAIN, Repair("forward", None, (Forward(),)))
    retained = Repair("retain", first, (Backward(retain_graph=True), Backward()))
    return (retained, Repair("forward", None, (Forward(),)))


def _edited(machine: Machine) -> Sequence[Repair]:
    edit = _last(machine, Edit)
    forward = _last(machine, Forward)
    if edit is None or (forward is not None and edit < forward):
        return (_AGAIN,)
    later = tuple(action for action in machine.actions[edit:] if isinstance(action, Edit))
    return (Repair("edit_after", edit, (Backward(), *later)), _AGAIN)


def _unzeroed(machine: Machine) -> Sequence[Repair]:
    at = _last(machine, Backward)
    return () if at is None else (Repair("zero_first", at, (ZeroGrad(), *machine.actions[at:])),)


def _zeroed(machine: Machine) -> Sequence[Repair]:
    step = _last(machine, Step)
    zero = None if step is None else _last(machine, ZeroGrad, step)
    if step is None or zero is None:
        return ()
    return (Repair("step_first", zero, (Step(), machine.actions[zero])),)


def _none_or_zero(machine: Machine) -> Sequence[Repair]:
    step = _last(machine, Step)
    zero = None if step is None else _last(machine, ZeroGrad, step)
    if step is None:
        return ()
    old = None if zero is None else machine.actions[zero]
    if zero is not None and isinstance(old, ZeroGrad) and not old.set_to_none:
        return (Repair("zero_none", zero, (ZeroGrad(), *machine.actions[zero + 1 :])),)
    return (Repair("backward_first", step, (Backward(), Step())),)


def _thaw(machine: Machine) -> Sequence[Repair]:
    frozen = [name for name, p in machine.trainer.net.named_parameters() if not p.requires_grad]
    thaw = tuple(Freeze(name, frozen=False) for name in frozen)
    return (Repair("thaw", None, (*thaw, Forward(), Backward())),) if thaw else ()


def _cut(machine: Machine) -> Sequence[Repair]:
    cut = [path for path, does in machine.trainer.hooks.does.items() if does == "detach"]
    free = tuple(Hook(path, "nothing") for path in cut)
    return (Repair("attach", None, (*free, Forward(), Backward())),) if free else _thaw(machine)


def _too_fast(machine: Machine) -> Sequence[Repair]:
    """Start again with a tenth of the learning rate."""
    optimizer = machine.spec.optimizer
    slower = round(optimizer.lr / 10, 12)
    spec = replace(machine.spec, optimizer=replace(optimizer, lr=slower))
    return (Repair("slower", spec=spec, value=slower, anew=True),)


def _swapped_relu(machine: Machine) -> Sequence[Repair]:
    spec = machine.spec
    for i, layer in enumerate(spec.layers):
        if isinstance(layer, ReLU):
            spec = edits.replace(spec, i, LeakyReLU(name=layer.name))
    return (Repair("leaky", spec=spec),) if spec != machine.spec else ()


def _no_softmax(machine: Machine) -> Sequence[Repair]:
    layers = machine.spec.layers
    at = next((i for i in range(len(layers) - 1, -1, -1) if isinstance(layers[i], Softmax)), None)
    return () if at is None else (Repair("no_softmax", spec=edits.remove(machine.spec, at)),)


def _evaluated(machine: Machine) -> Sequence[Repair]:
    return (Repair("eval", None, (Train(on=False), Forward())),)


_FINDERS: dict[str, Callable[[Machine], Sequence[Repair]]] = {
    "backward_twice": _twice,
    "inplace_on_saved": _edited,
    "step_between_backwards": _edited,
    "never_zeroed": _unzeroed,
    "zeroed_before_step": _zeroed,
    "none_or_zero": _none_or_zero,
    "graph_cut": _cut,
    "frozen_parameter": _thaw,
    "non_finite": _too_fast,
    "dead_relu": _swapped_relu,
    "softmax_twice": _no_softmax,
    "train_or_eval": _evaluated,
}
