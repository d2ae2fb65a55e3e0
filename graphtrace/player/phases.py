"""The timeline: runs of events of one phase, and how far a run has come."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Sequence
from dataclasses import dataclass

from graphtrace.literals import EventKind, Phase
from graphtrace.model import Recording, phases_of

_COUNTED: dict[Phase, tuple[EventKind, ...]] = {  # "backward 3 of 8" counts nodes
    "start": ("module_init",),
    "forward": ("forward_op",),
    "backward": ("node_in",),
    "zero": ("grad_zero",),
    "edit": ("grad_edit",),
    "step": ("param_update", "update_skipped"),
    "error": ("error",),
}


@dataclass(frozen=True, slots=True)
class PhaseRun:
    """Events of one phase, one after the other: those behind the cursors `start` to `end`.

    Attributes:
        counted: Cursors at which the phase's own events had happened, e.g. those where a node was entered.
    """

    phase: Phase
    start: int
    end: int
    counted: tuple[int, ...]

    def position(self, cursor: int) -> int:
        """Return how many of the counted events had happened at a cursor."""
        return bisect_right(self.counted, cursor)


def phase_starts(phases: Sequence[Phase]) -> dict[str, list[int]]:
    """Return per phase the cursors at which it begins."""
    starts: dict[str, list[int]] = {}
    for cursor, phase in enumerate(phases, 1):
        if cursor == 1 or phases[cursor - 2] != phase:
            starts.setdefault(phase, []).append(cursor)
    return starts


def phase_runs(recording: Recording, drawn_ops: Container[int]) -> tuple[PhaseRun, ...]:
    """Cut a recording into runs of one phase.

    An update written by hand computes with forward ops that are in no graph: they belong to its step.

    Args:
        recording: What is played.
        drawn_ops: Ops that made a node of a graph.
    """
    phases = phases_of(recording.events)
    for i in range(len(phases) - 2, -1, -1):
        op = recording.events[i].op
        if phases[i] == "forward" and phases[i + 1] == "step" and (op is None or op not in drawn_ops):
            phases[i] = "step"
    starts = [i for i, phase in enumerate(phases) if not i or phases[i - 1] != phase]
    ends = [*starts[1:], len(phases)]
    return tuple([_run(recording, phases[start], start, end) for start, end in zip(starts, ends, strict=False)])


def _run(recording: Recording, phase: Phase, start: int, end: int) -> PhaseRun:
    events = enumerate(recording.events[start:end], start + 1)
    return PhaseRun(phase, start, end, tuple([cursor for cursor, event in events if event.kind in _COUNTED[phase]]))
