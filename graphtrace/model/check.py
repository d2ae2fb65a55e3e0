"""The laws every graph obeys. `check` is run on whatever is read from a file, and by the tests."""

from __future__ import annotations

from collections.abc import Iterator

from graphtrace.errors import TraceError
from graphtrace.model.graph import Edge, Graph, Node


def check(graph: Graph) -> None:
    """Check ids, order and slots of a graph.

    Raises:
        TraceError: An id is out of place, an edge leads to no node, back toward the root (so the
            graph has a cycle or is not in execution order) or from a wrong slot, or a root is unknown.
    """
    for fault in violations(graph):
        raise TraceError(f"graph is inconsistent: {fault} (trace it again)")


def violations(graph: Graph) -> Iterator[str]:
    """Yield every broken law in words."""
    for position, node in enumerate(graph.nodes):
        if node.id != position:
            yield f"node {position} has the id {node.id}"
    if len({node.key for node in graph.nodes}) != len(graph.nodes):
        yield "two nodes have the same key"
    for edge in graph.edges:
        yield from _edge_faults(graph.nodes, edge)
    yield from _slot_faults(graph)
    for root, output_nr in graph.roots:
        if not _is_output(graph.nodes, root, output_nr):
            yield f"root {(root, output_nr)} is not an output of a node"
    for param in graph.params:
        if param.node is not None and not 0 <= param.node < len(graph.nodes):
            yield f"parameter {param.names[:1]} has no node {param.node}"


def _edge_faults(nodes: tuple[Node, ...], edge: Edge) -> Iterator[str]:
    if not 0 <= edge.source < len(nodes) or not _is_output(nodes, edge.target, edge.input_nr):
        yield f"{edge} leads to no output of a node"
    elif edge.target <= edge.source:
        yield f"{edge} does not lead toward the leaves"


def _is_output(nodes: tuple[Node, ...], node: int, output_nr: int) -> bool:
    return 0 <= node < len(nodes) and output_nr >= 0 and (not nodes[node].metas or output_nr < len(nodes[node].metas))


def _slot_faults(graph: Graph) -> Iterator[str]:
    """Every slot of a node is used once: by an edge, or as a None slot."""
    used: list[list[int]] = [list(node.none_slots) for node in graph.nodes]
    places = [(edge.source, edge.slot) for edge in graph.edges]
    if places != sorted(places):
        yield "edges are not ordered by source and slot"
    for source, slot in places:
        if 0 <= source < len(used):
            used[source].append(slot)
    for node, slots in zip(graph.nodes, used, strict=True):
        if sorted(slots) != list(range(node.slots)):
            yield f"node {node.id} has {node.slots} slots, but edges and None slots use {sorted(slots)[:20]}"
