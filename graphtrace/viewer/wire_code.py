"""The user's code and the formulas of a recording in the wire format, each line and each formula once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath, PureWindowsPath

from graphtrace.explain.formulas import Formula, Formulas, Place
from graphtrace.model import Graph, Op, Recording, TensorData, wire
from graphtrace.player.index import Index
from graphtrace.style.safe_text import visible


class FormulaTable:
    """A node names its rule, the edges that deliver its results, and its operands."""

    def __init__(self, recording: Recording) -> None:
        self.rules: list[wire.WireRule] = []
        self._recording = recording
        self._rules: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
        self._operands: dict[Place, int] = {}

    def graph(self, graph: Graph, differences: Callable[[Iterable[int]], wire.Differences]) -> wire.WireFormulas:
        """Return the formulas of one graph."""
        known = Formulas(self._recording, graph)
        found = [(node.id, formula) for node in graph.nodes if (formula := known.of(node)) is not None]
        return {
            "node": differences(node for node, _ in found),
            "rule": [self._rule(formula) for _, formula in found],
            "edges": [[line.edge for line in formula.lines] for _, formula in found],
            "operands": [
                {letter: self._operand(place) for letter, place in formula.operands.items()} for _, formula in found
            ],
        }

    def _rule(self, formula: Formula) -> int:
        key = (formula.forward, tuple([(line.text, line.result) for line in formula.lines]))
        place = self._rules.setdefault(key, len(self.rules))
        if place == len(self.rules):
            self.rules.append({"forward": formula.forward, "lines": list(key[1])})
        return place

    def _operand(self, place: Place) -> int:
        return self._operands.setdefault(place, len(self._operands))

    def operands(self, index: Index, take: Callable[[TensorData | None], int | None]) -> wire.WireOperands:
        """Return the operands of all formulas that were asked for.

        Args:
            index: Histories of the recording.
            take: Returns the position of a tensor in the table of all.
        """
        return {
            "op": [op for op, _ in self._operands],
            "name": [visible(name, 2000) for _, name in self._operands],
            "tensor": [take(index.operand(*place)) for place in self._operands],
        }


class CodeTable:
    """The lines of the user's code that made a recorded call."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, int], str] = {}

    def op(self, op: Op) -> wire.WireOp:
        """Return an op, and keep its line of code."""
        made: wire.WireOp = {"name": visible(op.name, 200), "module": visible(op.module, 200)}
        source = op.source
        if source is not None:
            self._lines.setdefault((source.file, source.line), source.text)
            made["at"] = (_file_name(source.file), source.line, source.column, source.end_column)
        return made

    def lines(self) -> list[wire.WireCodeLine]:
        """Return the lines by file, in order of their numbers."""
        return [
            {"file": _file_name(file), "line": line, "text": visible(text.replace("\t", "    "), 400)}
            for (file, line), text in sorted(self._lines.items())
        ]


def _file_name(file: str) -> str:
    """Return the name of a file without its folders: they are the user's own business."""
    name = PureWindowsPath(file).name if "\\" in file else PurePath(file).name
    return visible(name or file, 100)
