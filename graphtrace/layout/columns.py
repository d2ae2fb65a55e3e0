"""Bring the columns in which a given tensor stands at its reader to the height of the others.

Graphviz keeps a loss level with what it reads; the target above it then sticks out of the picture. Both move down
together, or up, as far as the other cards reach.
"""

from __future__ import annotations

from dataclasses import replace

from graphtrace.layout.digraph import beside
from graphtrace.layout.placement import Placement, moved
from graphtrace.layout.records import Rectangle, Route
from graphtrace.layout.tidy import columns_of, spans
from graphtrace.model import View

_REACH = 0.4  # of a reader's height that it may move: its lines then stay straight


def levelled(view: View, placement: Placement) -> Placement:
    """Return `placement` with such pairs moved, where nothing else is in their column."""
    places = list(placement.places)
    column = columns_of(places, spans(places))
    by: dict[int, float] = {}
    for pair in beside(view):
        inside = {box for box, at in enumerate(column) if at == column[pair[0]]}
        others = [place for box, place in enumerate(places) if box not in inside]
        if inside == set(pair) and others:
            by |= dict.fromkeys(pair, _shift([places[box] for box in pair], others, _REACH * places[pair[1]].height))
    if not any(by.values()):
        return placement
    routes = [
        Route(tuple((x, y + by[link.target]) for x, y in route.points))
        if link.target in by and link.source in by
        else route
        for link, route in zip(view.links, placement.routes, strict=True)
    ]
    shifted = tuple(moved(place, 0, by.get(box, 0.0)) for box, place in enumerate(places))
    return replace(placement, places=shifted, routes=tuple(routes))


def _shift(pair: list[Rectangle], others: list[Rectangle], most: float) -> float:
    """Return how far a pair moves so that it sticks out less: down is positive."""
    above = min(place.y for place in others) - min(place.y for place in pair)
    below = max(place.y + place.height for place in pair) - max(place.y + place.height for place in others)
    if above > 0 > below:
        return min(above, -below, most)
    return -min(below, -above, most) if below > 0 > above else 0.0
