"""A recording as plain JSON for the viewer: events, contents, code. No path of the user's machine is in it."""

from __future__ import annotations

from pathlib import PurePath, PureWindowsPath
from typing import Any

from graphtrace import explain
from graphtrace.explain.formulas import Formula, Formulas
from graphtrace.model import Event, Graph, Op, Recording, TensorData
from graphtrace.player import PHASES
from graphtrace.style.safe_text import visible
from graphtrace.texts import LANGUAGES
from graphtrace.viewer.card_slots import values_of

Json = dict[str, Any]


def tape(recording: Recording, languages: tuple[str, ...] = LANGUAGES) -> Json:
    """Return what the viewer replays, as strict JSON; every content is in it once."""
    contents = _Contents()
    code = _Code()
    ops = [code.op(op) for op in recording.ops]
    events = [_event(event, contents) for event in recording.events]
    formulas = _Rules()
    return {
        "ops": ops,
        "code": code.lines(),
        "rules": formulas.rules,
        "events": events,
        "graphs": [
            {
                "nodes": len(graph.nodes),
                "edges": [[e.source, e.slot, e.target, e.input_nr] for e in graph.edges],
                "ops": {node.id: node.op for node in graph.nodes if node.op is not None},
                "values": values_of(recording, graph),
                "formulas": formulas.graph(recording, graph),
                "saved": {node.id: state for node in graph.nodes if (state := _saved(node.saved))},
            }
            for graph in recording.graphs
        ],
        "tensors": contents.table,
        "phases": [PHASES.get(event.kind, "") for event in recording.events],
        "says": {language: list(_clean(explain.sentences(recording, language))) for language in languages},
        "warnings": list(_clean(recording.warnings)),
    }


def _clean(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(visible(text, 400) for text in texts)


def _saved(saved: tuple[Any, ...]) -> str | None:
    states = {one.state for one in saved} - {"none"}
    if not states:
        return None
    return "freed" if states == {"freed"} else "held"


def _event(event: Event, contents: _Contents) -> Json:
    places = {"g": event.graph, "n": event.node, "e": event.edge, "o": event.op}
    found: Json = {"k": event.kind, "s": event.step, **{key: v for key, v in places.items() if v is not None}}
    if event.param is not None:
        found["p"] = visible(event.param, 2000)
    if event.tensors:
        found["v"] = [[name, contents.take(value)] for name, value in event.tensors]
    if event.facts:
        found["f"] = {visible(name, 200): _plain(fact) for name, fact in event.facts}
    return found


def _plain(fact: Any) -> Any:
    """JSON knows no NaN and no infinity: they travel as words."""
    if isinstance(fact, float) and fact - fact != 0:
        return str(fact)
    return visible(fact, 4000) if isinstance(fact, str) else fact


class _Contents:
    """Every content once, by its position in a table."""

    def __init__(self) -> None:
        self.table: list[Json] = []
        self._places: dict[TensorData, int] = {}

    def take(self, value: TensorData | None) -> int | None:
        if value is None:
            return None
        if value not in self._places:
            self._places[value] = len(self.table)
            self.table.append(_tensor(value))
        return self._places[value]


def _tensor(value: TensorData) -> Json:
    meta = value.meta
    stats = {name: _plain(getattr(value, name)) for name in ("norm", "min", "max", "mean")}
    found: Json = {"shape": list(meta.shape), "dtype": meta.dtype, "device": meta.device, **stats}
    if value.data is not None:
        found["data"] = value.data
    if value.sample is not None:
        found["sample"] = list(value.sample)
    return found


class _Rules:
    """Formulas, each once: a node names its rule, the edges that deliver its results, and where its operands are."""

    def __init__(self) -> None:
        self.rules: list[Json] = []
        self._places: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}

    def graph(self, recording: Recording, graph: Graph) -> dict[int, list[Any]]:
        """Return the formulas of one graph by node."""
        known = Formulas(recording, graph)
        found = ((node.id, known.of(node)) for node in graph.nodes)
        return {node: self._row(formula) for node, formula in found if formula is not None}

    def _row(self, formula: Formula) -> list[Any]:
        key = (formula.forward, tuple((line.text, line.result) for line in formula.lines))
        if key not in self._places:
            self._places[key] = len(self.rules)
            self.rules.append({"forward": formula.forward, "lines": [list(line) for line in key[1]]})
        edges = [line.edge for line in formula.lines]
        return [self._places[key], edges, {name: list(place) for name, place in formula.operands.items()}]


class _Code:
    """The lines of the user's code that made a recorded call, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], str] = {}

    def op(self, op: Op) -> Json:
        found: Json = {"name": visible(op.name, 200), "module": visible(op.module, 200)}
        source = op.source
        if source is not None:
            self._found.setdefault((source.file, source.line), source.text)
            found["at"] = [_short(source.file), source.line, source.column, source.end_column]
        return found

    def lines(self) -> list[Json]:
        """Return the lines by file, in order of their numbers."""
        return [
            {"file": _short(file), "line": line, "text": visible(text.replace("\t", "    "), 400)}
            for (file, line), text in sorted(self._found.items())
        ]


def _short(file: str) -> str:
    """Return the name of a file without its folders: they are the user's own business."""
    name = PureWindowsPath(file).name if "\\" in file else PurePath(file).name
    return visible(name or file, 100)
