"""Ranks: in which column each box stands, and in which order a column's boxes stand below each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Arc = tuple[int, int]  # from the item toward the leaves to the item toward the root


@dataclass(frozen=True, slots=True)
class Chains:
    """Items of all columns. Items below `boxes` are boxes, the others bends of arcs that pass a column.

    `chains` holds for every arc the items it goes through, ends included; None for an arc that runs
    against the ranks (a cycle), `short` tells which consecutive items stand in neighbouring columns.
    """

    rank: list[int]
    chains: list[tuple[int, ...] | None]


def order_of(count: int, arcs: Sequence[Arc]) -> list[int]:
    """Return each item's position in a topological order; a cycle is opened at its last item."""
    waiting = [0] * count
    after: list[list[int]] = [[] for _ in range(count)]
    for tail, head in arcs:
        if tail != head:
            waiting[head] += 1
            after[tail].append(head)
    position = [-1] * count
    ready = [item for item in range(count) if waiting[item] == 0]
    rest = iter(range(count - 1, -1, -1))
    placed = 0
    while placed < count:
        if not ready:
            ready.append(next(item for item in rest if position[item] < 0))
        item = ready.pop()
        if position[item] >= 0:
            continue
        position[item] = placed
        placed += 1
        for head in after[item]:
            waiting[head] -= 1
            if waiting[head] == 0 and position[head] < 0:
                ready.append(head)
    return position


def depths(count: int, arcs: Sequence[Arc]) -> list[int]:
    """Return how many arcs the longest path from a leaf to each item has."""
    return _longest(count, _forward(count, arcs))


def _forward(count: int, arcs: Sequence[Arc]) -> list[Arc]:
    position = order_of(count, arcs)
    forward = [(tail, head) for tail, head in arcs if position[tail] < position[head]]
    return sorted(forward, key=lambda arc: position[arc[0]])


def _longest(count: int, forward: Sequence[Arc]) -> list[int]:
    rank = [0] * count
    for tail, head in forward:
        rank[head] = max(rank[head], rank[tail] + 1)
    return rank


def ranks(count: int, arcs: Sequence[Arc]) -> list[int]:
    """Return ranks from 0: longest path from the leaves, then every item pulled toward the root."""
    forward = _forward(count, arcs)
    rank = _longest(count, forward)
    limit: dict[int, int] = {}
    for tail, head in reversed(forward):
        nearest = limit.get(head, rank[head])
        limit[tail] = min(limit.get(tail, nearest - 1), nearest - 1)
    for item, value in limit.items():
        rank[item] = value
    least = min(rank, default=0)
    return [value - least for value in rank]


def chains(count: int, arcs: Sequence[Arc], rank: Sequence[int], spare: int) -> Chains:
    """Return the items of every arc, with a bend in each column that it passes.

    At most `spare` bends are made, for the shortest arcs first; a longer arc keeps its ends only.

    Args:
        count: How many boxes there are.
        arcs: Pairs of boxes.
        rank: Per box its column.
        spare: How many bends may be made in all.
    """
    items: list[tuple[int, ...] | None] = [None] * len(arcs)
    ranks_of = list(rank)
    for i in sorted(range(len(arcs)), key=lambda i: rank[arcs[i][1]] - rank[arcs[i][0]]):
        tail, head = arcs[i]
        span = rank[head] - rank[tail]
        if span <= 0:
            continue
        bends = span - 1 if span - 1 <= spare else 0
        spare -= bends
        first = len(ranks_of)
        ranks_of.extend(rank[tail] + 1 + k for k in range(bends))
        items[i] = (tail, *range(first, first + bends), head)
    return Chains(ranks_of, items)


def columns(items: Chains, sweeps: int = 4) -> list[list[int]]:
    """Return the columns from left to right, each from top to bottom, with few crossings."""
    rank, before, after = items.rank, *neighbours(items)
    result: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for item in _discovered(rank, before):
        result[rank[item]].append(item)
    place = [0.0] * len(rank)
    for column in result:
        _number(column, place)
    for _ in range(sweeps):
        for column in result[1:]:
            _sort(column, before, place)
        for column in result[-2::-1]:
            _sort(column, after, place)
    return result


def neighbours(items: Chains) -> tuple[list[list[int]], list[list[int]]]:
    """Return for each item those it is joined to in the column before it, and in the column after it."""
    before: list[list[int]] = [[] for _ in items.rank]
    after: list[list[int]] = [[] for _ in items.rank]
    for chain in items.chains:
        for tail, head in zip(chain or (), (chain or ())[1:], strict=False):
            if items.rank[head] - items.rank[tail] == 1:
                before[head].append(tail)
                after[tail].append(head)
    return before, after


def _discovered(rank: Sequence[int], before: Sequence[Sequence[int]]) -> list[int]:
    """Return all items depth first from the root side, so that connected items are next to each other."""
    seen = [False] * len(rank)
    order: list[int] = []
    for start in sorted(range(len(rank)), key=lambda item: (-rank[item], item)):
        stack = [start]
        while stack:
            item = stack.pop()
            if not seen[item]:
                seen[item] = True
                order.append(item)
                stack.extend(reversed(before[item]))
    return order


def _number(column: Sequence[int], place: list[float]) -> None:
    middle = (len(column) - 1) / 2  # counted from the middle: columns of different length line up
    for index, item in enumerate(column):
        place[item] = index - middle


def _sort(column: list[int], joined: Sequence[Sequence[int]], place: list[float]) -> None:
    wish = {item: _mean(joined[item], place, place[item]) for item in column}
    column.sort(key=wish.__getitem__)
    _number(column, place)


def _mean(items: Sequence[int], place: Sequence[float], otherwise: float) -> float:
    return sum(place[item] for item in items) / len(items) if items else otherwise
