"""Titles with the constants of their calls: ``pow 2``, ``mul 3``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graphtrace.explain.numbers import number
from graphtrace.explain.rules import constant_of, exponent, second
from graphtrace.model import HELPERS, Graph, Node, Op, Recording, View, op_of
from graphtrace.views import call_name, concept_titles

_PRODUCTS = frozenset(["Addmm", "Mm", "Bmm", "Mv"])  # what a linear layer may be made of
_LAYERS = {"linear": "Linear", "conv1d": "Conv1d", "conv2d": "Conv2d", "conv3d": "Conv3d"}


def with_constant(title: str, node: Node, ops: Sequence[Op]) -> str:
    """Return the title of a node's card with the number that its call was given: ``pow 2``."""
    if node.op is None or node.op >= len(ops):
        return title
    kind, op = op_of(node.type), ops[node.op]
    found = exponent(op) if node.type == "PowBackward0" else second(kind, op)
    name, dot, module = title.partition(" · ")
    if kind in _PRODUCTS and call_name(op.name) == "linear":  # a layer without a weight that learns
        return f"Linear{dot}{module}"
    return title if found is None else f"{name} {number(found)}{dot}{module}"


def call_title(op: Op) -> str:
    """Return the title of a call that made no node, as its card would be titled: ``pow 2``, ``Linear · 0``."""
    name, found = call_name(op.name), constant_of(op)
    if op.module and name in _LAYERS:
        name = _LAYERS[name]
    if found is not None:
        name = f"{name} {number(found)}"
    return f"{name} · {op.module}" if op.module else name


def recorded_titles(recording: Recording, graph: Graph) -> list[str]:
    """Return per node of a recorded graph the title of the card that it is drawn in."""
    titles = zip(concept_titles(graph), graph.nodes, strict=True)
    return [with_constant(title, node, recording.ops) for title, node in titles]


def recorded_view(view: View, recording: Recording, graph: Graph) -> View:
    """Return a view whose cards are titled with the constants of their calls."""
    boxes = [
        replace(box, title=with_constant(box.title, graph.nodes[box.nodes[0]], recording.ops))
        if box.kind == "op" and box.nodes
        else box
        for box in view.boxes
    ]
    return replace(view, boxes=tuple(boxes))


def titles_of_calls(recording: Recording, titles: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return the titles of ops that have nodes: of the nodes of one call, the one nearest the root names it.

    A helper has the title of the card that it is folded into, which another call may have made: it names none.
    """
    return {
        node.op: titles[i][node.id]
        for i, graph in reversed(list(enumerate(recording.graphs)))
        for node in reversed(graph.nodes)
        if node.op is not None and op_of(node.type) not in HELPERS
    }
