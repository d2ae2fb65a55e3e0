"""What a recording tells of one graph, beyond the graph itself."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from itertools import islice, takewhile

from graphtrace.model import HELPERS, Edge, Graph, Node, Recording, TensorData, TensorMeta, op_of
from graphtrace.viewer.given import Given, given_to


@dataclass(frozen=True, slots=True)
class RecordedGraph:
    """What a recording tells of one graph: which op gave a node's value, which leaves have a value."""

    graph: Graph
    values: dict[int, int]  # node id to op id
    leaves: frozenset[str]
    fan_in: Counter[int]
    metas: dict[int, tuple[TensorMeta]]  # of what the op gave: the node's own may have another shape
    given: tuple[Given, ...] = ()
    known: dict[int, TensorData] = field(default_factory=dict)  # what tensors given held, by their numbers


def recorded_graph(recording: Recording, number: int) -> RecordedGraph:
    """Look up what can be shown of the graph at position `number`."""
    graph = recording.graphs[number]
    updated = {event.param for event in recording.events if event.kind == "param_update" and event.param}
    used = {str(name) for event in recording.events for fact, name in event.facts if fact.startswith("leaf:")}
    used |= {name[5:] for event in recording.events for name, _ in event.tensors if name.startswith("leaf:")}
    fan_in = Counter(edge.target for edge in graph.edges if edge.input_nr == 0)
    values = values_of(recording, graph)
    metas = {node: (recording.tensors[recording.ops[op].outputs[0]].meta,) for node, op in values.items()}
    given = given_to(recording, graph)
    known = _contents(recording, {one.tensor.id for one in given})
    return RecordedGraph(graph, values, frozenset(updated | used), fan_in, metas, given, known)


def _contents(recording: Recording, numbers: Container[int]) -> dict[int, TensorData]:
    """Return what tensors held that the program brought."""
    found: dict[int, TensorData] = {}
    for event in recording.events:
        inputs = recording.ops[event.op].inputs if event.op is not None else ()
        for name, value in event.tensors if inputs else ():
            place = int(name[3:]) if name.startswith("in:") else len(inputs)
            if place < len(inputs) and inputs[place] in numbers and value is not None:
                found[inputs[place]] = value
    return found


def values_of(recording: Recording, graph: Graph) -> dict[int, int]:
    """Return per node the op whose output is its output: of the nodes that one call made, the one nearest the root.

    Where that one only gives the tensor another shape (Linear on a batch of sequences), so is the one behind it,
    which does the work and names the card.
    """
    at = graph.nodes
    inner = {edge.target for edge in graph.edges if at[edge.source].op == at[edge.target].op}
    tops: dict[int, list[int]] = {}
    for node in graph.nodes:
        if node.op is not None and node.id not in inner:
            tops.setdefault(node.op, []).append(node.id)
    found = {}
    for op, nodes in tops.items():
        outputs = recording.ops[op].outputs if op < len(recording.ops) else ()
        if len(nodes) == 1 and outputs and _gives(graph.nodes[nodes[0]], recording.tensors[outputs[0]].meta):
            found[nodes[0]] = op
            found |= dict.fromkeys(_behind(graph, nodes[0], inner), op)
    return found


def _gives(node: Node, meta: TensorMeta, *, shaped: bool = True) -> bool:
    """Return whether a node's output has the shape of a tensor, or else as many numbers."""
    if not node.metas:
        return False
    return node.metas[0].shape == meta.shape if shaped else node.metas[0].numel == meta.numel


def _behind(graph: Graph, top: int, inner: Container[int]) -> list[int]:
    """Return the node of the same call that a reshaping one hands on, if there is one."""
    node = graph.nodes[top]
    if op_of(node.type) not in HELPERS or not node.metas:
        return []
    onward = [edge.target for edge in _leaving(graph, top) if edge.target in inner and edge.slot == 0]
    return [n for n in onward if _gives(graph.nodes[n], node.metas[0], shaped=False)]


def _leaving(graph: Graph, node: int) -> Iterator[Edge]:
    """Yield the edges of a node: they are sorted by their source."""
    start = bisect_left(graph.edges, node, key=lambda edge: edge.source)
    yield from takewhile(lambda edge: edge.source == node, islice(graph.edges, start, None))
