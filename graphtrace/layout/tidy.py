"""Redraw lines between neighbouring columns: level at the cards, bent in the gap, with ends spread apart.

Graphviz decides where boxes stand and how long lines pass between them. In the gap next to a card its
curves bulge and meet in one point; here each line ends at a point of its own on the side of the card.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from graphtrace.layout.bezier import Points, bend, joined, rises, slope, split
from graphtrace.layout.placement import Placement, Point, anchored, curve
from graphtrace.layout.records import Rectangle
from graphtrace.model import View

_PORT = 12.0  # between the ends of two lines


def spans(places: Sequence[Rectangle]) -> list[tuple[float, float]]:
    """Return the columns: the stretches of x that hold cards, from left to right."""
    result: list[tuple[float, float]] = []
    for left, right in sorted((place.x, place.x + place.width) for place in places):
        if result and left <= result[-1][1] + 0.5:
            result[-1] = (result[-1][0], max(result[-1][1], right))
        else:
            result.append((left, right))
    return result


def columns_of(places: Sequence[Rectangle], columns: Sequence[tuple[float, float]]) -> list[int]:
    """Return in which of the `columns` each place is."""
    lefts = [left for left, _ in columns]
    return [bisect_right(lefts, place.x + 0.25) - 1 for place in places]


def spread(sides: dict[int, list[tuple[float, int]]], places: Sequence[Rectangle], count: int) -> list[float]:
    """Return for each link its height on the side of a card.

    Args:
        sides: Per box, the links that end on one side of it: (height that it leads to, link).
        places: Rectangles of the boxes.
        count: How many links there are in all.
    """
    result = [0.0] * count
    for box, ends in sides.items():
        card = places[box]
        step = min(_PORT, 0.7 * card.height / len(ends))
        heights = [card.y + card.height / 2 + (i - (len(ends) - 1) / 2) * step for i in range(len(ends))]
        # The ends move together, as far as the card allows, so that one of the lines is straight.
        spare = 0.42 * card.height - (heights[-1] - heights[0]) / 2
        bends = [wish - at for (wish, _), at in zip(sorted(ends), heights, strict=True)]
        shift = min((bend for bend in bends if abs(bend) <= spare), key=abs, default=0.0)
        for (_, link), at in zip(sorted(ends), heights, strict=True):
            result[link] = at + shift
    return result


@dataclass(frozen=True, slots=True)
class _Line:
    """A link that runs to a later column: its inner part, or () where the columns are neighbours."""

    link: int
    tail: int
    head: int
    inner: Points


def tidied(view: View, placement: Placement) -> Placement:
    """Return `placement` with the gaps next to cards drawn anew; lines that turn back stay as they are."""
    places = placement.places
    columns = spans(places)
    column = columns_of(places, columns)
    lines = []
    for i, link in enumerate(view.links):
        tail, head = link.target, link.source
        if column[tail] < column[head]:
            inner = _inner(placement.routes[i].points, columns, column[tail], column[head])
            if inner is not None:
                lines.append(_Line(i, tail, head, inner))
    leaving: dict[int, list[tuple[float, int]]] = {}
    entering: dict[int, list[tuple[float, int]]] = {}
    for line in lines:
        end = places[line.head]
        leaving.setdefault(line.tail, []).append((_y(line.inner[:1], end.y + end.height / 2), line.link))
    starts = spread(leaving, places, len(view.links))
    for line in lines:
        entering.setdefault(line.head, []).append((_y(line.inner[-1:], starts[line.link]), line.link))
    ends = spread(entering, places, len(view.links))
    routes = [route.points for route in placement.routes]
    for line in lines:
        a = (places[line.tail].x + places[line.tail].width, starts[line.link])
        b = (places[line.head].x, ends[line.link])
        gaps = (columns[column[line.tail]][1], columns[column[line.head]][0])
        routes[line.link] = _drawn(a, line.inner, b, gaps)
    return Placement(places, anchored(view, places, routes), placement.rows)


def _y(points: Points, otherwise: float) -> float:
    return points[0][1] if points else otherwise


def _inner(points: Points, columns: Sequence[tuple[float, float]], first: int, last: int) -> Points | None:
    """Return the part of a curve that passes columns; () if it passes none, None if it turns back there."""
    if last == first + 1:
        return ()
    rest = split(points, columns[first + 1][0], last=True)[1]
    inner = split(rest, columns[last - 1][1])[0] if rest else ()
    return inner if len(inner) > 1 and rises(inner) else None


def _drawn(a: Point, inner: Points, b: Point, gaps: tuple[float, float]) -> Points:
    left, right = (gaps[0], a[1]), (gaps[1], b[1])
    start = curve(a, left) if left[0] - a[0] > 0.5 else (left if left[0] > a[0] else a,)
    end = curve(right, b) if b[0] - right[0] > 0.5 else ()
    begin, finish = start[-1] if len(start) > 1 else a, right if end else b
    if not inner:
        return joined(start, bend(begin, finish), end)
    enter, leave = slope(inner[0], inner[1]), slope(inner[-2], inner[-1])
    return joined(start, bend(begin, inner[0], 0, enter), inner, bend(inner[-1], finish, leave, 0), end)
