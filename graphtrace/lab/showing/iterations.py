"""Go to any iteration that a machine has done, with every event of it; what comes after it can be redone."""

from __future__ import annotations

from graphtrace.errors import SpecError, shown
from graphtrace.lab.records.actions import Backward, Forward, Iterate
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing.training_curves import forwards_of


def go_to_iteration(machine: Machine, number: int) -> None:
    """Go behind the backward pass of the forward pass with this number, recorded; behind the forward pass without one.

    Args:
        machine: A run of which another iteration was opened is whole again before.
        number: Of the forward pass, from 1; also of one that is undone.

    Raises:
        SpecError: There was no such iteration.
    """
    count = sum(map(forwards_of, machine.history))
    if not 1 <= number <= count:
        raise SpecError(f"no such iteration: {shown(number)} (there are {count:,})")
    machine.rejoin()
    before = 0
    for index, entry in enumerate(machine.history):
        if number <= before + forwards_of(entry):
            return _open(machine, index, number - before)
        before += forwards_of(entry)


def _open(machine: Machine, index: int, inside: int) -> None:
    entry = machine.history[index]
    if isinstance(entry.action, Iterate):
        machine.open_iteration(index, inside)
    elif isinstance(entry.action, Forward):
        after = machine.history[index + 1 : index + 2]
        has_backward = bool(after) and isinstance(after[0].action, Backward)
        machine.go(index + 1 + has_backward, record_from=index)
