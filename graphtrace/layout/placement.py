"""What an engine returns: rectangles and curves of a view, before rows, module frames and margins."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from graphtrace.errors import LayoutError
from graphtrace.layout.records import Card, Rectangle, Route
from graphtrace.model import View

Point = tuple[float, float]


class TooSlowError(LayoutError):
    """An engine took longer than allowed and was stopped."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Places of boxes and routes of links, index for index; `rows` says which row each box is in."""

    places: tuple[Rectangle, ...]
    routes: tuple[Route, ...]
    rows: tuple[int, ...] = ()


def curve(*points: Point) -> tuple[Point, ...]:
    """Return straight lines through `points` as cubic segments: the start, then three points each."""
    result = [points[0]]
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        thirds = [(ax + (bx - ax) * part, ay + (by - ay) * part) for part in (1 / 3, 2 / 3)]
        result += [*thirds, (bx, by)]
    return tuple(result)


def onto_border(point: Point, place: Rectangle) -> Point:
    """Return the point of the border of `place` that is nearest to `point`."""
    left, top, right, bottom = place.x, place.y, place.x + place.width, place.y + place.height
    x, y = point
    x = left if x < left else right if x > right else x
    y = top if y < top else bottom if y > bottom else y
    gaps = (x - left, right - x, y - top, bottom - y)
    nearest = min(gaps)
    if nearest == gaps[0]:
        return left, y
    if nearest == gaps[1]:
        return right, y
    return (x, top) if nearest == gaps[2] else (x, bottom)


def anchored(view: View, places: Sequence[Rectangle], routes: Sequence[tuple[Point, ...]]) -> tuple[Route, ...]:
    """Return the routes with their ends set exactly on the borders of the boxes they join.

    Args:
        view: What was placed.
        places: Rectangles of its boxes.
        routes: Curves of its links.
    """
    result = []
    for link, points in zip(view.links, routes, strict=True):
        first = onto_border(points[0], places[link.target])
        last = onto_border(points[-1], places[link.source])
        result.append(Route((first, *points[1:-1], last)))
    return tuple(result)


def centred(x: float, y: float, card: Card) -> Rectangle:
    """Return the rectangle of `card` around the point (`x`, `y`).

    Args:
        x: Middle, in pixels.
        y: Middle, in pixels.
        card: Gives the size.
    """
    return Rectangle(x - card.width / 2, y - card.height / 2, card.width, card.height)


def moved(place: Rectangle, dx: float, dy: float) -> Rectangle:
    """Return `place` shifted.

    Args:
        place: A rectangle.
        dx: Pixels to the right.
        dy: Pixels down.
    """
    return Rectangle(place.x + dx, place.y + dy, place.width, place.height)
