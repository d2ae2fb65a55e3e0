"""A graph as rows of plain values, one function per table."""

from __future__ import annotations

from graphtrace.model import Graph, Node, Saved, TensorMeta

Rows = list[dict[str, str | int | None]]


def node_rows(graph: Graph) -> Rows:
    """Return one row per node, in predicted execution order."""
    return [_node(node) for node in graph.nodes]


def _node(node: Node) -> dict[str, str | int | None]:
    meta = node.metas[0] if node.metas else None
    return {
        "id": node.id,
        "key": node.key,
        "type": node.type,
        "kind": node.kind,
        "module": node.module,
        "shape": _shape(meta),
        "dtype": None if meta is None else meta.dtype,
        "device": None if meta is None else meta.device,
        "slots": node.slots,
        "None slots": ", ".join(map(str, node.none_slots)),
        "saved": len(node.saved),
    }


def edge_rows(graph: Graph) -> Rows:
    """Return one row per edge: the graph is a multigraph, so equal ends may come twice."""
    nodes = graph.nodes
    return [
        {
            "source": edge.source,
            "from": nodes[edge.source].key,
            "slot": edge.slot,
            "target": edge.target,
            "to": nodes[edge.target].key,
            "input_nr": edge.input_nr,
        }
        for edge in graph.edges
    ]


def param_rows(graph: Graph) -> Rows:
    """Return one row per parameter: used, frozen or unused."""
    return [
        {
            "names": " = ".join(param.names),
            "state": param.state,
            "shape": _shape(param.meta),
            "numel": param.meta.numel,
            "dtype": param.meta.dtype,
            "device": param.meta.device,
            "node": param.node,
        }
        for param in graph.params
    ]


def saved_rows(graph: Graph) -> Rows:
    """Return one row per tensor kept for backward."""
    return [_saved(node, saved) for node in graph.nodes for saved in node.saved]


def _saved(node: Node, saved: Saved) -> dict[str, str | int | None]:
    return {
        "node": node.id,
        "key": node.key,
        "name": saved.name,
        "state": saved.state,
        "shape": _shape(saved.meta),
        "dtype": None if saved.meta is None else saved.meta.dtype,
        "bytes": saved.nbytes,
        "storage": saved.storage,
        "alias": saved.alias,
        "version": saved.version,
    }


def _shape(meta: TensorMeta | None) -> str | None:
    return None if meta is None else str(meta)
