"""A recording as its steps, each a recording of its own, and steps as one recording."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from graphtrace.errors import FileError
from graphtrace.model.events import Event, ForwardTensor, Note, Op
from graphtrace.model.graph import Graph
from graphtrace.model.recording import Recording
from graphtrace.model.summaries import StepSummary

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Places:
    """Where records of a step stand in the whole recording, by their places in the step."""

    graphs: tuple[int, ...] = ()
    ops: tuple[int, ...] = ()
    tensors: tuple[int, ...] = ()

    def parts(self) -> tuple[tuple[int, ...], ...]:
        """Return all three."""
        return self.graphs, self.ops, self.tensors


@dataclass(frozen=True, slots=True)
class Piece:
    """One step.

    Attributes:
        recording: It alone, with everything that it refers to; times count from its own beginning.
        places: Where its records stand in the whole; None where it was recorded on its own, and shares none.
        ns: When it began; None where the recording before it ended.
    """

    recording: Recording
    places: Places | None = None
    ns: int | None = None


# ---- apart ---------------------------------------------------------------------------------------


def split(recording: Recording) -> list[Piece]:
    """Return the steps of a recording, in their order; what nothing refers to is in the last."""
    most = -1
    cuts: list[int] = []
    for place, event in enumerate(recording.events):  # a closure of an optimizer may tell some events late
        if event.step > most:
            most, cuts = event.step, [*cuts, place]
    cuts = [0, *cuts[1:], len(recording.events)]
    parts = [_Part(recording, first, behind) for first, behind in pairwise(cuts)]
    for note in recording.notes:
        at = next((part for part in parts if note.event < part.behind), parts[-1])
        at.note(note)
    parts[-1].take_rest(parts)
    pieces = [part.piece() for part in parts]
    first = replace(pieces[0].recording, start=recording.start, warnings=recording.warnings)
    return [replace(pieces[0], recording=first), *pieces[1:]]


class _Part:
    """Events of one step, and what they refer to."""

    def __init__(self, recording: Recording, first: int, behind: int) -> None:
        self._whole, self._first, self.behind = recording, first, behind
        self.events = recording.events[first:behind]
        self.notes: list[Note] = []
        self.graphs = {event.graph for event in self.events if event.graph is not None}
        self.ops = {event.op for event in self.events if event.op is not None}
        self.tensors: set[int] = set()
        self._follow()

    def _follow(self) -> None:
        nodes = (node for graph in self.graphs for node in self._whole.graphs[graph].nodes)
        self.ops.update(node.op for node in nodes if node.op is not None)
        for op in self.ops:
            self.tensors.update(self._whole.ops[op].inputs, self._whole.ops[op].outputs)

    def note(self, note: Note) -> None:
        self.notes.append(note)
        if note.tensor is not None:
            self.tensors.add(note.tensor)

    def take_rest(self, parts: Sequence[_Part]) -> None:
        """Take all that no part refers to."""
        self.graphs |= set(range(len(self._whole.graphs))).difference(*(part.graphs for part in parts))
        self.ops |= set(range(len(self._whole.ops))).difference(*(part.ops for part in parts))
        self._follow()
        self.tensors |= set(range(len(self._whole.tensors))).difference(*(part.tensors for part in parts))

    def piece(self) -> Piece:
        """Return the part as a recording of its own."""
        whole, places = self._whole, Places(*(tuple(sorted(one)) for one in (self.graphs, self.ops, self.tensors)))
        to = _Numbers(*({place: at for at, place in enumerate(part)} for part in places.parts()))
        ns = self.events[0].ns if self.events else 0
        recording = Recording(
            graphs=tuple([to.graph(whole.graphs[place]) for place in places.graphs]),
            events=tuple([to.event(event, -ns) for event in self.events]),
            ops=tuple([to.op(whole.ops[place]) for place in places.ops]),
            tensors=tuple([replace(whole.tensors[place], id=at) for at, place in enumerate(places.tensors)]),
            torch=whole.torch,
            level=whole.level,
            notes=tuple([to.note(note, -self._first) for note in self.notes]),
        )
        return Piece(recording, places, ns)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """New places by the ones before."""

    graphs: Mapping[int, int]
    ops: Mapping[int, int]
    tensors: Mapping[int, int]

    def graph(self, graph: Graph) -> Graph:
        if all(node.op is None or self.ops[node.op] == node.op for node in graph.nodes):
            return graph
        nodes = [node if node.op is None else replace(node, op=self.ops[node.op]) for node in graph.nodes]
        return replace(graph, nodes=tuple(nodes))

    def event(self, event: Event, ns: int) -> Event:
        graph = None if event.graph is None else self.graphs[event.graph]
        op = None if event.op is None else self.ops[event.op]
        return replace(event, graph=graph, op=op, ns=event.ns + ns)

    def op(self, op: Op) -> Op:
        inputs, outputs = (tuple([self.tensors[one] for one in some]) for some in (op.inputs, op.outputs))
        return replace(op, id=self.ops[op.id], inputs=inputs, outputs=outputs)

    def note(self, note: Note, events: int) -> Note:
        tensor = None if note.tensor is None else self.tensors[note.tensor]
        return replace(note, event=note.event + events, tensor=tensor)


# ---- together ------------------------------------------------------------------------------------


def together(pieces: Sequence[Piece], summaries: tuple[StepSummary, ...] = ()) -> Recording:
    """Join steps in this order: the opposite of `split`."""
    found = [piece.recording for piece in pieces]
    places = _placed(pieces)
    numbers = [_dense([one.parts()[kind] for one in places]) for kind in range(3)]
    to = [_Numbers(*(dict(enumerate(part)) for part in _renumbered(one, numbers))) for one in places]
    joined = Recording(summaries=summaries) if not found else found[0]
    events, notes = _happened(pieces, to)
    return replace(
        joined,
        graphs=_gathered([(at.graphs, [at.graph(one) for one in r.graphs]) for at, r in zip(to, found, strict=True)]),
        events=events,
        ops=_gathered([(at.ops, [at.op(one) for one in r.ops]) for at, r in zip(to, found, strict=True)]),
        tensors=_gathered([(at.tensors, _renamed(r.tensors, at)) for at, r in zip(to, found, strict=True)]),
        warnings=tuple(dict.fromkeys(text for recording in found for text in recording.warnings)),
        notes=notes,
        summaries=summaries,
    )


def _placed(pieces: Sequence[Piece]) -> list[Places]:
    """Return the places of all; those recorded on their own come one behind the other."""
    placed, ends = [], [0, 0, 0]
    for piece in pieces:
        recording = piece.recording
        counts = [len(part) for part in (recording.graphs, recording.ops, recording.tensors)]
        own = Places(*(tuple(range(end, end + count)) for end, count in zip(ends, counts, strict=True)))
        places = own if piece.places is None else piece.places
        for part, count in zip(places.parts(), counts, strict=True):
            if len(part) != count or len(set(part)) != count:
                raise FileError(
                    "file is damaged: parts of a step do not fit (save it again, or check that it is complete)"
                )
        ends = [max(end, *part, end - 1) + 1 if part else end for end, part in zip(ends, places.parts(), strict=True)]
        placed.append(places)
    return placed


def _dense(parts: Iterable[Iterable[int]]) -> dict[int, int]:
    """Return new numbers without gaps: what a crash took may have had some."""
    return {place: at for at, place in enumerate(sorted({place for part in parts for place in part}))}


def _renumbered(places: Places, numbers: Sequence[Mapping[int, int]]) -> list[list[int]]:
    return [[to[place] for place in part] for part, to in zip(places.parts(), numbers, strict=True)]


def _renamed(tensors: Iterable[ForwardTensor], to: _Numbers) -> list[ForwardTensor]:
    return [replace(tensor, id=to.tensors[tensor.id]) for tensor in tensors]


def _gathered(parts: Iterable[tuple[Mapping[int, int], Sequence[T]]]) -> tuple[T, ...]:
    """Put records to their places; of one that several steps have, the first."""
    found: dict[int, T] = {}
    for places, records in parts:
        for at, record in enumerate(records):
            found.setdefault(places[at], record)
    return tuple([found[place] for place in sorted(found)])


def _happened(pieces: Sequence[Piece], numbers: Sequence[_Numbers]) -> tuple[tuple[Event, ...], tuple[Note, ...]]:
    events: list[Event] = []
    notes: list[Note] = []
    for piece, to in zip(pieces, numbers, strict=True):
        begun = piece.ns if piece.ns is not None else events[-1].ns if events else 0
        notes += [to.note(note, len(events)) for note in piece.recording.notes]
        events += [to.event(event, begun) for event in piece.recording.events]
    return tuple(events), tuple(notes)
