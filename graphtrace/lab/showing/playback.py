"""What the player plays of a machine: its latest actions as one recording, with the lines of code that run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from graphtrace.lab.records.actions import Backward, Forward, Step, ZeroGrad
from graphtrace.lab.records.spec import ByHand, Spec
from graphtrace.lab.running.history_entries import HistoryEntry
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing.leaf_starts import leaf_starts
from graphtrace.lab.writing.code import FILE, program
from graphtrace.model import Recording, join
from graphtrace.tracer import trace_live

MAX_ENTRIES = 30
CodePlace = tuple[str, int, int, int]  # file, line, first column, end column

_MARKS: dict[type, str] = {Forward: "forward", Backward: "backward", Step: "step", ZeroGrad: "zero"}


@dataclass(frozen=True, slots=True)
class Playback:
    """What the player plays.

    Attributes:
        recording: The recordings of the latest actions, joined.
        start: Cursor at which the newest of these actions begin.
        judged: What a diagnosis reads: the same; after an error that was overcome, only what was done since.
        code: Lines of the training loop, by number.
        places: Per event the line of the loop that runs; None if none does.
    """

    recording: Recording
    start: int
    judged: Recording
    code: tuple[tuple[int, str], ...] = ()
    places: tuple[CodePlace | None, ...] = ()

    def listing(self) -> dict[str, object]:
        """Return the training loop as the viewer takes it: its lines, and per event the one that runs."""
        file = next((place[0] for place in self.places if place), "")
        lines = [{"file": file, "line": line, "text": text} for line, text in self.code]
        return {"code": lines, "places": list(self.places)}


def playback(machine: Machine, newest: int = 1) -> Playback:
    """Join the recordings of the latest actions, from where gradients were cleared before the last forward pass.

    Args:
        machine: The machine to play.
        newest: How many actions belong to the latest press of a button.
    """
    first = first_entry(machine.done)
    entries = machine.done[first:]
    forward = _last_index(entries, Forward)
    recordings = [entry.recording or Recording() for entry in entries] or [Recording()]
    if not any(recording.graphs for recording in recordings[forward:]):
        recordings[forward] = _with_graph(machine, recordings[forward])
    code, places = _training_loop(machine.spec)
    start = sum(map(len, recordings[: max(0, len(recordings) - newest)]))
    place_of_event = tuple(
        places.get(type(entry.action))
        for entry, recording in zip(entries, recordings, strict=False)
        for _ in recording.events
    )
    joined = replace(join(recordings), start=leaf_starts(machine, first))
    since = _after_errors(entries)
    judged = join(recordings[since:]) if since else joined
    return Playback(joined, start, judged, code, place_of_event)


def _after_errors(entries: Sequence[HistoryEntry]) -> int:
    """Return the index of the first entry after the latest error that was overcome; 0 where there is none."""
    return max((i + 1 for i, entry in enumerate(entries[:-1]) if entry.error is not None), default=0)


@lru_cache(maxsize=64)
def _training_loop(spec: Spec) -> tuple[tuple[tuple[int, str], ...], dict[type, CodePlace]]:
    """Return the numbered lines of the training loop, and the line of each kind of action."""
    loop = program(spec)
    text = loop.text.splitlines()
    first, last = loop.lines["loop"][0], max(loop.lines[mark][1] for mark in _MARKS.values())
    places = {}
    for action, mark in _MARKS.items():
        begin, end = loop.lines[mark]
        line = end if action is Step and isinstance(spec.optimizer, ByHand) else begin
        bare = text[line - 1]
        places[action] = (FILE, line, len(bare) - len(bare.lstrip()), len(bare))
    return tuple((number, text[number - 1]) for number in range(first, last + 1)), places


def first_entry(entries: tuple[HistoryEntry, ...]) -> int:
    """Return the index of the first entry to play.

    That is the zero_grad before the last forward pass, so that all gradients of the pass are seen to arrive; but
    not before a run that was not recorded, and at most `MAX_ENTRIES` from the end.
    """
    recorded = max((i + 1 for i, entry in enumerate(entries) if entry.recording is None), default=0)
    forward = _last_index(entries, Forward)
    first = max(recorded, _last_index(entries[:forward], ZeroGrad))
    return first if len(entries) - first <= MAX_ENTRIES else max(recorded, forward)


def _last_index(entries: tuple[HistoryEntry, ...], action: type) -> int:
    return max((i for i, entry in enumerate(entries) if isinstance(entry.action, action)), default=0)


def _with_graph(machine: Machine, recording: Recording) -> Recording:
    """Add the graph that the forward pass built, so that it is seen before any backward pass runs on it."""
    recorder = machine.runner.recorder
    if machine.loss is None or machine.loss.grad_fn is None:
        return recording
    names = dict(machine.trainer.net.named_parameters())
    graph = trace_live(machine.loss, params=names, made_by=None if recorder is None else recorder.made_by).graph
    return replace(recording, graphs=(*recording.graphs, graph))
