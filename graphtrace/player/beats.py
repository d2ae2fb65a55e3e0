"""Beats: events that belong together, so that a recording plays as a person would tell it.

A node that runs is one beat: what arrives, what it computes, what it sends. So is a forward operation, one update of an
optimizer, and gradients that are cleared one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from graphtrace.literals import EventKind
from graphtrace.model import Event, Recording

_CONTINUES: dict[EventKind, frozenset[EventKind]] = {  # a kind, and those that it goes on with
    "node_in": frozenset({"backward_begin"}),
    "node_out": frozenset({"node_in", "retained"}),
    "edge_add": frozenset({"node_out", "edge_add", "retained", "accumulate"}),
    "accumulate": frozenset({"node_in", "node_out", "edge_add", "retained"}),
    "retained": frozenset({"node_in", "node_out", "edge_add"}),
    "grad_zero": frozenset({"grad_zero"}),
    "param_update": frozenset({"step_begin"}),
    "step_end": frozenset({"step_begin", "param_update"}),
}


def beat_ends(recording: Recording) -> tuple[int, ...]:
    """Return the cursors at which beats end, the last event's included."""
    return tuple(_ends(recording.events))


def _ends(events: tuple[Event, ...]) -> Iterator[int]:
    for cursor, (event, after) in enumerate(pairwise(events), 1):
        if event.kind not in _CONTINUES.get(after.kind, frozenset()):
            yield cursor
    if events:
        yield len(events)
