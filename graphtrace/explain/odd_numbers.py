"""What made a number that is not finite: the formula of its operation, with the recorded numbers of that element."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite

from graphtrace.explain.formulas import Formulas
from graphtrace.explain.numbers import number
from graphtrace.explain.rules import called, rule_of, second
from graphtrace.model import Node, Op, Recording, TensorData
from graphtrace.player.index import Index

# Calls whose every number comes from the numbers at the same place, by their names.
_KINDS = {
    **{name: name.title() for name in ("neg", "exp", "log", "log2", "log10", "sqrt", "rsqrt", "reciprocal")},
    **{name: name.title() for name in ("asin", "acos", "add", "sub", "mul", "div")},
    **{"log1p": "Log1P", "true_divide": "Div", "truediv": "Div", "divide": "Div", "multiply": "Mul", "subtract": "Sub"},
    **{"pow": "PowBackward0", "square": "PowBackward0", "rsub": "Rsub"},
}
_ELEMENTWISE = "Add Sub Rsub Mul Div Neg Pow Reciprocal Exp Log Log2 Log10 Log1P Sqrt Rsqrt Asin Acos Abs Tanh Sigmoid"


class OddNumbers:
    """Says what made the first number that is not finite.

    Args:
        index: What the recording tells.
    """

    def __init__(self, index: Index) -> None:
        self._index, self._recording = index, index.recording

    def forward(self, op: Op, cursor: int) -> str:
        """Return ``log 0 = −inf``, empty where no formula of single numbers says it."""
        out = self._recording.events[cursor - 1].tensor("out:0")
        kind = _KINDS.get(called(op))
        if kind == "PowBackward0" and len(op.inputs) > 1:
            kind = "PowBackward1"
        rule = None if kind is None else rule_of(Node(0, "", kind, "op", op=op.id), op, None)
        if rule is None or out is None:
            return ""
        letters = rule[1] if second(kind or "", op) is None else ("x",)
        contents = {letter: self._given(cursor, i) for i, letter in enumerate(letters)}
        return filled(rule[0].partition(" = ")[2], {**contents, "z": out}, out)

    def _given(self, cursor: int, slot: int) -> TensorData | None:
        """Return what an operation read, as it was when it ran."""
        event = self._recording.events[cursor - 1]
        op = self._recording.ops[event.op or 0]
        own = event.tensor(f"in:{slot}")
        if own is not None or slot >= len(op.inputs):
            return own
        tensor = self._recording.tensors[op.inputs[slot]]
        if tensor.name and tensor.origin in ("param", "leaf"):
            return self._index.state(cursor).values.get(tensor.name)
        return made_before(self._recording, tensor.id, cursor)

    def backward(self, graph: int, edge: int, cursor: int) -> str:
        """Return ``1 / 0 = inf``, empty where no formula of single numbers says it."""
        traced, state = self._recording.graphs[graph], self._index.state(cursor)
        node, added = traced.nodes[traced.edges[edge].source], state.edges.get(edge)
        formula = Formulas(self._recording, traced).of(node)
        line = next((line for line in formula.lines if line.edge == edge), None) if formula else None
        if formula is None or line is None or added is None or node.type.partition("Backward")[0] not in _SINGLE:
            return ""
        contents = {letter: self._index.operand(*place) for letter, place in formula.operands.items()}
        return filled(line.text, {**contents, "g": state.incoming.get((node.id, 0))}, added)


_SINGLE = frozenset(_ELEMENTWISE.split())


def made_before(recording: Recording, tensor: int, cursor: int) -> TensorData | None:
    """Return the content of a tensor of the forward pass as the last event before a cursor told it."""
    for event in reversed(recording.events[: cursor - 1]):
        op = recording.ops[event.op] if event.kind == "forward_op" and event.op is not None else None
        for way, numbers in (("out", op.outputs), ("in", op.inputs)) if op is not None else ():
            if tensor in numbers and (data := event.tensor(f"{way}:{numbers.index(tensor)}")) is not None:
                return data
    return None


def filled(text: str, contents: Mapping[str, TensorData | None], result: TensorData) -> str:
    """Put numbers for the letters of a formula: those at the first place where the result is not finite."""
    if "Σ" in text or not result.is_whole or "complex" in result.meta.dtype:
        return ""
    flat = [value.real for value in result.numbers()]
    at = next((i for i, value in enumerate(flat) if not isfinite(value)), None)
    if at is None:
        return ""
    values = {letter: element(data, result, at) for letter, data in contents.items()}
    if any(values.get(letter) is None for letter in re.findall(r"\{(\w+)\}", text)):
        return ""
    written = re.sub(r"\{(\w+)\}", lambda found: _factor(values[found[1]]), text)
    return f"{written} = {number(flat[at])}"


def _factor(value: float | None) -> str:
    text = "" if value is None else number(value)
    return f"({text})" if text.startswith("−") else text


def element(data: TensorData | None, result: TensorData, at: int) -> float | None:
    """Return the number of an operand that stands at a place of the result, after broadcasting."""
    if data is None or not data.is_whole or "complex" in data.meta.dtype:
        return None
    sizes = [size for size in result.meta.shape if isinstance(size, int)]
    own = [size for size in data.meta.shape if isinstance(size, int)]
    if len(own) > len(sizes):
        return None
    place, step = 0, 1
    own = [1] * (len(sizes) - len(own)) + own
    for size, mine in zip(reversed(sizes), reversed(own), strict=True):
        if mine not in (1, size):
            return None
        at, index = divmod(at, size)
        place, step = place + (index if mine > 1 else 0) * step, step * mine
    return data.numbers()[place].real
