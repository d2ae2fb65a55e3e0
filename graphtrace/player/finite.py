"""Where the first number that is not finite was born: in the forward pass, and among the gradients."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from graphtrace.model import Event, Op, Recording, TensorData

# Calls that write infinities because the program asks for them.
_WRITTEN = "masked_fill masked_fill_ full full_like where triu tensor fill_ new_full log_softmax empty empty_like"
MASKS = frozenset(_WRITTEN.split(" "))


@dataclass(frozen=True, slots=True)
class Odd:
    """The first number that is not finite.

    Attributes:
        cursor: Behind the event that made it.
        word: ``nan``, ``inf`` or ``−inf``.
        op: The operation that gave it, None for a gradient.
        graph: Position of the graph of the gradient.
        node: The node that sent the gradient on.
        given: Whether it was not made, but came with the data.
    """

    cursor: int
    word: str
    op: int | None = None
    graph: int | None = None
    node: int | None = None
    given: bool = False


def is_finite(data: TensorData | None) -> bool:
    """Return whether all recorded numbers of a tensor are finite; True where nothing is known."""
    return data is None or data.is_finite


def has_nan(data: TensorData | None) -> bool:
    """Return whether a tensor is known to hold NaN."""
    return data is not None and any(
        isinstance(n, float) and math.isnan(n) for n in (data.norm, data.mean, data.min, data.max)
    )


def first_odd(recording: Recording) -> tuple[Odd | None, Odd | None]:
    """Return the first of the forward pass and the first gradient, None where all numbers are finite."""
    return next(_forward(recording), None), next(_backward(recording), None)


def _forward(recording: Recording) -> Iterator[Odd]:
    given: dict[int, TensorData | None] = {}  # per tensor what is known of it
    leaves = {tensor.name: tensor.id for tensor in recording.tensors if tensor.name}
    for cursor, event in enumerate(recording.events, 1):
        if event.kind == "param_update" and event.param in leaves:
            given[leaves[event.param]] = event.tensor("after")
        if event.kind != "forward_op" or event.op is None:
            continue
        op = recording.ops[event.op]
        _note(given, event, op, "in")
        read = [given.get(number) for number in op.inputs]
        _note(given, event, op, "out")
        made = next((data for i in range(len(op.outputs)) if not is_finite(data := event.tensor(f"out:{i}"))), None)
        if made is None or op.name.rpartition(".")[2] in MASKS:
            continue
        brought = any(has_nan(d) and recording.tensors[n].origin != "op" for n, d in zip(op.inputs, read, strict=True))
        if brought or all(is_finite(data) for data in read):
            yield Odd(cursor, _word(made), op=op.id, given=brought)


def _note(given: dict[int, TensorData | None], event: Event, op: Op, way: str) -> None:
    for i, number in enumerate(op.inputs if way == "in" else op.outputs):
        data = event.tensor(f"{way}:{i}")
        if data is not None:
            given[number] = data


def _backward(recording: Recording) -> Iterator[Odd]:
    for cursor, event in enumerate(recording.events, 1):
        if event.graph is None or event.kind not in ("node_in", "edge_add"):
            continue
        name = "added" if event.kind == "edge_add" else "in:0"
        if not is_finite(data := event.tensor(name)) and data is not None:
            edge = None if event.edge is None else recording.graphs[event.graph].edges[event.edge]
            node = event.node if edge is None else edge.source
            yield Odd(cursor, _word(data), graph=event.graph, node=node, given=edge is None)


def _word(data: TensorData) -> str:
    if has_nan(data):
        return "nan"
    return "−inf" if data.min == -math.inf and data.max != math.inf else "inf"
