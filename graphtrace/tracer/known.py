"""Describe a walk; one that looks like an earlier walk shares its records.

A training loop builds the same graph at every step. Order, keys, edges and nodes follow from what a
walk has seen (types, edges, shapes, names, relative sequence numbers), so they are made once per
look. What differs from step to step is never shared: saved tensors, parameters, makers of nodes.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import torch
from torch.autograd.graph import Node as TorchNode

from graphtrace.model import Edge, Graph, Node, TensorMeta
from graphtrace.tracer.describe import VERSION, MadeBy, describe, relative, variable_of
from graphtrace.tracer.kinds import type_facts
from graphtrace.tracer.metas import output_metas, tensor_metas
from graphtrace.tracer.names import Names
from graphtrace.tracer.order import execution_order, in_execution_order
from graphtrace.tracer.walk import Walk

MOST_NODES = 20_000  # of a graph whose records are remembered
MOST_LOOKS = 16


@dataclass(frozen=True, slots=True)
class _Look:
    """What all walks of one look share. `order` holds positions of discovery."""

    order: list[int]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    roots: tuple[tuple[int, int], ...]
    warnings: tuple[str, ...]


_looks: dict[Hashable, _Look] = {}


def described(
    found: Walk, output_nrs: Sequence[int], names: Names, with_saved: bool, made_by: MadeBy | None
) -> tuple[list[TorchNode], Graph]:
    """Return the nodes in execution order and the graph."""
    found.seqs = [node._sequence_nr() for node in found.nodes]
    metas, leaves = _metas(found.nodes)
    plain = not with_saved and made_by is None and len(found.nodes) <= MOST_NODES
    key = _key(found, metas, output_nrs, [names.first(leaf) for leaf in leaves.values()]) if plain else None
    look = _looks.get(key) if plain else None
    if look is not None:
        return _again(look, found, leaves, names)
    order = execution_order(found, found.seqs)
    live = in_execution_order(found, order)
    graph = describe(live, [metas[old] for old in order], output_nrs, names, with_saved, made_by)
    if plain:
        if len(_looks) >= MOST_LOOKS:
            _looks.clear()
        _looks[key] = _Look(order, graph.nodes, graph.edges, graph.roots, graph.warnings)
    return live.nodes, graph


def _metas(nodes: Sequence[TorchNode]) -> tuple[list[tuple[TensorMeta, ...]], dict[int, torch.Tensor]]:
    """Return the outputs of every node, and the leaves by their node's position."""
    metas, leaves = [], {}
    for i, node in enumerate(nodes):
        if type_facts(type(node)).kind == "accumulate":
            leaves[i] = variable_of(node)
            metas.append(tensor_metas(leaves[i]))
        else:
            metas.append(output_metas(node))
    return metas, leaves


def _key(
    found: Walk, metas: Sequence[tuple[TensorMeta, ...]], output_nrs: Sequence[int], leaf_names: Sequence[str | None]
) -> Hashable:
    """Return all that the records follow from. Slots and sources follow from widths and None slots."""
    return (
        tuple(map(type, found.nodes)),
        tuple(found.targets),
        tuple(found.input_nrs),
        tuple(found.widths),
        tuple(found.none_slots.items()),
        tuple(relative(found.seqs)),
        tuple(found.roots),
        tuple(output_nrs),
        tuple(leaf_names),
        tuple(map(len, metas)),
        tuple([id(meta) for outputs in metas for meta in outputs]),  # interned, and kept by the nodes
    )


def _again(look: _Look, found: Walk, leaves: dict[int, torch.Tensor], names: Names) -> tuple[list[TorchNode], Graph]:
    """Share the records of an earlier walk; the parameters are described anew."""
    live = [found.nodes[old] for old in look.order]
    rank = {old: new for new, old in enumerate(look.order)}
    reached = {id(leaf): rank[old] for old, leaf in leaves.items()}
    params = names.records(reached, [node.metas for node in look.nodes])
    graph = Graph(look.nodes, look.edges, look.roots, params, 0, VERSION, look.warnings)
    return live, graph
