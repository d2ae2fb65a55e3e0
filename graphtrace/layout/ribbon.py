"""Rows below each other, and the lines that lead from a row to the next."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from graphtrace.layout.bezier import Points, bend, extent, joined, rounded, slope, split
from graphtrace.layout.module_frames import pieces
from graphtrace.layout.placement import Placement, Point, anchored, moved
from graphtrace.layout.records import ModuleFrame, Rectangle, Route
from graphtrace.layout.tidy import columns_of
from graphtrace.model import View

_LANE = 10.0  # between two lines of a gutter
_FREE = 16.0  # between a line of a gutter and a row
_RADIUS = 10.0

Span = tuple[float, float]


@dataclass(slots=True)
class _Row:
    """One row: the edges of what is in it, before and after it moves by (`dx`, `dy`)."""

    xs: list[float] = field(default_factory=list)
    ys: list[float] = field(default_factory=list)
    leaving: list[tuple[float, int]] = field(default_factory=list)  # (height, link) over the cut behind it
    dx: float = 0.0
    dy: float = 0.0

    def lane(self, link: int) -> int:
        """Return the lane of a link: 0 for the lowest line, which is the innermost at the right."""
        return [leaving for _, leaving in sorted(self.leaving, reverse=True)].index(link)


def size(view: View, placement: Placement) -> tuple[float, float]:
    """Return width and height of everything drawn."""
    rows = _rows(view, placement.places, placement.rows or (0,) * len(placement.places))
    extents = [extent(route.points) for route in placement.routes]
    xs = [x for row in rows for x in row.xs] + [e[i] for e in extents for i in (0, 2)]
    ys = [y for row in rows for y in row.ys] + [e[i] for e in extents for i in (1, 3)]
    return (max(xs) - min(xs), max(ys) - min(ys)) if xs else (0.0, 0.0)


def ribbon(view: View, placement: Placement, columns: Sequence[Span], cuts: Sequence[int]) -> Placement:
    """Return `placement` cut behind the columns `cuts`, its rows below each other.

    Args:
        view: What was placed.
        placement: Its boxes and lines in one row.
        columns: Left and right edge of each column.
        cuts: Columns behind which a row ends, in order.
    """
    of = [bisect_left(cuts, column) for column in columns_of(placement.places, columns)]
    rows = _rows(view, placement.places, of)
    gaps = [(columns[cut][1], columns[cut + 1][0]) for cut in cuts]
    parts: list[list[Points]] = []
    for i, (link, route) in enumerate(zip(view.links, placement.routes, strict=True)):
        first, last = of[link.target], of[link.source]
        parts.append(_parts(route, gaps[first:last]) if first < last else [route.points])
        for row, part in zip(rows[first:], parts[-1], strict=False):
            row.ys += extent(part)[1::2]
        for row, part in zip(rows[first:last], parts[-1], strict=False):
            row.leaving.append((part[-1][1], i))
    _stack(rows)
    places = tuple(moved(place, rows[r].dx, rows[r].dy) for place, r in zip(placement.places, of, strict=True))
    routes = [_line(i, pieces_of, rows, of[view.links[i].target]) for i, pieces_of in enumerate(parts)]
    return Placement(places, anchored(view, places, routes), tuple(of))


def _rows(view: View, places: Sequence[Rectangle], of: Sequence[int]) -> list[_Row]:
    rows = [_Row() for _ in range(max(of, default=-1) + 1)]
    drawn: list[tuple[int, Rectangle | ModuleFrame]] = [*zip(of, places, strict=True), *pieces(view, places, of)]
    for row, rectangle in drawn:
        rows[row].xs += (rectangle.x, rectangle.x + rectangle.width)
        rows[row].ys += (rectangle.y, rectangle.y + rectangle.height)
    return rows


def _parts(route: Route, gaps: Sequence[Span]) -> list[Points]:
    """Return the parts of a line in its rows, without what is drawn in the gaps that are cut."""
    parts: list[Points] = []
    rest = route.points
    for left, right in gaps:
        before, rest = split(rest, left)
        parts.append(before or rest[:1])
        rest = split(rest, right, last=True)[1] or rest[-1:]
    return [*parts, rest]


def _stack(rows: Sequence[_Row]) -> None:
    y = 0.0
    for row in rows:
        row.dx, row.dy = -min(row.xs), y - min(row.ys)
        y += max(row.ys) - min(row.ys) + 2 * _FREE + _LANE * max(0, len(row.leaving) - 1)


def _line(link: int, parts: Sequence[Points], rows: Sequence[_Row], first: int) -> Points:
    placed = [_moved(part, row) for row, part in zip(rows[first : first + len(parts)], parts, strict=True)]
    if len(placed) == 1:
        return placed[0] if len(placed[0]) > 1 else ()
    whole: list[Points] = []
    for offset, part in enumerate(placed):
        if offset:
            whole.append(_link(link, whole[-1], part, rows[first + offset - 1]))
        whole.append(part)
    return joined(*whole)


def _moved(points: Points, row: _Row) -> Points:
    dx, dy = row.dx, row.dy
    return tuple([(x + dx, y + dy) for x, y in points])


def _link(link: int, before: Points, after: Points, row: _Row) -> Points:
    """Return the line from the end of one row to the start of the next, through the gutter."""
    lane, count = row.lane(link), len(row.leaving)
    right, bottom = max(row.xs) + row.dx, max(row.ys) + row.dy
    a = _stub(before[-1], slope(before[-2], before[-1]) if len(before) > 1 else 0.0, right + 6)
    b = _stub(after[0], slope(after[0], after[1]) if len(after) > 1 else 0.0, -6.0)
    outer, inner = right + _FREE + lane * _LANE, -_FREE - (count - 1 - lane) * _LANE
    y = bottom + _FREE + lane * _LANE
    corners = [a[-1], (outer, a[-1][1]), (outer, y), (inner, y), (inner, b[-1][1]), b[-1]]
    return joined(a, rounded(corners, _RADIUS), tuple(reversed(b)))


def _stub(end: Point, steep: float, x: float) -> Points:
    """Return the short piece that turns a line level on its way to `x`, outside the row."""
    away = (x, end[1] + max(-6.0, min(6.0, steep * (x - end[0]) / 2)))
    return bend(end, away, steep, 0.0)
