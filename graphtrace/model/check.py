"""The laws that every graph obeys. `check` runs on everything that is read from a file, and in the tests."""

from __future__ import annotations

from collections.abc import Iterator

from graphtrace.errors import TraceError
from graphtrace.literals import NODE_KINDS, PARAM_STATES, SAVED_STATES
from graphtrace.model.graph import Edge, Graph, Node, TensorMeta


def check(graph: Graph) -> None:
    """Check ids, order and slots of a graph.

    Raises:
        TraceError: An id is out of place, an edge leads to no node, back toward the root (so the
            graph has a cycle or is not in execution order) or from a wrong slot, a root is unknown, a
            node is reached from no root, or a word or number is one that `trace` never writes.
    """
    for fault in violations(graph):
        raise TraceError(f"graph is inconsistent: {fault} (trace it again)")


def violations(graph: Graph) -> Iterator[str]:
    """Yield every broken law in words."""
    for position, node in enumerate(graph.nodes):
        if node.id != position:
            yield f"node {position} has the id {node.id}"
        yield from _node_faults(node)
    if len({node.key for node in graph.nodes}) != len(graph.nodes):
        yield "two nodes have the same key"
    for edge in graph.edges:
        yield from _edge_faults(graph.nodes, edge)
    yield from _slot_faults(graph)
    yield from _root_faults(graph)
    yield from _param_faults(graph)
    if graph.held_bytes < 0:
        yield f"{graph.held_bytes} bytes are held"


def _node_faults(node: Node) -> Iterator[str]:
    if node.kind not in NODE_KINDS:
        yield f"node {node.id} is of the unknown kind {node.kind[:40]!r}"
    if node.metas and any(map(_has_negative_size, node.metas)):
        yield f"node {node.id} has a negative size"
    for saved in node.saved:
        if saved.state not in SAVED_STATES:
            yield f"node {node.id} saved a tensor in the unknown state {saved.state[:40]!r}"
        if saved.nbytes < 0 or (saved.meta is not None and _has_negative_size(saved.meta)):
            yield f"node {node.id} saved a tensor of negative size"


def _has_negative_size(meta: TensorMeta) -> bool:
    return any(isinstance(size, int) and size < 0 for size in meta.shape)


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
        if len(slots) != node.slots or sorted(slots) != list(range(node.slots)):  # lengths first: `slots` may be huge
            yield f"node {node.id} has {node.slots} slots, but edges and None slots use {sorted(slots)[:20]}"


def _root_faults(graph: Graph) -> Iterator[str]:
    """Edges lead to higher ids only, so a node that is no root and that no edge enters is reached from nowhere."""
    if not graph.roots:
        yield "it has no root"
    for root, output_nr in graph.roots:
        if not _is_output(graph.nodes, root, output_nr):
            yield f"root {(root, output_nr)} is not an output of a node"
    reached = {edge.target for edge in graph.edges} | {root for root, _ in graph.roots}
    for node in range(len(graph.nodes)):
        if node not in reached:
            yield f"node {node} is reached from no root"


def _param_faults(graph: Graph) -> Iterator[str]:
    for param in graph.params:
        label = f"parameter {str(param.names[:1])[:60]}"
        if param.state not in PARAM_STATES or (param.state == "used") != (param.node is not None):
            yield f"{label} is {param.state[:40]!r} with the node {param.node}"
        if not param.names or _has_negative_size(param.meta):
            yield f"{label} has no name or a negative size"
        if param.node is not None and not _is_leaf(graph.nodes, param.node):
            yield f"{label} has no node {param.node}"


def _is_leaf(nodes: tuple[Node, ...], node: int) -> bool:
    return 0 <= node < len(nodes) and nodes[node].kind == "accumulate"
