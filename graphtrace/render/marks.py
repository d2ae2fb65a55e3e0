"""The shapes of the drawing language as SVG path data, in absolute coordinates."""

from __future__ import annotations

from math import hypot, sqrt

from graphtrace.layout.records import Place
from graphtrace.render.text import number as _n

RADIUS = 7.0
BAR = 4.0
ARROW = (7.0, 3.2)  # length, half width

TWIN = "M-3.5 -1.5H1.5V3.5H-3.5ZM-1 -1.5V-3.5H3.5V1.5H1.5"  # two sheets, one behind the other

Point = tuple[float, float]


def bar(place: Place) -> str:
    """Return the accent at a card's left edge, which follows the card's rounded corners."""
    x, y, bottom = place.x, place.y, place.y + place.height
    radius = min(RADIUS, place.height / 2)
    inset = radius - sqrt(max(0.0, radius**2 - (radius - BAR) ** 2))
    arc = f"A{_n(radius)} {_n(radius)} 0 0 0"
    return (
        f"M{_n(x + BAR)} {_n(y + inset)}{arc} {_n(x)} {_n(y + radius)}V{_n(bottom - radius)}"
        f"{arc} {_n(x + BAR)} {_n(bottom - inset)}Z"
    )


def curve(points: tuple[Point, ...]) -> str:
    """Return a line of cubic segments that ends where its arrow head begins."""
    if len(points) < 2:
        return ""
    *most, last = points
    ends = [*most, _before(points, ARROW[0] - 1)] if arrow(points) else [*most, last]
    head = f"M{_pair(ends[0])}"
    return head + "".join(f"C{' '.join(map(_pair, ends[i : i + 3]))}" for i in range(1, len(ends), 3))


def arrow(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return the three corners of the head at the end of a line, or nothing where it has no direction."""
    direction = _direction(points)
    if direction is None:
        return ()
    (dx, dy), (x, y), (length, half) = direction, points[-1], ARROW
    back = (x - dx * length, y - dy * length)
    return (x, y), (back[0] - dy * half, back[1] + dx * half), (back[0] + dy * half, back[1] - dx * half)


def polygon(corners: tuple[Point, ...]) -> str:
    """Return a closed straight-sided shape."""
    return "M" + "L".join(map(_pair, corners)) + "Z" if corners else ""


def sampled(points: tuple[Point, ...], steps: int = 12) -> list[Point]:
    """Return points along a line of cubic segments, for outputs that draw straight pieces only."""
    found = list(points[:1])
    for i in range(0, len(points) - 3, 3):
        found += [_at(points[i : i + 4], step / steps) for step in range(1, steps + 1)]
    return found


def _at(curve: tuple[Point, ...], t: float) -> Point:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x = sum(weight * point[0] for weight, point in zip(weights, curve, strict=True))
    return x, sum(weight * point[1] for weight, point in zip(weights, curve, strict=True))


def _direction(points: tuple[Point, ...]) -> Point | None:
    # Control points may coincide with the end: look back to the first that does not.
    x1, y1 = points[-1]
    for x0, y0 in reversed(points[:-1]):
        length = hypot(x1 - x0, y1 - y0)
        if length > 0.5:
            return (x1 - x0) / length, (y1 - y0) / length
    return None


def _before(points: tuple[Point, ...], distance: float) -> Point:
    dx, dy = _direction(points) or (0.0, 0.0)
    return points[-1][0] - dx * distance, points[-1][1] - dy * distance


def _pair(point: Point) -> str:
    return f"{_n(point[0])} {_n(point[1])}"
