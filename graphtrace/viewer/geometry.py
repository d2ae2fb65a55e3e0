"""A graph and its layout as plain JSON for the viewer: where things are, and what to say of each."""

from __future__ import annotations

from collections.abc import Sequence

from graphtrace.layout.records import Card, Layout, Route, TextLine
from graphtrace.model import Box, Edge, Graph, Link
from graphtrace.model.wire_pictures import (
    WireBox,
    WireCard,
    WireFrame,
    WireGeometry,
    WireLink,
    WirePackedGeometry,
    WirePicture,
    WireTextLine,
)
from graphtrace.viewer import dense
from graphtrace.viewer.node_facts import NodeFacts, clean, node_facts, wire_node, wire_param

MOST_SPELLED_OUT = 2000  # boxes; more are packed
DETAILED_NODES = 60  # nodes of one box that the inspector lists; the rest is counted


def geometry(graph: Graph, layout: Layout) -> WireGeometry | WirePackedGeometry:
    """Return everything the viewer needs to draw `layout` and to explain `graph`, as strict JSON.

    Args:
        graph: The graph that the layout shows.
        layout: Places, cards and routes of a view of it.
    """
    return packed(graph, layout) if len(layout.view.boxes) > MOST_SPELLED_OUT else spelled_out(graph, layout)


def spelled_out(graph: Graph, layout: Layout) -> WireGeometry:
    """Return every box and line as an object of its own."""
    view, facts = layout.view, node_facts(graph)
    return {
        **_head(graph, layout),
        "boxes": [_box(layout, box, facts) for box in view.boxes],
        "links": [_link(graph, link, route) for link, route in zip(view.links, layout.routes, strict=True)],
    }


def packed(graph: Graph, layout: Layout) -> WirePackedGeometry:
    """Return the same in the columns of `graphtrace.viewer.dense`, for a large graph."""
    facts = NodeFacts(graph, {}, {}, node_facts(graph).params)
    cards = dense.boxes(layout, lambda box: _card(layout, box, facts))
    lines = dense.links(layout, lambda edges: _label(graph, edges))
    nodes = dense.nodes(graph)
    params = {str(node): wire_param(param) for node, param in facts.params.items()}
    return {**_head(graph, layout), "dense": {**cards, **lines, **nodes, "params": params}}


def _head(graph: Graph, layout: Layout) -> WirePicture:
    view = layout.view
    return {
        "view": view.name,
        "width": _round(layout.width),
        "height": _round(layout.height),
        "engine": layout.engine,
        "notes": [clean(note) for note in (*view.notes, *layout.notes, *graph.warnings)],
        "folded": view.folded,
        "nodes": len(graph.nodes),
        "edges": len(graph.edges),
        "held": graph.held_bytes,
        "roots": sorted({node for node, _ in graph.roots}),
        "frames": _frames(layout),
    }


def _box(layout: Layout, box: Box, facts: NodeFacts) -> WireBox:
    place = layout.places[box.id]
    shown = box.nodes[:DETAILED_NODES]
    return {
        **_card(layout, box, facts),
        "id": box.id,
        "twin": box.twin,
        "x": _round(place.x),
        "y": _round(place.y),
        "nodes": [wire_node(facts, facts.graph.nodes[node]) for node in shown],
        "more": len(box.nodes) - len(shown),
    }


def _card(layout: Layout, box: Box, facts: NodeFacts) -> WireCard:
    """Return what boxes that look the same share."""
    place = layout.places[box.id]
    return {
        "kind": box.kind,
        "title": clean(box.title),
        "subtitle": clean(box.subtitle),
        "text": clean(box.text),
        "group": clean(box.group),
        "openable": box.openable,
        "path": _module_path(facts.graph, box),
        "w": _round(place.width),
        "h": _round(place.height),
        "lines": _lines(layout.cards[box.id]),
        "details": [clean(text) for text in box.details],
    }


def _module_path(graph: Graph, box: Box) -> str | None:
    """Return the path of a closed module: one step below the open module that its box lies in."""
    depth = box.group.count(".") + 2 if box.group else 1
    if not box.openable:
        return None
    inside = next((graph.nodes[node].module for node in box.nodes if graph.nodes[node].module), "")
    return clean(".".join(inside.split(".")[:depth]))


def _lines(card: Card) -> list[WireTextLine]:
    return [_line(line) for line in card.lines]


def _line(line: TextLine) -> WireTextLine:
    return {
        "role": line.role,
        "x": _round(line.x),
        "y": _round(line.y),
        "size": _round(line.size),
        "width": _round(line.width),
        "text": clean(line.text),
    }


def _link(graph: Graph, link: Link, route: Route) -> WireLink:
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


def _frames(layout: Layout) -> list[WireFrame]:
    titles = {group.path: group.title for group in layout.view.groups}
    return [
        {
            "path": clean(frame.path),
            "title": clean(titles.get(frame.path, frame.path)),
            "x": _round(frame.x),
            "y": _round(frame.y),
            "w": _round(frame.width),
            "h": _round(frame.height),
        }
        for frame in layout.frames
    ]


def _round(value: float) -> float:
    return round(value, 2)
