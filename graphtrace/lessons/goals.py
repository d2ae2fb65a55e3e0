"""Whether the goal of an exercise is reached: read from a machine of the Lab as it is now; nothing is changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from graphtrace import lab
from graphtrace.diagnosis import diagnose
from graphtrace.lab.records.actions import Backward, Edit, Forward, Redesign, ZeroGrad
from graphtrace.lab.running.history_entries import HistoryEntry, scalar_loss
from graphtrace.lab.showing.playback import playback
from graphtrace.lessons.records import Condition, ConditionKind, Goal

_NEAR = 1e-3  # relative distance at which a loss counts as another one


def reached(goal: Goal, machine: lab.Machine) -> bool:
    """Return whether all conditions of a goal are true of a machine."""
    return all(_READ[condition.kind](condition, machine) for condition in goal.conditions)


def _passes(asked: Condition, machine: lab.Machine) -> bool:
    """The bucket of a parameter holds that many backward passes."""
    return machine.trainer.passes.counts.get(asked.of, 0) >= asked.n


def _arrivals(asked: Condition, machine: lab.Machine) -> bool:
    """That many gradients arrived at a parameter in the latest backward pass."""
    passes = [entry for entry in machine.done if isinstance(entry.action, Backward)]
    recording = passes[-1].recording if passes else None
    if recording is None:
        return False
    ends = {(event.graph, event.node) for event in recording.events if event.param == asked.of}
    sent = [event for event in recording.events if event.kind == "edge_add"]
    targets = [
        (event.graph, recording.graphs[event.graph].edges[event.edge].target)
        for event in sent
        if event.graph is not None and event.edge is not None
    ]
    return sum(target in ends for target in targets) >= asked.n


def _passes_of_graph(asked: Condition, machine: lab.Machine) -> bool:
    """The graph of the latest forward pass ran backward that often without an error."""
    count = 0
    for entry in machine.done:
        if entry.new_loss or isinstance(entry.action, Forward):
            count = 0
        elif isinstance(entry.action, Backward) and entry.error is None:
            count += 1
    return count >= asked.n


def _grad_none(asked: Condition, machine: lab.Machine) -> bool:
    parameter = dict(machine.trainer.net.named_parameters()).get(asked.of)
    return parameter is not None and parameter.grad is None


def _frozen(asked: Condition, machine: lab.Machine) -> bool:
    parameter = dict(machine.trainer.net.named_parameters()).get(asked.of)
    return parameter is not None and not parameter.requires_grad


def _value(asked: Condition, machine: lab.Machine) -> bool:
    """A number of a parameter has this value."""
    parameter = dict(machine.trainer.net.named_parameters()).get(asked.of)
    fits = parameter is not None and len(asked.index) == parameter.dim()
    return parameter is not None and fits and parameter.detach()[asked.index].item() == asked.value


def _steps(asked: Condition, machine: lab.Machine) -> bool:
    return machine.trainer.steps >= asked.n


def _loss_below(asked: Condition, machine: lab.Machine) -> bool:
    loss = scalar_loss(machine.loss)
    return loss is not None and loss < asked.value


def _loss_near(asked: Condition, machine: lab.Machine) -> bool:
    loss = scalar_loss(machine.loss)
    return loss is not None and abs(loss - asked.value) <= _NEAR * abs(asked.value)


def _loss_rises(asked: Condition, machine: lab.Machine) -> bool:
    """The loss was higher after a step than before it, with the same net and data."""
    return any(after > before for losses in _comparable(machine) for before, after in pairwise(losses))


def _comparable(machine: lab.Machine) -> Iterator[list[float]]:
    """Give the losses between which nothing but steps and the optimizer changed."""
    spec, losses = machine.start_spec, list[float]()
    for entry in machine.done:
        if _starts_anew(entry, spec):
            yield losses
            losses = []
        if isinstance(entry.action, Redesign):
            spec = entry.action.spec
        losses.extend(entry.losses)
    yield losses


def _starts_anew(entry: HistoryEntry, spec: lab.Spec) -> bool:
    action = entry.action
    if not isinstance(action, Redesign):
        return isinstance(action, Edit)
    return not action.keep or replace(action.spec, optimizer=spec.optimizer, scheduler=spec.scheduler) != spec


def _loss_times(asked: Condition, machine: lab.Machine) -> bool:
    """The loss is that many times the first one."""
    first = next((entry.losses[0] for entry in machine.done if entry.losses), None)
    loss = scalar_loss(machine.loss)
    return first is not None and loss is not None and math.isclose(loss, asked.value * first, rel_tol=_NEAR)


def _edit_lowers(_asked: Condition, machine: lab.Machine) -> bool:
    """A parameter was changed by hand, nothing else was, and the loss of the next forward pass is smaller."""
    names = {name for name, _ in machine.trainer.net.named_parameters()}
    last: float | None = None  # loss of the latest forward pass
    before: float | None = None  # the same where an edit came after it
    for entry in machine.done:
        if isinstance(entry.action, Edit) and entry.action.tensor in names:
            before = last if before is None else before
        elif not isinstance(entry.action, Forward | Backward | ZeroGrad):
            last = before = None
        if entry.losses:
            if before is not None and entry.losses[-1] < before:
                return True
            last, before = entry.losses[-1], None
    return False


def _steps_most(asked: Condition, machine: lab.Machine) -> bool:
    return machine.trainer.steps <= asked.n


def _size(asked: Condition, machine: lab.Machine) -> bool:
    """A parameter has that many numbers."""
    parameter = dict(machine.trainer.net.named_parameters()).get(asked.of)
    return parameter is not None and parameter.numel() == asked.n


def _mistake(asked: Condition, machine: lab.Machine) -> bool:
    """The latest action ended in an error of torch, and it is this mistake."""
    if not machine.done or machine.done[-1].error is None:
        return False
    found = diagnose(playback(machine).judged)
    return found is not None and found.mistake == asked.of


_READ: Mapping[ConditionKind, Callable[[Condition, lab.Machine], bool]] = {
    "passes": _passes,
    "arrivals": _arrivals,
    "passes_of_graph": _passes_of_graph,
    "grad_none": _grad_none,
    "frozen": _frozen,
    "value": _value,
    "steps": _steps,
    "loss_below": _loss_below,
    "loss_near": _loss_near,
    "loss_rises": _loss_rises,
    "loss_times": _loss_times,
    "edit_lowers": _edit_lowers,
    "steps_most": _steps_most,
    "size": _size,
    "mistake": _mistake,
}
