"""What an operation computes, forwards and backwards, as formulas whose letters stand for recorded tensors.

The formulas themselves are in `graphtrace.explain.rules`. A letter in braces is an operand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphtrace.explain.rules import NUMBER_BY_NUMBER, Rule, rule_of
from graphtrace.model import Edge, Graph, Node, Recording, TensorMeta, op_of

Place = tuple[int, str]  # a forward op, and the name of a tensor in its event


@dataclass(frozen=True, slots=True)
class GradientLine:
    """The gradient of one input. `edge` is the position in ``graph.edges`` of the edge that delivers it."""

    text: str
    result: str
    edge: int | None


@dataclass(frozen=True, slots=True)
class Formula:
    """Formulas of one node; `operands` says where the numbers of each letter are in the recording.

    ``{g}`` is the gradient that enters the node, ``{dx}`` the one that leaves it toward ``x``.
    """

    forward: str
    out: str
    lines: tuple[GradientLine, ...]
    operands: Mapping[str, Place]


# Linear: its letters are those of the call, and its weight is reached through a transpose.
_LINEAR = ("{z} = {x} {W}ᵀ + {b}", "{z} = {x} {W}ᵀ")
_LINEAR_LINES = {"b": "Σ {g}", "x": "{g} {W}", "W": "{g}ᵀ {x}"}


class Formulas:
    """Looks formulas up for the nodes of one recorded graph."""

    def __init__(self, recording: Recording, graph: Graph) -> None:
        self._recording, self._graph = recording, graph
        self._out: dict[tuple[int, int], int] = {(e.source, e.slot): i for i, e in enumerate(graph.edges)}
        self._makers, self._leaves = _makers(recording)
        events = [event for event in recording.events if event.kind == "forward_op" and event.op is not None]
        self._contents = {(e.op, name): value for e in events for name, value in e.tensors if e.op is not None}
        nodes = graph.nodes  # where a call made several nodes, its inputs and output belong to no single node
        joined = [(e.source, e.target) for e in graph.edges if nodes[e.source].op == nodes[e.target].op]
        self._inner = {node for pair in joined for node in pair}

    def of(self, node: Node) -> Formula | None:
        """Return the formulas of a node, None for an operation that is not in the table."""
        if node.op is None or not 0 <= node.op < len(self._recording.ops):
            return None
        op = self._recording.ops[node.op]
        if op.name.endswith("functional.linear"):
            return self._linear(node)
        rule = rule_of(node, op, self._averaged(node))
        return None if rule is None else self._by_rule(node, rule)

    def _averaged(self, node: Node) -> int | None:
        """Return over how many numbers a mean or a mean loss is taken, None where the recording does not tell."""
        read = self._read(node)
        if read is None or read.numel is None:
            return None
        if op_of(node.type) == "NllLoss":
            return self._targets(node, read)
        out = node.metas[0].numel if op_of(node.type) == "Mean" and node.metas else 1
        return read.numel // out if out else None

    def _read(self, node: Node) -> TensorMeta | None:
        """Return shape and kind of what a node's operation read: what broadcasting made of it, where that is a node."""
        edges = [self._graph.edges[self._out[key]] for slot in (0, 1) if (key := (node.id, slot)) in self._out]
        metas = [(self._graph.nodes[edge.target].metas, edge.input_nr) for edge in edges]
        known = [of[nr] for of, nr in metas if nr < len(of) and of[nr].numel is not None]
        return max(known, key=lambda meta: meta.numel or 0, default=None)

    def _targets(self, node: Node, read: TensorMeta) -> int | None:
        """Return how many samples a mean of ``nll_loss`` counts: all, where none has a weight or is ignored."""
        op = self._recording.ops[node.op or 0]
        place = self._makers.get(op.inputs[1]) if len(op.inputs) == 2 else None
        target = None if place is None else self._contents.get(place)
        if target is None or not target.is_whole or op.constant("ignore_index") in target.numbers():
            return None
        return 1 if len(read.shape) == 1 else target.meta.numel

    def _by_rule(self, node: Node, rule: Rule) -> Formula:
        """Fill in a rule with the tensors of the node's call."""
        forward, letters, gradients = rule
        inner = node.id in self._inner
        values = {} if inner else self._values(node, letters)
        lines = []
        for slot, (letter, text) in enumerate(zip(letters, gradients, strict=True)):
            if (edge := self._out.get((node.id, slot))) is not None:
                lines.append(GradientLine(self._summed(node, values, letter, text), letter, edge))
        return Formula(forward, "z", tuple(lines), self._places(node, values, given=not inner))

    def _values(self, node: Node, letters: tuple[str, ...]) -> dict[str, int]:
        """Give each letter the id of its tensor: all slots in order, or only those in use where numbers were passed."""
        inputs = self._recording.ops[node.op or 0].inputs
        used = [letter for slot, letter in enumerate(letters) if slot not in node.none_slots]
        names = letters if len(inputs) >= len(letters) else used if len(used) == len(inputs) else ()
        return dict(zip(names, inputs, strict=False))

    def _places(self, node: Node, values: Mapping[str, int], *, given: bool = True) -> dict[str, Place]:
        """Return where each letter's numbers are: a leaf's in this call's event, others where they were made."""
        op = node.op or 0
        places: dict[str, Place] = {"z": (op, "out:0")} if given else {}
        for letter, value in values.items():
            if value in self._leaves:
                places[letter] = (op, f"leaf:{self._leaves[value]}")
            elif value in self._makers:
                places[letter] = self._makers[value]
        return places

    def _summed(self, node: Node, values: Mapping[str, int], letter: str, text: str) -> str:
        """Put a sum before the gradient of a tensor that broadcasting repeated."""
        shapes = {name: self._recording.tensors[value].meta.shape for name, value in values.items()}
        grown = letter in shapes and any(len(o) >= len(shapes[letter]) and o != shapes[letter] for o in shapes.values())
        return f"Σ {text}" if grown and op_of(node.type) in NUMBER_BY_NUMBER else text

    def _linear(self, node: Node) -> Formula | None:
        op = self._recording.ops[node.op or 0]
        if op_of(node.type) not in ("Addmm", "Mm", "Linear"):
            return None
        letters = ("x", "W", "b")[: len(op.inputs)]
        slots = {"Addmm": ("b", "x", "W"), "Linear": ("x", "W", "b")}.get(op_of(node.type), ("x", "W"))
        lines = []
        for slot, letter in enumerate(slots):
            edge = self._out.get((node.id, slot))
            if edge is not None and letter in letters:
                lines.append(GradientLine(_LINEAR_LINES[letter], letter, self._beyond(self._graph.edges[edge], edge)))
        places = self._places(node, dict(zip(letters, op.inputs, strict=False)))
        return Formula(_LINEAR[len(op.inputs) < 3], "z", tuple(lines), places)

    def _beyond(self, edge: Edge, number: int) -> int | None:
        """Go past a transpose of the same call, to the edge that carries the gradient of the weight itself."""
        while op_of(self._graph.nodes[edge.target].type) in ("T", "View", "UnsafeView", "Transpose"):
            target = self._graph.nodes[edge.target]
            onward = self._out.get((target.id, 0))
            if onward is None or target.op != self._graph.nodes[edge.source].op:
                break
            number, edge = onward, self._graph.edges[onward]
        return number


def _makers(recording: Recording) -> tuple[dict[int, Place], dict[int, str]]:
    """Return per tensor the event that first holds its numbers, and per leaf its name."""
    makers: dict[int, Place] = {}
    leaves: dict[int, str] = {}
    for event in recording.events:
        if event.kind != "forward_op" or event.op is None:
            continue
        op, names = recording.ops[event.op], {name for name, _ in event.tensors}
        leaves |= {op.inputs[int(fact[5:])]: str(name) for fact, name in event.facts if fact.startswith("leaf:")}
        for kind, values in (("in", op.inputs), ("out", op.outputs)):
            for slot, value in enumerate(values):
                if f"{kind}:{slot}" in names:
                    makers.setdefault(value, (event.op, f"{kind}:{slot}"))
    return makers, leaves
