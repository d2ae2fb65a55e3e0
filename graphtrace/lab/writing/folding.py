"""Long histories as short lists: what was done again and again is written once, with its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphtrace.lab.records import limits
from graphtrace.lab.records.actions import ACTIONS, Action
from graphtrace.lab.records.fields import integer, with_rule
from graphtrace.lab.records.rules import ListOf, RecordOf

MOST_FOLDED = 1_000  # entries of a folded list
LONGEST = 24  # actions in what is done again


@dataclass(frozen=True, slots=True)
class Again:
    """Actions that were done several times, one round after the other."""

    times: int = integer(2, 1_000_000, 2)
    actions: tuple[Action, ...] = with_rule(ListOf(RecordOf(lambda: ACTIONS), most=LONGEST, least=1), ())


Entry = Action | Again
ENTRIES: dict[str, type] = {**ACTIONS, "Again": Again}
FOLDED = ListOf(RecordOf(lambda: ENTRIES), most=MOST_FOLDED)


def folded(actions: Sequence[Action]) -> tuple[Entry, ...]:
    """Return the same actions with repetitions folded, from the left, each time the shortest that saves most."""
    numbers: dict[Action, int] = {}
    codes = [numbers.setdefault(action, len(numbers)) for action in actions]
    return tuple(_entries(actions, codes))


def _entries(actions: Sequence[Action], codes: Sequence[int]) -> Iterator[Entry]:
    at = 0
    while at < len(actions):
        length, times = repetition(codes, at)
        if times > 1:
            yield Again(times, tuple(actions[at : at + length]))
        else:
            yield actions[at]
        at += length * times


def repetition(codes: Sequence[int], at: int) -> tuple[int, int]:
    """Return length and number of the rounds that begin at a place; (1, 1) for none."""
    best = (1, 1)
    for length in range(1, LONGEST + 1):
        end = at + length
        while end < len(codes) and codes[end] == codes[end - length]:
            end += 1
        times = (end - at) // length
        if times > 1 and length * (times - 1) > best[0] * (best[1] - 1):
            best = length, times
    return best


def unfolded(entries: Sequence[Entry]) -> tuple[Action, ...]:
    """Return every action.

    Raises:
        SpecError: There are more than a machine may do.
    """
    count = sum(len(entry.actions) * entry.times if isinstance(entry, Again) else 1 for entry in entries)
    limits.require("history", count, f"it does {count:,} things")
    actions: list[Action] = []
    for entry in entries:
        actions += entry.actions * entry.times if isinstance(entry, Again) else [entry]
    return tuple(actions)
