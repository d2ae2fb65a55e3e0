"""The geometry of a large graph in few bytes: equal cards once, places and edges as plain columns of numbers.

Written out like a small one, a hundred thousand cards would be 160 MB; the viewer's ``draw/dense.js`` reads this.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import Generic, TypeVar

from graphtrace.layout.records import Layout, Route
from graphtrace.model import Box, Graph, TensorMeta
from graphtrace.model.wire_nodes import WireMeta, WireSaved
from graphtrace.model.wire_pictures import (
    WireCard,
    WirePackedBoxes,
    WirePackedLinks,
    WirePackedNode,
    WirePackedNodes,
    WirePackedSaved,
    WirePackedType,
)
from graphtrace.viewer.node_facts import clean, wire_meta, wire_saved

T = TypeVar("T")


class ColumnTable(Generic[T]):
    """Things, each once, by their position."""

    def __init__(self) -> None:
        self.rows: list[T] = []
        self._places: dict[object, int] = {}

    def take(self, key: Hashable, make: Callable[[], T]) -> int:
        """Return the position of what `key` stands for; `make` is called for the first of its kind."""
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.rows)
            self.rows.append(make())
        return place

    def add(self, row: T) -> int:
        """Return the position of a row of JSON."""
        return self.take(row if isinstance(row, str) else json.dumps(row), lambda: row)


def boxes(layout: Layout, written: Callable[[Box], WireCard]) -> WirePackedBoxes:
    """Return the boxes: a table of cards, and per box its card, place, twin and nodes."""
    cards: ColumnTable[WireCard] = ColumnTable()
    spots: list[int] = []
    nodes: list[int | list[int]] = []
    for box, place in zip(layout.view.boxes, layout.places, strict=True):
        key = (box.kind, box.title, box.subtitle, box.text, box.group, box.details, box.openable, place.width)
        found = cards.take(key, partial(written, box))
        spots += (found, round(place.x), round(place.y), -1 if box.twin is None else box.twin)
        nodes.append(box.nodes[0] if len(box.nodes) == 1 else list(box.nodes))
    return {"cards": cards.rows, "spots": spots, "boxNodes": nodes}


def links(layout: Layout, label: Callable[[tuple[int, ...]], str]) -> WirePackedLinks:
    """Return the lines: their ends, labels, and points as steps from one to the next."""
    labels: ColumnTable[str] = ColumnTable()
    ends: list[int] = []
    points: list[list[int]] = []
    for link, route in zip(layout.view.links, layout.routes, strict=True):
        ends += (link.source, link.target, len(link.edges), labels.add(label(link.edges)))
        points.append(_steps(route))
    return {"labels": labels.rows, "ends": ends, "points": points}


def _steps(route: Route) -> list[int]:
    """Return whole pixels: the first point, then the way from each to the next."""
    found: list[int] = []
    x = y = 0
    for px, py in route.points:
        at, down = round(px), round(py)
        found += (at - x, down - y)
        x, y = at, down
    return found


def nodes(graph: Graph) -> WirePackedNodes:
    """Return what the inspector says of every node; ends of edges are found in the edges."""
    kinds: ColumnTable[WirePackedType] = ColumnTable()
    metas: ColumnTable[list[WireMeta]] = ColumnTable()
    kept: ColumnTable[WireSaved] = ColumnTable()
    nones: ColumnTable[list[int]] = ColumnTable()
    rows: list[WirePackedNode] = []
    for node in graph.nodes:
        kind = kinds.add((clean(node.type), node.kind, clean(node.module), node.slots))
        shown = metas.take(node.metas, partial(_metas, node.metas))
        shelf: list[WirePackedSaved] = []
        for one in node.saved:
            row: WireSaved = {**wire_saved(one), "alias": None, "version": None}
            shelf.append((kept.add(row), one.alias and clean(one.alias), one.version))
        facts = clean(node.key), kind, shown, shelf, nones.add(list(node.none_slots[:80]))
        rows.append(facts if node.param is None else (*facts, clean(node.param)))
    return {
        "nodeRows": rows,
        "types": kinds.rows,
        "metas": metas.rows,
        "kept": kept.rows,
        "nones": nones.rows,
        "edgeRows": _edges(graph),
    }


def _metas(metas: Iterable[TensorMeta]) -> list[WireMeta]:
    return [wire_meta(meta) for meta in metas]


def _edges(graph: Graph) -> list[int]:
    return [number for edge in graph.edges for number in (edge.source, edge.slot, edge.target, edge.input_nr)]
