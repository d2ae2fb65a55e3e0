"""The shapes of the drawing language as SVG path data, in absolute coordinates."""

from __future__ import annotations

from math import hypot, sqrt

from graphtrace.layout.records import Rectangle
from graphtrace.style.safe_text import number as _n

RADIUS = 7.0
BAR = 4.0
ARROW = (7.0, 3.2)  # length, half width

TWIN = "M-3.5 -1.5H1.5V3.5H-3.5ZM-1 -1.5V-3.5H3.5V1.5H1.5"  # two sheets, one behind the other

Point = tuple[float, float]


def bar(place: Rectangle) -> str:
    """Return the accent at a card's left edge, which follows the card's rounded corners."""
    x, y, bottom = place.x, place.y, place.y + place.height
    radius = min(RADIUS, place.height / 2)
    inset = radius - sqrt(max(0.0, radius**2 - (radius - BAR) ** 2))
    # Where the tangents of the corner's arc meet: a quadratic curve is exact to 0.1 px here.
    bend = inset + BAR * (radius - BAR) / max(radius - inset, 0.1)
    return (
        f"M{_n(x + BAR)} {_n(y + inset)}Q{_n(x)} {_n(y + bend)} {_n(x)} {_n(y + radius)}"
        f"L{_n(x)} {_n(bottom - radius)}Q{_n(x)} {_n(bottom - bend)} {_n(x + BAR)} {_n(bottom - inset)}Z"
    )


def rounded(place: Rectangle, radius: float = RADIUS) -> str:
    """Return a rectangle with round corners."""
    left, top, right, bottom = place.x, place.y, place.x + place.width, place.y + place.height
    near = min(radius, place.width / 2, place.height / 2)
    return (
        f"M{_n(left + near)} {_n(top)}L{_n(right - near)} {_n(top)}Q{_n(right)} {_n(top)} {_n(right)} {_n(top + near)}"
        f"L{_n(right)} {_n(bottom - near)}Q{_n(right)} {_n(bottom)} {_n(right - near)} {_n(bottom)}"
        f"L{_n(left + near)} {_n(bottom)}Q{_n(left)} {_n(bottom)} {_n(left)} {_n(bottom - near)}"
        f"L{_n(left)} {_n(top + near)}Q{_n(left)} {_n(top)} {_n(left + near)} {_n(top)}Z"
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
