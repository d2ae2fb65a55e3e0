"""A layout by rank: no dependency, any size, about a second for 10,000 boxes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from graphtrace.layout.placement import Placement, Point, anchored, centred, curve
from graphtrace.layout.ranks import Chains, chains, columns, neighbours, ranks
from graphtrace.layout.records import Card, Rectangle
from graphtrace.layout.tidy import spread
from graphtrace.model import View

_BETWEEN = 20.0  # between cards of one column
_BEND = 6.0  # half the space of a passing line
_GAP = 56.0  # between columns
_FREE = 0.01  # weight of an item with at most one neighbour: it gives way, or a chain would drift away
_APART = 26.0  # more between cards of different groups: their frames have titles


@dataclass(frozen=True, slots=True)
class _Grid:
    """Positions of items: the left and right edge of each column, and the middle of each item."""

    items: Chains
    edges: list[tuple[float, float]]
    y: list[float]


def place(view: View, cards: Sequence[Card], budget: float = 0.0) -> Placement:
    """Place `view` by rank. This always ends, so `budget` is not used.

    Args:
        view: What to place.
        cards: Cards of its boxes.
        budget: Not used.
    """
    del budget
    arcs = [(link.target, link.source) for link in view.links]
    count = len(view.boxes)
    items = chains(count, arcs, ranks(count, arcs), spare=3 * count + 2000)
    order = columns(items)
    grid = _Grid(items, _edges(order, cards), _heights(view, order, items, cards))
    middles = [sum(grid.edges[rank]) / 2 for rank in items.rank[:count]]
    places = tuple(centred(middles[i], grid.y[i], cards[i]) for i in range(count))
    return Placement(places, anchored(view, places, _curves(arcs, places, grid)))


def _edges(order: Sequence[Sequence[int]], cards: Sequence[Card]) -> list[tuple[float, float]]:
    result, x = [], 0.0
    for column in order:
        wide = max((cards[item].width for item in column if item < len(cards)), default=0.0)
        result.append((x, x + wide))
        x += wide + _GAP
    return result


def _heights(view: View, order: Sequence[list[int]], items: Chains, cards: Sequence[Card]) -> list[float]:
    """Return the middle of each item: as near to its neighbours as order and sizes allow."""
    before, after = neighbours(items)
    room = [card.height / 2 + _BETWEEN / 2 for card in cards] + [_BEND] * (len(items.rank) - len(cards))
    group = [box.group for box in view.boxes]
    y = [0.0] * len(items.rank)
    offsets = [_offsets(column, room, group) for column in order]
    for column, offset in zip(order, offsets, strict=True):
        _settle(column, offset, [-offset[-1] / 2 + at for at in offset], y, [1.0] * len(column))
    weight = [_FREE if len(left) + len(right) < 2 else 1.0 for left, right in zip(before, after, strict=True)]
    both = [[*left, *right] for left, right in zip(before, after, strict=True)]
    for joined, backwards in ((before, False), (after, True), (before, False), (both, True), (both, False)):
        steps = list(zip(order, offsets, strict=True))
        for column, offset in reversed(steps) if backwards else steps:
            wish = [_mean(joined[item], y, weight, y[item]) for item in column]
            _settle(column, offset, wish, y, [weight[item] if joined[item] else _FREE for item in column])
    return y


def _mean(items: Sequence[int], y: Sequence[float], weight: Sequence[float], otherwise: float) -> float:
    if len(items) < 2:
        return y[items[0]] if items else otherwise
    return sum(y[item] * weight[item] for item in items) / sum(weight[item] for item in items)


def _offsets(column: Sequence[int], room: Sequence[float], group: Sequence[str]) -> list[float]:
    """Return how far each item of a column is below the first, when they stand as close as they may."""
    result = [0.0]
    for above, below in itertools.pairwise(column):
        apart = above < len(group) and below < len(group) and group[above] != group[below]
        result.append(result[-1] + room[above] + room[below] + _APART * apart)
    return result


def _settle(
    column: Sequence[int], offset: Sequence[float], wish: Sequence[float], y: list[float], weight: Sequence[float]
) -> None:
    """Set `y` as near to `wish` as the least distances allow (least squares): isotonic regression.

    Args:
        column: Items from top to bottom.
        offset: Per item its least distance below the first.
        wish: Per item the height it should have.
        y: Heights of all items; those of the column are set.
        weight: Per item how much its wish counts.
    """
    blocks: list[tuple[float, float, int]] = []  # sum of wishes without offsets, weight, how many items
    for want, off, heavy in zip(wish, offset, weight, strict=False):
        total, heft, many = (want - off) * heavy, heavy, 1
        while blocks and blocks[-1][0] * heft >= total * blocks[-1][1]:
            other, more, items = blocks.pop()
            total, heft, many = total + other, heft + more, many + items
        blocks.append((total, heft, many))
    at = 0
    for total, heft, many in blocks:
        for _ in range(many):
            y[column[at]] = total / heft + offset[at]
            at += 1


def _curves(arcs: Sequence[tuple[int, int]], places: Sequence[Rectangle], grid: _Grid) -> list[tuple[Point, ...]]:
    starts, ends = _ports(arcs, places, grid)
    result = []
    for i, (tail, head) in enumerate(arcs):
        chain = grid.items.chains[i]
        if chain is None:
            result.append(_loop(places[tail], places[head]))
        else:
            result.append(_through(chain, starts[i], ends[i], places, grid))
    return result


def _through(
    chain: Sequence[int], start: float, end: float, places: Sequence[Rectangle], grid: _Grid
) -> tuple[Point, ...]:
    """Return the line of an arc: level across every column, bending between columns only."""
    tail, head = places[chain[0]], places[chain[-1]]
    stops = [((tail.x + tail.width, start), (grid.edges[grid.items.rank[chain[0]]][1], start))]
    for item in chain[1:-1]:
        left, right = grid.edges[grid.items.rank[item]]
        stops.append(((left, grid.y[item]), (right, grid.y[item])))
    stops.append(((grid.edges[grid.items.rank[chain[-1]]][0], end), (head.x, end)))
    points: list[Point] = [stops[0][0]]
    for (enter, leave), (onward, _) in itertools.pairwise(stops):
        points += curve(enter, leave)[1:] if leave[0] - enter[0] > 0.5 else ()
        half = (points[-1][0] + onward[0]) / 2
        points += [(half, points[-1][1]), (half, onward[1]), onward]
    enter, leave = stops[-1]
    return (*points, *(curve(enter, leave)[1:] if leave[0] - enter[0] > 0.5 else ()))


def _ports(
    arcs: Sequence[tuple[int, int]], places: Sequence[Rectangle], grid: _Grid
) -> tuple[list[float], list[float]]:
    """Return the height at which each arc leaves its tail and enters its head, spread so that none coincide."""
    leaving: dict[int, list[tuple[float, int]]] = {}
    entering: dict[int, list[tuple[float, int]]] = {}
    for i, (tail, head) in enumerate(arcs):
        chain = grid.items.chains[i]
        if chain is not None:
            leaving.setdefault(tail, []).append((grid.y[chain[1]], i))
            entering.setdefault(head, []).append((grid.y[chain[-2]], i))
    return spread(leaving, places, len(arcs)), spread(entering, places, len(arcs))


def _loop(tail: Rectangle, head: Rectangle) -> tuple[Point, ...]:
    """Return a bow over the cards, for a line that runs against the ranks or back to its own box."""
    start = (tail.x + tail.width * 0.7, tail.y)
    end = (head.x + head.width * 0.3, head.y)
    up = 30.0 + 0.12 * abs(start[0] - end[0])
    return start, (start[0] + up, start[1] - up), (end[0] - up, end[1] - up), end
