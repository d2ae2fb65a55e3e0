"""Cubic curves that run from left to right: split at an x, joined, with rounded corners."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from graphtrace.layout.placement import Point, curve

Points = tuple[Point, ...]

_ARC = 0.5523  # a quarter circle as a cubic


def rises(points: Points) -> bool:
    """Return whether the curve never turns back to the left."""
    return all(b[0] >= a[0] - 0.5 for a, b in itertools.pairwise(points))


def split(points: Points, x: float, last: bool = False) -> tuple[Points, Points]:
    """Return the parts of a curve left and right of `x`, at the first (or `last`) place where it passes.

    Args:
        points: The curve, which runs from left to right.
        x: Where to split, in pixels.
        last: Whether to split at the last passage instead of the first.
    """
    starts = range(0, len(points) - 1, 3)
    passing = [i for i in starts if points[i][0] <= x < points[i + 3][0]]
    if not passing:
        return (points, ()) if points[-1][0] <= x else ((), points)
    at = passing[-1 if last else 0]
    across = points[at][0], points[at + 1][0], points[at + 2][0], points[at + 3][0]
    low, high = 0.0, 1.0
    while high - low > 1e-7:
        middle = (low + high) / 2
        low, high = (middle, high) if _on(*across, middle) <= x else (low, middle)
    first, second = _halves(points[at : at + 4], low)
    return (*points[:at], *first), (*second, *points[at + 4 :])


def extent(points: Points) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a curve (of its control points only where they stay inside)."""
    if len(points) == 4:  # most lines are one segment
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
        if ax <= dx and _between(ax, bx, cx, dx) and _between(ay, by, cy, dy):
            return (ax, ay, dx, dy) if ay <= dy else (ax, dy, dx, ay)
    wide, high = zip(*points, strict=True)
    left, top, right, bottom = min(wide), min(high), max(wide), max(high)
    xs, ys = list(wide[::3]), list(high[::3])
    if left == min(xs) and right == max(xs) and top == min(ys) and bottom == max(ys):
        return left, top, right, bottom  # a curve stays among its control points
    for i in range(0, len(points) - 3, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = points[i : i + 4]
        if not _between(ax, bx, cx, dx):
            xs += [_on(ax, bx, cx, dx, part / 16) for part in range(1, 16)]
        if not _between(ay, by, cy, dy):
            ys += [_on(ay, by, cy, dy, part / 16) for part in range(1, 16)]
    return min(xs), min(ys), max(xs), max(ys)


def _between(a: float, b: float, c: float, d: float) -> bool:
    """Return whether `b` and `c` lie between `a` and `d`."""
    return (a <= b <= d and a <= c <= d) if a <= d else (d <= b <= a and d <= c <= a)


def _on(a: float, b: float, c: float, d: float, t: float) -> float:
    """Return one coordinate of a cubic at `t`, by halving: to the bit that of `_halves`."""
    s = 1 - t
    ab, bc, cd = s * a + t * b, s * b + t * c, s * c + t * d
    return s * (s * ab + t * bc) + t * (s * bc + t * cd)


def _halves(four: Points, t: float) -> tuple[Points, Points]:
    left, right = [four[0]], [four[3]]
    row = list(four)
    while len(row) > 1:
        row = [((1 - t) * a[0] + t * b[0], (1 - t) * a[1] + t * b[1]) for a, b in itertools.pairwise(row)]
        left.append(row[0])
        right.append(row[-1])
    return tuple(left), tuple(reversed(right))


def slope(before: Point, after: Point) -> float:
    """Return dy/dx between two points, not steeper than 3."""
    dx = after[0] - before[0]
    return max(-3.0, min(3.0, (after[1] - before[1]) / dx)) if dx > 1e-3 else 0.0


def bend(a: Point, b: Point, slope_a: float = 0.0, slope_b: float = 0.0) -> Points:
    """Return one segment from `a` to `b` that leaves and arrives with the slopes given (0 is level).

    Args:
        a: Start.
        b: End.
        slope_a: dy/dx at the start.
        slope_b: dy/dx at the end.
    """
    half = (b[0] - a[0]) / 2
    return a, (a[0] + half, a[1] + slope_a * half), (b[0] - half, b[1] - slope_b * half), b


def joined(*parts: Points) -> Points:
    """Return curves that touch as one curve; parts without a segment are left out."""
    whole: list[Point] = []
    for part in parts:
        if len(part) > 1:
            whole.extend(part[1:] if whole else part)
    return tuple(whole)


def rounded(corners: Sequence[Point], radius: float) -> Points:
    """Return level and upright lines through `corners` with round bends."""
    parts: list[Points] = []
    at = corners[0]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        r = min(radius, _length(before, corner) / 2, _length(corner, after) / 2)
        enter, leave = _toward(corner, before, r), _toward(corner, after, r)
        inner = (1 - _ARC) * r
        parts.append(curve(at, enter))
        parts.append((enter, _toward(corner, before, inner), _toward(corner, after, inner), leave))
        at = leave
    return joined(*parts, curve(at, corners[-1]))


def _length(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _toward(a: Point, b: Point, distance: float) -> Point:
    part = distance / (_length(a, b) or 1.0)
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
