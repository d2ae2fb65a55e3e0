"""Describe a walk; a walk equal to an earlier one shares the graph made then.

A training loop builds the same graph at every step. Order, keys, edges, nodes and parameters follow
from what the walk has read (types, edges, shapes, names, relative sequence numbers), so they are made
once for each distinct walk. What may differ from step to step is never shared: saved tensors, and the
forward operations that made the nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch.autograd.graph import Node as TorchNode

from graphtrace.model import Graph, TensorMeta
from graphtrace.tracer import sharded
from graphtrace.tracer.describe import MadeBy, describe, relative
from graphtrace.tracer.metas import outputs_of
from graphtrace.tracer.names import Names
from graphtrace.tracer.order import execution_order, in_execution_order
from graphtrace.tracer.walk import Walk

MAX_NODES = 60_000  # in all cached graphs together: about 30 MB
MAX_GRAPHS = 16


@dataclass(frozen=True, slots=True)
class CachedGraph:
    """A graph, and all that it follows from.

    Attributes:
        facts: What the walk read; an equal walk has the same graph.
        order: Positions of discovery, in execution order.
    """

    facts: tuple[object, ...]
    order: list[int]
    graph: Graph


_cache: dict[tuple[int, int], list[CachedGraph]] = {}  # by numbers of nodes and edges


def described(
    discovered: Walk,
    output_nrs: Sequence[int],
    names: Names,
    with_saved: bool,
    made_by: MadeBy | None,
    storages: dict[int, int] | None = None,
) -> tuple[Graph, list[TorchNode]]:
    """Return the graph of a walk, and its nodes in execution order.

    Args:
        discovered: The walk, in order of discovery.
        output_nrs: Per root, which output of its node it is.
        names: The user's names for tensors.
        with_saved: Whether to read the saved tensors.
        made_by: Tells the forward operation that made each node, see `describe`.
        storages: Takes the numbers of storages, see `describe`.
    """
    nodes = discovered.nodes
    discovered.seqs = [node._sequence_nr() for node in nodes]
    metas, leaves = outputs_of(nodes)
    sharded.mark(metas, leaves)
    cacheable = not with_saved and made_by is None and len(nodes) <= MAX_NODES
    facts = _facts(discovered, metas, output_nrs, names.places(leaves)) if cacheable else ()
    if cacheable:
        for cached in _cache.get((len(nodes), len(discovered.targets)), ()):
            if cached.facts == facts:
                return cached.graph, [nodes[old] for old in cached.order]
    order = execution_order(discovered, discovered.seqs)
    ordered = in_execution_order(discovered, order)
    graph = describe(ordered, [metas[old] for old in order], output_nrs, names, with_saved, made_by, storages)
    if cacheable:
        _remember(CachedGraph(facts, order, graph))
    return graph, ordered.nodes


def _facts(
    discovered: Walk, metas: Sequence[tuple[TensorMeta, ...]], output_nrs: Sequence[int], places: Sequence[object]
) -> tuple[object, ...]:
    """Return all that a graph follows from; sources and slots follow from widths and None slots.

    The lists are kept as they are: walks are compared, never hashed, and most entries are identical objects.
    """
    return (
        list(map(type, discovered.nodes)),
        discovered.targets,
        metas,
        relative(discovered.seqs),
        discovered.input_nrs,
        discovered.widths,
        discovered.none_slots,
        discovered.roots,
        output_nrs,
        places,
    )


def clear() -> None:
    """Drop all cached graphs."""
    _cache.clear()


def _remember(new: CachedGraph) -> None:
    sizes = [len(cached.order) for same_size in _cache.values() for cached in same_size]
    if len(sizes) >= MAX_GRAPHS or sum(sizes) + len(new.order) > MAX_NODES:
        clear()
    size = len(new.order), len(new.graph.edges)
    _cache[size] = [*_cache.get(size, ()), new]
