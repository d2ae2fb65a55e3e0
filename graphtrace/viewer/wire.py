"""A recording in the wire format of `graphtrace.model.wire`. No path of the user's machine is in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain, pairwise
from operator import itemgetter
from typing import TypedDict, TypeVar, get_args

from graphtrace import explain
from graphtrace.explain.beats import beat_sentences
from graphtrace.literals import Language, NodeState, SavedNow
from graphtrace.model import EVENT_KINDS, PHASES, Event, Graph, Recording, wire
from graphtrace.player.beats import beat_ends
from graphtrace.player.finite import Odd, first_odd
from graphtrace.player.grads import GradHistories
from graphtrace.player.histories import Histories, History
from graphtrace.player.index import Index
from graphtrace.player.passes import PassHistories, Place
from graphtrace.player.phases import PhaseRun
from graphtrace.player.state import Update
from graphtrace.style.safe_text import visible
from graphtrace.texts import LANGUAGES
from graphtrace.viewer.diagnosed import diagnosed
from graphtrace.viewer.given import Given, given_to
from graphtrace.viewer.recorded_graph import values_of
from graphtrace.viewer.tables import LeafTable, TensorTable
from graphtrace.viewer.wire_code import CodeTable, FormulaTable
from graphtrace.viewer.wire_updates import updates_to_wire

K = TypeVar("K")
V = TypeVar("V")
W = TypeVar("W")

_NODE_STATES: tuple[NodeState, ...] = get_args(NodeState)
_SAVED_STATES: tuple[SavedNow, ...] = get_args(SavedNow)


def to_wire(
    recording: Recording, languages: tuple[Language, ...] = LANGUAGES, judged: Recording | None = None
) -> wire.WireRecording:
    """Return what the viewer plays, as strict JSON; every tensor is in it once.

    Args:
        recording: What happened.
        languages: Of the sentences.
        judged: The end of the recording, where a diagnosis need not read what came before.
    """
    index, formulas, code, tensors = Index(recording), FormulaTable(recording), CodeTable(), TensorTable()
    leaves, given = LeafTable(), [given_to(recording, graph) for graph in recording.graphs]
    return {
        "length": len(recording.events),
        "tables": _tables(),
        "events": _events(recording, leaves),
        "runs": [_run(run) for run in index.runs],
        "beats": _differences(beat_ends(recording)),
        "shown": _history(index.shown, _same),
        "running": _history(index.running, _same),
        "error": _history(index.error, lambda text: visible(text, 4000)),
        "grads": _grads(index.grads, leaves, tensors),
        "params": _histories(index.params, leaves.place, lambda pair: pair and _update(pair, tensors)),
        "skipped": _histories(index.skipped, leaves.place, _same),
        "drawn": _histories(index.drawn, leaves.place, tensors.take),
        "outputs": _histories(index.outputs, _same, lambda values: [tensors.take(value) for value in values]),
        "given": _histories(_chosen(index.given, _ids(given)), _same, tensors.take),
        "graphs": [_graph(recording, *pair, tensors, formulas) for pair in zip(index.passes, given, strict=True)],
        "ops": [code.op(op) for op in recording.ops],
        "code": code.lines(),
        "rules": formulas.rules,
        "updates": updates_to_wire(recording, tensors, _differences),
        "operands": formulas.operands(index, tensors.take),
        "leaves": leaves.names(),
        "tensors": tensors.table,
        **_words(index, languages),  # type: ignore[typeddict-item]  # places are the host's to add
        "diagnosis": diagnosed(recording, languages, judged),
        "odd": [_odd(odd) for odd in first_odd(recording) if odd is not None],
    }


class _Words(TypedDict):
    sentences: dict[str, list[str]]
    told: dict[str, list[str]]
    warnings: list[str]


def _words(index: Index, languages: tuple[Language, ...]) -> _Words:
    recording = index.recording
    return {
        "sentences": {language: _clean(explain.sentences(recording, language, index)) for language in languages},
        "told": {language: _clean(beat_sentences(recording, language)) for language in languages},
        "warnings": _clean(recording.warnings),
    }


def _ids(given: Iterable[Iterable[Given]]) -> set[int]:
    return {one.tensor.id for some in given for one in some}


def _odd(odd: Odd) -> wire.WireOdd:
    return {"cursor": odd.cursor, "word": odd.word, "op": odd.op, "graph": odd.graph, "node": odd.node}


def _clean(texts: Iterable[str]) -> list[str]:
    return [visible(text, 400) for text in texts]


def _same(thing: V) -> V:
    return thing


def _differences(numbers: Iterable[int]) -> wire.Differences:
    return [after - before for before, after in pairwise(chain((0,), numbers))]


def _tables() -> wire.WireTables:
    return {
        "kinds": list(EVENT_KINDS),
        "phases": [PHASES[kind] for kind in EVENT_KINDS],
        "node_states": list(_NODE_STATES),
        "saved_states": list(_SAVED_STATES),
    }


def _run(run: PhaseRun) -> wire.WireRun:
    return {"phase": run.phase, "start": run.start, "end": run.end, "counted": _differences(run.counted)}


# ---- what happened -------------------------------------------------------------------------------


def _events(recording: Recording, leaves: LeafTable) -> wire.WireEvents:
    kinds = {kind: position for position, kind in enumerate(EVENT_KINDS)}
    return {
        "kind": [kinds[event.kind] for event in recording.events],
        "step": _changes(recording, lambda event: event.step),
        "graph": _changes(recording, lambda event: event.graph),
        "node": _column(recording, lambda event: event.node),
        "edge": _column(recording, lambda event: event.edge),
        "op": _column(recording, lambda event: event.op),
        "leaf": _column(recording, lambda event: None if event.param is None else leaves.place(event.param)),
    }


def _changes(recording: Recording, read: Callable[[Event], V]) -> wire.WireHistory[V]:
    history: History[V] = History()
    for cursor, event in enumerate(recording.events, 1):
        value = read(event)
        if not history.values or history.values[-1] != value:
            history.put(cursor, value)
    return _history(history, _same)


def _column(recording: Recording, read: Callable[[Event], int | None]) -> wire.WireColumn:
    read_all = ((cursor, read(event)) for cursor, event in enumerate(recording.events, 1))
    found = [(cursor, value) for cursor, value in read_all if value is not None]
    return {"cursors": _differences(cursor for cursor, _ in found), "values": _differences(value for _, value in found)}


# ---- what changed --------------------------------------------------------------------------------


def _history(history: History[V], value: Callable[[V], W]) -> wire.WireHistory[W]:
    return {"cursors": _differences(history.cursors), "values": [value(thing) for thing in history.values]}


def _by_cursor(histories: Histories[K, V]) -> list[tuple[int, K, V]]:
    """Return the changes of all things in the order in which they happened."""
    found = [
        (cursor, key, value)
        for key, history in histories.items()
        for cursor, value in zip(history.cursors, history.values, strict=True)
    ]
    return sorted(found, key=itemgetter(0))


def _histories(histories: Histories[K, V], key: Callable[[K], int], value: Callable[[V], W]) -> wire.WireHistories[W]:
    changes = _by_cursor(histories)
    return {
        "cursors": _differences(cursor for cursor, _, _ in changes),
        "keys": _differences(key(thing) for _, thing, _ in changes),
        "values": [value(now) for _, _, now in changes],
    }


def _update(pair: Update, tensors: TensorTable) -> tuple[int | None, int | None]:
    return tensors.take(pair[0]), tensors.take(pair[1])


def _places(histories: Histories[Place, V], value: Callable[[V], W]) -> wire.WirePlaces[W]:
    columns = _histories(histories, lambda place: place[0], value)
    return {**columns, "input_nr": [input_nr for _, (_, input_nr), _ in _by_cursor(histories)]}


def _grads(grads: GradHistories, leaves: LeafTable, tensors: TensorTable) -> wire.WireGrads:
    columns = _histories(grads.changes, leaves.place, lambda change: tensors.take(change.value))
    changes = [change for _, _, change in _by_cursor(grads.changes)]
    added: list[list[int]] = [[] for _ in leaves.names()]
    for leaf, values in grads.added.items():
        added[leaves.place(leaf)] = [tensors.place(value) for value in values]
    return {
        **columns,
        "first": [change.first for change in changes],
        "end": [change.end for change in changes],
        "zero": [change.is_zero for change in changes],
        "count": [change.passes for change in changes],
        "added": added,
    }


def _chosen(histories: Histories[K, V], keys: Collection[K]) -> Histories[K, V]:
    found: Histories[K, V] = Histories()
    found.update((key, history) for key, history in histories.items() if key in keys)
    return found


def _graph(
    recording: Recording, histories: PassHistories, given: Sequence[Given], tensors: TensorTable, formulas: FormulaTable
) -> wire.WireGraph:
    graph = histories.graph
    return {
        "edges": _edges(graph),
        "ops": _pairs({node.id: node.op for node in graph.nodes if node.op is not None}),
        "values": _pairs(values_of(recording, graph)),
        "given": [one.tensor.id for one in given],
        "makers": [-1 if one.maker is None else one.maker.id for one in given],
        "formulas": formulas.graph(graph, _differences),
        "nodes": _histories(histories.nodes, _same, _NODE_STATES.index),
        "delivered": _histories(histories.edges, _same, tensors.take),
        "incoming": _places(histories.incoming, tensors.take),
        "parts": _places(histories.parts, tensors.take),
        "saved": _histories(histories.saved, _same, _SAVED_STATES.index),
    }


def _edges(graph: Graph) -> wire.WireEdges:
    return {
        "source": _differences(edge.source for edge in graph.edges),
        "slot": [edge.slot for edge in graph.edges],
        "target": _differences(edge.target for edge in graph.edges),
        "input_nr": [edge.input_nr for edge in graph.edges],
    }


def _pairs(mapping: dict[int, int]) -> wire.WirePairs:
    return {"keys": _differences(mapping), "values": _differences(mapping.values())}
