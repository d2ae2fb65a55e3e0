"""A wide picture folded into rows, like lines of text: a chain of layers becomes a ribbon.

Rows are cut between columns. A line that crosses a cut leaves its row at the right, runs through the
gutter below in a lane of its own, and enters the next row at the left. Lanes are nested by height, so
that they never cross each other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from math import ceil, inf, sqrt

from graphtrace.layout.bezier import rises
from graphtrace.layout.module_frames import frames
from graphtrace.layout.placement import Placement
from graphtrace.layout.ribbon import ribbon, size
from graphtrace.layout.tidy import columns_of, spans
from graphtrace.model import View

_TOO_WIDE = 1.6  # times the aspect asked for
_WORTH = 1.1  # how much larger the picture must get
_NARROWEST = 16.0  # gap in which a cut fits
_MOST_LANES = 12
_MOST_TRIED = 2  # of the ways to cut that look best
_MOST_COLUMNS = 1000  # above, two numbers of rows are tried, and cuts are chosen one after the other

Span = tuple[float, float]


def wrap(view: View, placement: Placement, aspect: float) -> Placement:
    """Return `placement` in rows if that shows it larger in a window of `aspect`, else as it is.

    Args:
        view: What was placed.
        placement: Its boxes and lines in one row.
        aspect: Width by height of the window.
    """
    wide, high = size(view, placement)
    columns = spans(placement.places)
    if high <= 0 or wide / high <= _TOO_WIDE * aspect or len(columns) < 2:
        return placement
    costs, heights = _costs(view, placement, columns), _heights(placement, columns)
    best, least = placement, max(wide / aspect, high) / _WORTH
    average = sum(bottom - top for top, bottom in heights) / len(heights)
    found = [_cuts(columns, costs, count) for count in _counts(wide, average, aspect, len(columns))]
    promising = sorted(
        filter(None, found), key=lambda cuts: _guess(columns, heights, cuts, aspect) * _dear(costs, cuts)
    )
    for cuts in promising[:_MOST_TRIED]:
        candidate = ribbon(view, placement, columns, cuts)
        new_wide, new_high = size(view, candidate)
        score = max(new_wide / aspect, new_high) * _dear(costs, cuts)
        if score < least:
            best, least = candidate, score
    return best


def _dear(costs: Sequence[float], cuts: Sequence[int]) -> float:
    """Return how much larger rows must show the picture to be worth their cuts."""
    return 1 + min(0.3, 0.05 * len(cuts)) + 0.3 * sum(costs[cut] for cut in cuts) / len(cuts)


def _guess(columns: Sequence[Span], heights: Sequence[Span], cuts: Sequence[int], aspect: float) -> float:
    """Return about how large the rows are, without their lines: making all of them takes longer than Graphviz does."""
    wide = high = 0.0
    for first, last in pairwise((-1, *cuts, len(columns) - 1)):
        wide = max(wide, columns[last][1] - columns[first + 1][0])
        row = heights[first + 1 : last + 1]
        high += max(bottom for _, bottom in row) - min(top for top, _ in row) + 3 * _NARROWEST
    return max(wide / aspect, high)


def _heights(placement: Placement, columns: Sequence[Span]) -> list[Span]:
    """Return top and bottom of each column: a picture may climb, its rows then do not."""
    tops, bottoms = [inf] * len(columns), [-inf] * len(columns)
    for place, column in zip(placement.places, columns_of(placement.places, columns), strict=True):
        tops[column] = min(tops[column], place.y)
        bottoms[column] = max(bottoms[column], place.y + place.height)
    return list(zip(tops, bottoms, strict=True))


def _counts(wide: float, high: float, aspect: float, columns: int) -> list[int]:
    ideal = sqrt(wide / (aspect * (high + 3 * _NARROWEST)))
    if columns > _MOST_COLUMNS:
        return [max(2, round(ideal * part)) for part in (0.8, 1.0)]
    first, last = max(2, int(ideal * 0.6)), ceil(ideal * 1.3) + 1
    step = max(1, (last - first) // 6)
    return list(range(first, last + 1, step))


def _costs(view: View, placement: Placement, columns: Sequence[Span]) -> list[float]:
    """Return what a cut behind each column costs: lines and frames that it cuts; inf where it may not be."""
    middles = [(a[1] + b[0]) / 2 for a, b in pairwise(columns)]
    forward: list[Span] = []
    backward: list[Span] = []
    for route in placement.routes:
        xs = [x for x, _ in route.points]
        (forward if rises(route.points) else backward).append((min(xs), max(xs)))
    lines = _covering(forward, middles)
    turning = _covering(backward, middles)
    framed = _covering(((f.x, f.x + f.width) for f in frames(view, placement.places)), middles)
    return [
        inf
        if turning[i] or lines[i] > _MOST_LANES or b[0] - a[1] < _NARROWEST
        else 0.15 * max(0, lines[i] - 1) + 0.25 * framed[i]
        for i, (a, b) in enumerate(pairwise(columns))
    ]


def _covering(stretches: Iterable[Span], xs: Sequence[float]) -> list[int]:
    """Return for each of the sorted `xs` how many stretches contain it."""
    change = [0] * (len(xs) + 1)
    for left, right in stretches:
        change[bisect_right(xs, left)] += 1
        change[max(bisect_right(xs, left), bisect_left(xs, right))] -= 1
    return list(accumulate(change))[: len(xs)]


def _near(columns: Sequence[Span], costs: Sequence[float], aim: float) -> list[int]:
    """Return the cheapest cut near every multiple of `aim`; quick enough for many columns."""
    ends = [right for _, right in columns]
    cuts: list[int] = []
    start = columns[0][0]
    while start + 1.2 * aim < ends[-1]:
        first, last = bisect_left(ends, start + 0.8 * aim), bisect_right(ends, start + 1.2 * aim)
        best = min(range(first, min(last, len(costs))), key=lambda cut: costs[cut], default=None)
        if best is None or costs[best] == inf or (cuts and best <= cuts[-1]):
            return cuts
        cuts.append(best)
        start = columns[best + 1][0]
    return cuts


def _cuts(columns: Sequence[Span], costs: Sequence[float], rows: int) -> list[int]:
    """Return behind which columns to cut for about `rows` rows of equal width; [] where none may be cut."""
    aim = (columns[-1][1] - columns[0][0]) / rows
    if len(columns) > _MOST_COLUMNS:
        return _near(columns, costs, aim)
    best, came, lefts, widest = [0.0], [0], [left for left, _ in columns], 1.4 * aim
    for end, (_, right) in enumerate(columns):
        price = costs[end] if end < len(costs) else 0.0
        cheapest, begin = inf, end
        for start in range(end, -1, -1):
            wide = right - lefts[start]
            if wide > widest and start < end and cheapest < inf:
                break
            cost = best[start] + (wide / aim - 1) ** 2 + price
            if cost < cheapest:
                cheapest, begin = cost, start
        best.append(cheapest)
        came.append(begin)
    cuts = []
    at = came[len(columns)]
    while at > 0:
        cuts.append(at - 1)
        at = came[at]
    return cuts[::-1]
