"""What the inspector says of nodes, as plain JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from graphtrace.model import Edge, Graph, Node, Param, Saved, TensorMeta
from graphtrace.model.wire_nodes import WireEnd, WireMeta, WireNode, WireParam, WireSaved
from graphtrace.style.safe_text import visible

MOST_EDGES = 80  # of one node that are listed, in each direction
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """What the inspector looks up: edges by their ends, parameters by their node."""

    graph: Graph
    leaving: dict[int, list[Edge]]
    arriving: dict[int, list[Edge]]
    params: dict[int, Param]


def node_facts(graph: Graph) -> NodeFacts:
    """Look up what belongs to each node of a graph."""
    leaving: dict[int, list[Edge]] = defaultdict(list)
    arriving: dict[int, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        leaving[edge.source].append(edge)
        arriving[edge.target].append(edge)
    params = {param.node: param for param in graph.params if param.node is not None}
    return NodeFacts(graph, leaving, arriving, params)


def wire_node(facts: NodeFacts, node: Node) -> WireNode:
    """Return all that there is to say of a node."""
    param = facts.params.get(node.id)
    return {
        "id": node.id,
        "key": clean(node.key),
        "type": clean(node.type),
        "kind": node.kind,
        "module": clean(node.module),
        "param": None if param is None else wire_param(param),
        "name": None if node.param is None else clean(node.param),
        "metas": [wire_meta(meta) for meta in node.metas],
        "slots": node.slots,
        "none": list(node.none_slots[:MOST_EDGES]),
        "out": _ends(facts, facts.leaving[node.id], toward_leaves=True),
        "out_more": max(0, len(facts.leaving[node.id]) - MOST_EDGES),
        "in": _ends(facts, facts.arriving[node.id], toward_leaves=False),
        "in_more": max(0, len(facts.arriving[node.id]) - MOST_EDGES),
        "saved": [wire_saved(saved) for saved in node.saved],
    }


def _ends(facts: NodeFacts, edges: Sequence[Edge], *, toward_leaves: bool) -> list[WireEnd]:
    """Return the far ends of some edges of one node."""
    nodes = facts.graph.nodes
    ends = [(edge.target if toward_leaves else edge.source, edge) for edge in edges[:MOST_EDGES]]
    return [
        {
            "node": far,
            "key": clean(nodes[far].key),
            "type": clean(nodes[far].type),
            "slot": edge.slot,
            "input_nr": edge.input_nr,
        }
        for far, edge in ends
    ]


def wire_saved(saved: Saved) -> WireSaved:
    """Return what a saved tensor is."""
    return {
        "name": clean(saved.name),
        "state": saved.state,
        "meta": None if saved.meta is None else wire_meta(saved.meta),
        "bytes": saved.nbytes,
        "alias": None if saved.alias is None else clean(saved.alias),
        "version": saved.version,
    }


def wire_param(param: Param) -> WireParam:
    """Return what a parameter is."""
    return {"names": [clean(name) for name in param.names], "meta": wire_meta(param.meta), "state": param.state}


def wire_meta(meta: TensorMeta) -> WireMeta:
    """Return shape and kind of a tensor."""
    return {"shape": clean(str(meta)), "dtype": meta.dtype, "device": meta.device, "layout": meta.layout}


def clean(text: str) -> str:
    """Return a text that survives every encoder and reorders nothing around it."""
    return visible(text, LONGEST_TEXT)
