"""Go to any iteration that a machine has done, and have every event of it: from a snapshot, on a branch."""

from __future__ import annotations

from graphtrace.errors import SpecError, shown
from graphtrace.lab.records.actions import Action, Backward, Forward, Iterate, Step, ZeroGrad
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing.training_curves import forwards_of

MOST_AFTER = 8  # actions after a forward pass that belong to its iteration


def at_iteration(machine: Machine, number: int) -> Machine:
    """Return a branch that has done the machine's forward pass of this number, and what followed it, recorded.

    Args:
        machine: It stays as it is.
        number: Of the forward pass, from 1; also of one that is undone.

    Raises:
        SpecError: There was no such iteration.
    """
    before = 0
    for i, entry in enumerate(machine.history):
        count = forwards_of(entry)
        if before < number <= before + count:
            branch = machine.branch(i)
            for action in _actions(machine, i, number - before, branch):
                branch.do(action)
            return branch
        before += count
    raise SpecError(f"no such iteration: {shown(number)} (there are {before:,})")


def _actions(machine: Machine, i: int, place: int, branch: Machine) -> tuple[Action, ...]:
    """Return the actions of the iteration; of a run, those before it are done at once."""
    action = machine.history[i].action
    if not isinstance(action, Iterate):
        rest = machine.history[i + 1 : i + 1 + MOST_AFTER]
        end = next((k for k, entry in enumerate(rest) if forwards_of(entry)), len(rest))
        return (action, *(entry.action for entry in rest[:end] if isinstance(entry.action, Backward | Step)))
    if place > 1:
        branch.iterate(place - 1, zero=action.zero)
    zero = () if action.zero == "never" else (ZeroGrad(set_to_none=action.zero == "none"),)
    return (*zero, Forward(), Backward(), Step())
