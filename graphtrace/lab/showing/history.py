"""What a machine's curves are made of, over all that was done: losses, gradient norms, updates, by forward pass.

Every curve counts forward passes, so that curves lie over each other and one mark tells where time stands.
What was undone is part of it: it lies behind the mark.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from graphtrace.lab.records.actions import Forward, Iterate
from graphtrace.lab.running.history_entries import HistoryEntry
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.running.measures import Sample
from graphtrace.lab.showing.moment import Moment

Curve = tuple[tuple[int, float], ...]  # (forward passes done, amount), the same pass twice where it was used twice


def forwards(machine: Machine, at: Moment) -> int:
    """Return how many forward passes are done at a moment."""
    return sum(map(_forwards, machine.history[: at.turn]))


def losses(machine: Machine) -> Curve:
    """Return the loss of every forward pass; a loss of several numbers has no point."""
    found = []
    for done, turn in _turns(machine):
        found += list(enumerate(turn.losses, done + 1))
    return tuple(found)


def gradient_norms(machine: Machine) -> Mapping[str, Curve]:
    """Return per parameter the norm of its ``.grad`` after each backward pass."""
    return _curves(machine, lambda turn: turn.measures.grads)


def update_ratios(machine: Machine) -> Mapping[str, Curve]:
    """Return per parameter the norm of each update over the norm of what was updated; none for a norm of 0."""
    return _curves(machine, lambda turn: turn.measures.ratios)


def whole_norm(machine: Machine) -> Curve:
    """Return the norm of all gradients taken together after each backward pass."""
    found = []
    for done, turn in _turns(machine):
        for sample in turn.measures.grads:
            found.append((done + sample.forward, math.hypot(*(norm for _, norm in sample.norms))))
    return tuple(found)


def _curves(machine: Machine, read: Callable[[HistoryEntry], tuple[Sample, ...]]) -> Mapping[str, Curve]:
    found: dict[str, list[tuple[int, float]]] = {name: [] for name in machine.names()}
    for done, turn in _turns(machine):
        for sample in read(turn):
            for name, amount in sample.norms:
                found.setdefault(name, []).append((done + sample.forward, amount))
    return {name: tuple(points) for name, points in found.items() if points}


def _turns(machine: Machine) -> Iterator[tuple[int, HistoryEntry]]:
    """Yield each turn with the forward passes before it."""
    done = 0
    for turn in machine.history:
        yield done, turn
        done += _forwards(turn)


def _forwards(turn: HistoryEntry) -> int:
    if isinstance(turn.action, Iterate):
        return turn.action.n
    return int(isinstance(turn.action, Forward) and turn.error is None)
