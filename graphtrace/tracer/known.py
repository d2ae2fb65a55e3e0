"""Describe a walk; one that looks like an earlier walk shares its graph.

A training loop builds the same graph at every step. Order, keys, edges, nodes and parameters follow
from what a walk has seen (types, edges, shapes, names, relative sequence numbers), so they are made
once per look. What may differ from step to step is never shared: saved tensors and makers of nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch.autograd.graph import Node as TorchNode

from graphtrace.model import Graph
from graphtrace.tracer.describe import MadeBy, describe, relative
from graphtrace.tracer.metas import outputs_of
from graphtrace.tracer.names import Names
from graphtrace.tracer.order import execution_order, in_execution_order
from graphtrace.tracer.walk import Walk

MOST_NODES = 60_000  # of all graphs that are remembered: about 30 MB
MOST_LOOKS = 16


@dataclass(frozen=True, slots=True)
class _Look:
    """A graph and all that it follows from. `order` holds positions of discovery."""

    seen: tuple[Any, ...]
    order: list[int]
    graph: Graph


_looks: dict[tuple[int, int], list[_Look]] = {}  # by numbers of nodes and edges


def described(
    found: Walk, output_nrs: Sequence[int], names: Names, with_saved: bool, made_by: MadeBy | None
) -> tuple[Graph, list[TorchNode]]:
    """Return the graph, and its nodes in execution order."""
    nodes = found.nodes
    found.seqs = [node._sequence_nr() for node in nodes]
    metas, leaves = outputs_of(nodes)
    plain = not with_saved and made_by is None and len(nodes) <= MOST_NODES
    seen = _seen(found, metas, output_nrs, names.places(leaves)) if plain else ()
    if plain:
        for look in _looks.get((len(nodes), len(found.targets)), ()):
            if look.seen == seen:
                return look.graph, [nodes[old] for old in look.order]
    order = execution_order(found, found.seqs)
    live = in_execution_order(found, order)
    graph = describe(live, [metas[old] for old in order], output_nrs, names, with_saved, made_by)
    if plain:
        _remember(_Look(seen, order, graph))
    return graph, live.nodes


def _seen(found: Walk, metas: Sequence[Any], output_nrs: Sequence[int], places: Sequence[Any]) -> tuple[Any, ...]:
    """Return all that a graph follows from; sources and slots follow from widths and None slots.

    Kept as the lists that they are: two walks are compared, never hashed, and most entries are identical.
    """
    return (
        list(map(type, found.nodes)),
        found.targets,
        metas,
        relative(found.seqs),
        found.input_nrs,
        found.widths,
        found.none_slots,
        found.roots,
        output_nrs,
        places,
    )


def forget() -> None:
    """Let go of all remembered graphs."""
    _looks.clear()


def _remember(look: _Look) -> None:
    kept = [len(one.order) for looks in _looks.values() for one in looks]
    if len(kept) >= MOST_LOOKS or sum(kept) + len(look.order) > MOST_NODES:
        forget()
    size = len(look.order), len(look.graph.edges)
    _looks[size] = [*_looks.get(size, ()), look]
