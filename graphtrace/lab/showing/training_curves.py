"""Curves over all that a machine did: losses, gradient norms and update ratios, by forward pass.

Every curve counts forward passes, so that curves share one axis and one mark shows the present. What was undone
is part of a curve: it lies behind the mark.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from graphtrace.lab.records.actions import Forward, Iterate
from graphtrace.lab.running.history_entries import HistoryEntry
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.running.measures import Sample
from graphtrace.lab.showing.time_points import TimePoint

Curve = tuple[tuple[int, float], ...]  # (forward passes done, amount); a pass that was used twice comes twice


def forwards_done(machine: Machine, at: TimePoint) -> int:
    """Return how many forward passes are done at a point in time."""
    return sum(map(forwards_of, machine.history[: at.actions]))


def losses(machine: Machine) -> Curve:
    """Return the loss of every forward pass; a loss of several numbers has no point."""
    points: list[tuple[int, float]] = []
    for done, entry in _entries(machine):
        points += enumerate(entry.losses, done + 1)
    return tuple(points)


def gradient_norms(machine: Machine) -> Mapping[str, Curve]:
    """Return per parameter the norm of its ``.grad`` after each backward pass."""
    return _curves(machine, lambda entry: entry.measures.grads)


def update_ratios(machine: Machine) -> Mapping[str, Curve]:
    """Return per parameter the norm of each update over the norm of the parameter before; none for a norm of 0."""
    return _curves(machine, lambda entry: entry.measures.ratios)


def total_gradient_norm(machine: Machine) -> Curve:
    """Return the norm of all gradients taken together after each backward pass."""
    points = []
    for done, entry in _entries(machine):
        for sample in entry.measures.grads:
            points.append((done + sample.forward, math.hypot(*(norm for _, norm in sample.norms))))
    return tuple(points)


def _curves(machine: Machine, read: Callable[[HistoryEntry], tuple[Sample, ...]]) -> Mapping[str, Curve]:
    curves: dict[str, list[tuple[int, float]]] = {name: [] for name in machine.names()}
    for done, entry in _entries(machine):
        for sample in read(entry):
            for name, amount in sample.norms:
                curves.setdefault(name, []).append((done + sample.forward, amount))
    return {name: tuple(points) for name, points in curves.items() if points}


def _entries(machine: Machine) -> Iterator[tuple[int, HistoryEntry]]:
    """Yield each entry of the history with the number of forward passes before it."""
    done = 0
    for entry in machine.history:
        yield done, entry
        done += forwards_of(entry)


def forwards_of(entry: HistoryEntry) -> int:
    """Return how many forward passes an entry did."""
    if isinstance(entry.action, Iterate):
        return entry.action.n
    return int(isinstance(entry.action, Forward) and entry.error is None)
