"""A graph and its layout as plain JSON for the viewer: where things are, and what to say of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from graphtrace.layout.records import Card, Layout, Route, TextLine
from graphtrace.model import Box, Edge, Graph, Link, Node, Param, Saved, TensorMeta
from graphtrace.style.safe_text import visible
from graphtrace.viewer import dense

Json = dict[str, Any]

MOST_SPELLED_OUT = 2000  # boxes; more are packed
DETAILED_NODES = 60  # nodes of one box that the inspector lists; the rest is counted
DETAILED_EDGES = 80  # edges of one node that the inspector lists, in each direction
LONGEST_TEXT = 2000


def geometry(graph: Graph, layout: Layout) -> Json:
    """Return everything the viewer needs to draw `layout` and to explain `graph`, as strict JSON.

    Args:
        graph: The graph that the layout shows.
        layout: Places, cards and routes of a view of it.
    """
    return packed(graph, layout) if len(layout.view.boxes) > MOST_SPELLED_OUT else spelled_out(graph, layout)


def spelled_out(graph: Graph, layout: Layout) -> Json:
    """Return every box and line as an object of its own."""
    view, facts = layout.view, _facts(graph)
    return {
        **_head(graph, layout),
        "boxes": [_box(layout, box, facts) for box in view.boxes],
        "links": [_link(graph, link, route) for link, route in zip(view.links, layout.routes, strict=True)],
    }


def packed(graph: Graph, layout: Layout) -> Json:
    """Return the same in the columns of `graphtrace.viewer.dense`, for a large graph."""
    facts = _Facts(graph, {}, {}, _facts(graph).params)
    cards = dense.boxes(layout, lambda box: _card(layout, box, facts))
    lines = dense.links(layout, lambda edges: _label(graph, edges))
    nodes = dense.nodes(graph, _clean, _meta, _saved)
    params = {str(node): _param(param) for node, param in facts.params.items()}
    return {**_head(graph, layout), "dense": {**cards, **lines, **nodes, "params": params}}


def _head(graph: Graph, layout: Layout) -> Json:
    view = layout.view
    return {
        "view": view.name,
        "width": _round(layout.width),
        "height": _round(layout.height),
        "engine": layout.engine,
        "notes": [_clean(note) for note in (*view.notes, *layout.notes, *graph.warnings)],
        "folded": view.folded,
        "nodes": len(graph.nodes),
        "edges": len(graph.edges),
        "held": graph.held_bytes,
        "roots": sorted({node for node, _ in graph.roots}),
        "frames": _frames(layout),
    }


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the inspector looks up: edges by their ends, parameters by their node."""

    graph: Graph
    leaving: dict[int, list[Edge]]
    arriving: dict[int, list[Edge]]
    params: dict[int, Param]


def _facts(graph: Graph) -> _Facts:
    leaving: dict[int, list[Edge]] = defaultdict(list)
    arriving: dict[int, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        leaving[edge.source].append(edge)
        arriving[edge.target].append(edge)
    params = {param.node: param for param in graph.params if param.node is not None}
    return _Facts(graph, leaving, arriving, params)


def _box(layout: Layout, box: Box, facts: _Facts) -> Json:
    place = layout.places[box.id]
    shown = box.nodes[:DETAILED_NODES]
    return {
        **_card(layout, box, facts),
        "id": box.id,
        "twin": box.twin,
        "x": _round(place.x),
        "y": _round(place.y),
        "nodes": [_node(facts, facts.graph.nodes[node]) for node in shown],
        "more": len(box.nodes) - len(shown),
    }


def _card(layout: Layout, box: Box, facts: _Facts) -> Json:
    """Return what boxes that look the same share."""
    place = layout.places[box.id]
    return {
        "kind": box.kind,
        "title": _clean(box.title),
        "subtitle": _clean(box.subtitle),
        "text": _clean(box.text),
        "group": _clean(box.group),
        "openable": box.openable,
        "path": _module_path(facts.graph, box),
        "w": _round(place.width),
        "h": _round(place.height),
        "lines": _lines(layout.cards[box.id]),
        "details": [_clean(text) for text in box.details],
    }


def _module_path(graph: Graph, box: Box) -> str | None:
    """Return the path of a closed module: one step below the open module that its box lies in."""
    depth = box.group.count(".") + 2 if box.group else 1
    if not box.openable:
        return None
    inside = next((graph.nodes[node].module for node in box.nodes if graph.nodes[node].module), "")
    return _clean(".".join(inside.split(".")[:depth]))


def _lines(card: Card) -> list[Json]:
    return [_line(line) for line in card.lines]


def _line(line: TextLine) -> Json:
    return {
        "role": line.role,
        "x": _round(line.x),
        "y": _round(line.y),
        "size": _round(line.size),
        "width": _round(line.width),
        "text": _clean(line.text),
    }


def _link(graph: Graph, link: Link, route: Route) -> Json:
    return {
        "s": link.source,
        "t": link.target,
        "count": len(link.edges),
        "label": _label(graph, link.edges),
        "points": [_round(value) for point in route.points for value in point],
    }


def _label(graph: Graph, edges: Sequence[int]) -> str:
    return ", ".join(_slot(graph.edges[edge]) for edge in edges[:8])


def _slot(edge: Edge) -> str:
    return f"slot {edge.slot} → input_nr {edge.input_nr}"


def _frames(layout: Layout) -> list[Json]:
    titles = {group.path: group.title for group in layout.view.groups}
    return [
        {
            "path": _clean(frame.path),
            "title": _clean(titles.get(frame.path, frame.path)),
            "x": _round(frame.x),
            "y": _round(frame.y),
            "w": _round(frame.width),
            "h": _round(frame.height),
        }
        for frame in layout.frames
    ]


def _node(facts: _Facts, node: Node) -> Json:
    param = facts.params.get(node.id)
    return {
        "id": node.id,
        "key": _clean(node.key),
        "type": _clean(node.type),
        "kind": node.kind,
        "module": _clean(node.module),
        "param": None if param is None else _param(param),
        "name": None if node.param is None else _clean(node.param),
        "metas": [_meta(meta) for meta in node.metas],
        "slots": node.slots,
        "none": list(node.none_slots[:DETAILED_EDGES]),
        "out": _ends(facts, facts.leaving[node.id], toward_leaves=True),
        "out_more": max(0, len(facts.leaving[node.id]) - DETAILED_EDGES),
        "in": _ends(facts, facts.arriving[node.id], toward_leaves=False),
        "in_more": max(0, len(facts.arriving[node.id]) - DETAILED_EDGES),
        "saved": [_saved(saved) for saved in node.saved],
    }


def _ends(facts: _Facts, edges: Sequence[Edge], *, toward_leaves: bool) -> list[Json]:
    """Return the far ends of some edges of one node."""
    nodes = facts.graph.nodes
    ends = [(edge.target if toward_leaves else edge.source, edge) for edge in edges[:DETAILED_EDGES]]
    return [
        {
            "node": far,
            "key": _clean(nodes[far].key),
            "type": _clean(nodes[far].type),
            "slot": edge.slot,
            "input_nr": edge.input_nr,
        }
        for far, edge in ends
    ]


def _saved(saved: Saved) -> Json:
    return {
        "name": _clean(saved.name),
        "state": saved.state,
        "meta": None if saved.meta is None else _meta(saved.meta),
        "bytes": saved.nbytes,
        "alias": None if saved.alias is None else _clean(saved.alias),
        "version": saved.version,
    }


def _param(param: Param) -> Json:
    return {"names": _cleaned(param.names), "meta": _meta(param.meta), "state": param.state}


def _meta(meta: TensorMeta) -> Json:
    return {"shape": _clean(str(meta)), "dtype": meta.dtype, "device": meta.device, "layout": meta.layout}


def _cleaned(texts: Iterable[str]) -> list[str]:
    return [_clean(text) for text in texts]


def _clean(text: str) -> str:
    """Return a text that survives every encoder and reorders nothing around it."""
    return visible(text, LONGEST_TEXT)


def _round(value: float) -> float:
    return round(value, 2)
