"""The line of time: everything that a machine did, one entry for each press, what came again and again folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from graphtrace.lab.records.actions import Action, Backward, Forward, Iterate, Redesign, Step, ZeroGrad
from graphtrace.lab.running.history_entries import HistoryEntry
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.writing.folding import repetition


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """Something that was done, once or several times in a row.

    Attributes:
        first: Position in the history before it.
        last: Position after it.
        actions: What was done, of one round.
        times: How many rounds.
        loss: The last loss in it, None for none.
        failed: Whether torch raised in it.
    """

    first: int
    last: int
    actions: tuple[Action, ...]
    times: int = 1
    loss: float | None = None
    failed: bool = False


def stops(entries: Sequence[HistoryEntry]) -> tuple[int, ...]:
    """Return the positions between which undo and redo move.

    A run and what is recorded after it, to show what it led to, are one thing, and so are a new design and its first
    forward pass: no stop lies between them, so that there is always a graph.
    """
    begins = [i for i, entry in enumerate(entries) if isinstance(entry.action, Iterate | Redesign)]
    near = {i for begin in begins for i in range(begin + 1, begin + 1 + len(_LAST_ITERATION))}
    inside = {i for i in near if _is_inside(entries, i)}
    return tuple([i for i in range(len(entries) + 1) if i not in inside])


_LAST_ITERATION = (ZeroGrad, Forward, Backward, Step)  # recorded after training with pictures


def _is_inside(entries: Sequence[HistoryEntry], position: int) -> bool:
    if not 0 < position < len(entries):
        return False
    before, after = entries[position - 1], type(entries[position].action)
    begins = isinstance(before.action, Iterate) or (isinstance(before.action, Redesign) and before.no_loss)
    if begins and after is Forward:
        return True
    runs = (i for i in range(max(0, position - 4), position) if isinstance(entries[i].action, Iterate))
    return any(tuple(type(one.action) for one in entries[i + 1 : i + 5]) == _LAST_ITERATION for i in runs)


def stop_beside(machine: Machine, by: int) -> int | None:
    """Return the stop before (-1) or after (1) the machine's position; None if there is none.

    The first action is never undone: it is the forward pass that every lab begins with.
    """
    history, position = machine.history, machine.position + by
    while 1 <= position <= len(history) and _is_inside(history, position):
        position += by
    return position if 1 <= position <= len(history) else None


def story(machine: Machine) -> tuple[StoryEntry, ...]:
    """Return the line of time, with what is undone. Where the machine is, one entry ends."""
    entries, at = machine.history, machine.position
    places = stops(entries)
    done = (*(place for place in places if place < at), at)
    undone = (at, *(place for place in places if place > at))
    return (*_folded(entries, done), *_folded(entries, undone))


def _folded(entries: Sequence[HistoryEntry], places: Sequence[int]) -> list[StoryEntry]:
    units = [tuple(entry.action for entry in entries[a:b]) for a, b in pairwise(places)]
    numbers: dict[tuple[Action, ...], int] = {}
    codes = [numbers.setdefault(unit, len(numbers)) for unit in units]
    found, at = [], 0
    while at < len(units):
        length, times = repetition(codes, at)
        first, last = places[at], places[at + length * times]
        actions = tuple(action for unit in units[at : at + length] for action in unit)
        found.append(StoryEntry(first, last, actions, times, _loss(entries[first:last]), _failed(entries[first:last])))
        at += length * times
    return found


def _loss(entries: Sequence[HistoryEntry]) -> float | None:
    return next((entry.losses[-1] for entry in reversed(entries) if entry.losses), None)


def _failed(entries: Sequence[HistoryEntry]) -> bool:
    return any(entry.error is not None for entry in entries)
