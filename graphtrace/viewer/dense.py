"""The geometry of a large graph in few bytes: equal cards once, places and edges as plain columns of numbers.

Written out like a small one, a hundred thousand cards would be 160 MB; the viewer's ``draw/dense.js`` reads this.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from graphtrace.layout.records import Layout, Route
from graphtrace.model import Box, Graph

Json = dict[str, Any]


class ColumnTable:
    """Things, each once, by their position."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._places: dict[Any, int] = {}

    def take(self, key: Any, make: Callable[[], Any]) -> int:
        """Return the position of what `key` stands for; `make` is called for the first of its kind."""
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.rows)
            self.rows.append(make())
        return place

    def add(self, row: Any) -> int:
        """Return the position of a row of JSON."""
        return self.take(row if isinstance(row, str) else json.dumps(row), lambda: row)


def boxes(layout: Layout, written: Callable[[Box], Json]) -> Json:
    """Return the boxes: a table of cards, and per box its card, place, twin and nodes."""
    cards = ColumnTable()
    spots: list[int] = []
    nodes: list[int | list[int]] = []
    for box, place in zip(layout.view.boxes, layout.places, strict=True):
        key = (box.kind, box.title, box.subtitle, box.text, box.group, box.details, box.openable, place.width)
        found = cards.take(key, lambda box=box: written(box))  # type: ignore[misc]
        spots += (found, round(place.x), round(place.y), -1 if box.twin is None else box.twin)
        nodes.append(box.nodes[0] if len(box.nodes) == 1 else list(box.nodes))
    return {"cards": cards.rows, "spots": spots, "boxNodes": nodes}


def links(layout: Layout, label: Callable[[tuple[int, ...]], str]) -> Json:
    """Return the lines: their ends, labels, and points as steps from one to the next."""
    labels = ColumnTable()
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


def nodes(graph: Graph, clean: Callable[[str], str], meta: Callable[[Any], Json], saved: Callable[[Any], Json]) -> Json:
    """Return what the inspector says of every node; ends of edges are found in the edges."""
    kinds, metas, kept, nones = ColumnTable(), ColumnTable(), ColumnTable(), ColumnTable()
    rows = []
    for node in graph.nodes:
        kind = kinds.add([clean(node.type), node.kind, clean(node.module), node.slots])
        shown = metas.take(node.metas, lambda node=node: [meta(one) for one in node.metas])  # type: ignore[misc]
        shelf = []
        for one in node.saved:
            row = {**saved(one), "alias": None, "version": None}
            shelf.append([kept.add(row), one.alias and clean(one.alias), one.version])
        name = None if node.param is None else clean(node.param)
        rows.append(
            [clean(node.key), kind, shown, shelf, nones.add(list(node.none_slots[:80])), *([name] * bool(name))]
        )
    tables = {"types": kinds.rows, "metas": metas.rows, "kept": kept.rows, "nones": nones.rows}
    return {"nodeRows": rows, **tables, "edgeRows": _edges(graph)}


def _edges(graph: Graph) -> list[int]:
    return [number for edge in graph.edges for number in (edge.source, edge.slot, edge.target, edge.input_nr)]
