"""Predict the order in which the engine will run the nodes.

The engine pops, among the nodes that have received all their gradients, the one with the highest
sequence number; an ``AccumulateGrad`` has the highest of all. Source: ``torch/csrc/autograd/engine.cpp``
(``ReadyQueue``, ``CompareNodeTaskTime``), a ``std::priority_queue``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from graphtrace.tracer.walk import Walk

LEAF_SEQ = 2**64 - 1


def in_execution_order(discovered: Walk, order: Sequence[int]) -> Walk:
    """Renumber a walk from order of discovery to execution order, edges by source and slot.

    Where the two orders are equal, as in a chain, the walk itself is returned.
    """
    if order == list(range(len(order))):
        return discovered
    rank = [0] * len(order)
    for new, old in enumerate(order):
        rank[old] = new
    sources = [rank[source] for source in discovered.sources]
    by_source = sorted(range(len(sources)), key=sources.__getitem__)
    return Walk(
        nodes=[discovered.nodes[old] for old in order],
        sources=[sources[i] for i in by_source],
        slots=[discovered.slots[i] for i in by_source],
        targets=[rank[discovered.targets[i]] for i in by_source],
        input_nrs=[discovered.input_nrs[i] for i in by_source],
        widths=[discovered.widths[old] for old in order],
        none_slots={rank[old]: slots for old, slots in discovered.none_slots.items()},
        roots=[rank[root] for root in discovered.roots],
        seqs=[discovered.seqs[old] for old in order],
    )


def execution_order(discovered: Walk, seqs: Sequence[int]) -> list[int]:
    """Return positions in ``discovered.nodes`` in predicted execution order."""
    order = _sorted_order(discovered, seqs)
    if order is None or len(order) < len(seqs):  # torch's Error nodes have a leaf's number, and edges, or none at them
        order = _heap_order(discovered, seqs)
    return order


def _sorted_order(discovered: Walk, seqs: Sequence[int]) -> list[int] | None:
    """Sort by descending sequence number, each leaf right behind its last source.

    This equals the heap's order where the numbers are distinct and decrease along every edge: the
    highest number that is left then always belongs to a ready node. Elsewhere None is returned.
    """
    operations = sorted([i for i, seq in enumerate(seqs) if seq != LEAF_SEQ], key=seqs.__getitem__, reverse=True)
    if len(set(seqs)) < len(operations) + (len(operations) < len(seqs)):
        return None
    rank = [-1] * len(seqs)
    for position, node in enumerate(operations):
        rank[node] = position
    ready_after: dict[int, int] = {}  # leaf to the rank of its last source
    for source, target in zip(discovered.sources, discovered.targets, strict=True):
        if rank[source] < 0:
            return None
        if rank[target] < 0:
            if rank[source] >= ready_after.get(target, 0):
                ready_after.pop(target, None)  # two that share their last source run in the order of its slots
                ready_after[target] = rank[source]
        elif rank[target] <= rank[source]:
            return None
    return _with_leaves(operations, ready_after)


def _with_leaves(operations: list[int], ready_after: dict[int, int]) -> list[int] | None:
    """Insert the leaves; None where three or more become ready at once, since the heap's shape orders these."""
    order: list[int] = []
    start, together = 0, 0
    for leaf in sorted(ready_after, key=ready_after.__getitem__):
        end = ready_after[leaf] + 1
        together = together + 1 if end == start else 1
        if together > 2:
            return None
        order += operations[start:end]
        order.append(leaf)
        start = end
    return order + operations[start:]


def _heap_order(discovered: Walk, seqs: Sequence[int]) -> list[int]:
    """Run the engine's queue, without running the nodes."""
    awaited = Counter(discovered.targets)
    out: list[list[int]] = [[] for _ in discovered.nodes]
    for source, target in zip(discovered.sources, discovered.targets, strict=True):
        out[source].append(target)
    heap: list[int] = []
    for root in reversed(dict.fromkeys(reversed(discovered.roots))):  # a repeated root is ready at its last mention
        if not awaited[root]:
            _push(heap, root, seqs)
    order = []
    while heap:
        node = _pop(heap, seqs)
        order.append(node)
        for target in out[node]:
            awaited[target] -= 1
            if not awaited[target]:
                _push(heap, target, seqs)
    return order


def _push(heap: list[int], node: int, seqs: Sequence[int]) -> None:
    """Append and sift toward the front, past strictly smaller numbers only."""
    heap.append(node)
    _sift(heap, len(heap) - 1, node, seqs)


def _sift(heap: list[int], hole: int, node: int, seqs: Sequence[int]) -> None:
    while hole > 0:
        above = (hole - 1) // 2
        if seqs[heap[above]] >= seqs[node]:
            break
        heap[hole] = heap[above]
        hole = above
    heap[hole] = node


def _pop(heap: list[int], seqs: Sequence[int]) -> int:
    """Take the first item; the hole sinks to the bottom before the last item rises into it.

    This is libstdc++'s ``__adjust_heap``, which decides the order of several leaves. Python's ``heapq``
    breaks ties differently.
    """
    top, last = heap[0], heap.pop()
    size, hole = len(heap), 0
    if not size:
        return top
    while 2 * hole + 2 < size:
        right = 2 * hole + 2
        larger = right - 1 if seqs[heap[right]] < seqs[heap[right - 1]] else right
        heap[hole] = heap[larger]
        hole = larger
    if 2 * hole + 2 == size:
        heap[hole] = heap[size - 1]
        hole = size - 1
    _sift(heap, hole, last, seqs)
    return top
