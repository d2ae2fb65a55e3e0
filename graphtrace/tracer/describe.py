"""Turn a walk in execution order into the frozen `Graph`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import reduce

import torch
from torch.autograd.graph import Node as TorchNode

from graphtrace.literals import NodeKind
from graphtrace.model import Edge, Graph, Node, Op, Saved, TensorMeta, common_path
from graphtrace.tracer.columns import by_column
from graphtrace.tracer.kinds import TypeFacts, type_facts
from graphtrace.tracer.metas import variable_of
from graphtrace.tracer.names import Names, keys, module_paths
from graphtrace.tracer.order import LEAF_SEQ
from graphtrace.tracer.saved import SavedReader
from graphtrace.tracer.walk import Walk

VERSION = str(torch.__version__)  # plain text, not torch's own type
_SHARED_EDGES = 10_000  # of a graph whose edges are shared
_latest_edges: deque[tuple[tuple[list[int], ...], tuple[Edge, ...]]] = deque(maxlen=4)
MadeBy = Callable[[Sequence[TorchNode]], list[Op | None]]


def describe(
    walk: Walk,
    metas: Sequence[tuple[TensorMeta, ...]],
    output_nrs: Sequence[int],
    names: Names,
    with_saved: bool,
    made_by: MadeBy | None = None,
    storages: dict[int, int] | None = None,
) -> Graph:
    """Describe a walk.

    Args:
        walk: Nodes in execution order, edges by source and slot.
        metas: Per node its outputs.
        output_nrs: Per root, which output of its node it is.
        names: The user's names for tensors.
        with_saved: Whether to read the saved tensors.
        made_by: Tells the forward operation that made each node. Its module is then the node's module, whatever
            the structure of the graph suggests.
        storages: Takes the numbers of the storages behind the saved tensors, by address.
    """
    facts = [type_facts(type(node)) for node in walk.nodes]
    leaves = {i: variable_of(node) for i, node in enumerate(walk.nodes) if facts[i].kind == "accumulate"}
    params = {i: name for i, leaf in leaves.items() if (name := names.first(leaf)) is not None}
    homes = {i: names.home(leaves[i]) for i in params}
    paths = module_paths(facts, homes, walk) if params else {}
    made = made_by(walk.nodes) if made_by is not None else []
    paths |= {i: op.module for i, op in enumerate(made) if op is not None}
    paths |= _wrapper_paths(facts, walk, paths)
    node_keys = keys(facts, params, paths)
    saved, held_bytes = _saved(walk, facts, node_keys, names, leaves, storages) if with_saved else ([], 0)
    return Graph(
        nodes=_nodes(walk, facts, node_keys, params, paths, saved, made, metas),
        edges=_edges(walk),
        roots=tuple(zip(walk.roots, output_nrs, strict=True)),
        params=names.records({id(leaf): i for i, leaf in leaves.items()}, metas),
        held_bytes=held_bytes,
        torch=VERSION,
        warnings=_warnings(facts, saved),
    )


def _wrapper_paths(facts: Sequence[TypeFacts], walk: Walk, paths: Mapping[int, str]) -> dict[int, str]:
    """Put what FSDP2 adds to a module's inputs into that module, which is what its users have in common."""
    users: dict[int, list[str]] = {i: [] for i, fact in enumerate(facts) if fact.kind == "fsdp"}
    for source, target in zip(walk.sources, walk.targets, strict=True) if users else ():
        if target in users and source in paths:
            users[target].append(paths[source])
    return {i: reduce(common_path, used) for i, used in users.items() if used}


def relative(seqs: Sequence[int]) -> list[int | None]:
    """Count sequence numbers from the graph's lowest: a program has the same graph every time. None for leaves."""
    lowest = min(seqs, default=0)
    return [None if seq == LEAF_SEQ else seq - lowest for seq in seqs]


def _saved(
    walk: Walk,
    facts: Sequence[TypeFacts],
    node_keys: Sequence[str],
    names: Names,
    leaves: dict[int, torch.Tensor],
    storages: dict[int, int] | None,
) -> tuple[list[tuple[Saved, ...]], int]:
    """Read saved tensors in forward order: the first node that keeps a tensor gives it the name for later aliases."""
    reader = SavedReader(names.owned_storages(leaves.values()), {} if storages is None else storages)
    saved: list[tuple[Saved, ...]] = [()] * len(facts)
    for i in range(len(facts) - 1, -1, -1):
        if facts[i].raw:
            saved[i] = reader.read(walk.nodes[i], facts[i], node_keys[i])
    return saved, reader.held_bytes


def _nodes(
    walk: Walk,
    facts: Sequence[TypeFacts],
    node_keys: Sequence[str],
    params: dict[int, str],
    paths: dict[int, str],
    saved: Sequence[tuple[Saved, ...]],
    made: Sequence[Op | None],
    metas: Sequence[tuple[TensorMeta, ...]],
) -> tuple[Node, ...]:
    ids = range(len(facts))
    return by_column(
        Node,
        len(facts),
        id=ids,
        key=node_keys,
        type=[fact.name for fact in facts],
        kind=[_kind(*pair) for pair in zip(facts, saved, strict=True)] if saved else [fact.kind for fact in facts],
        param=[params.get(i) for i in ids] if params else None,
        metas=metas,
        slots=walk.widths,
        none_slots=[walk.none_slots.get(i, ()) for i in ids] if walk.none_slots else None,
        saved=saved,
        module=[paths.get(i, "") for i in ids] if paths else None,
        op=[op.id if op is not None else None for op in made] if made else None,
        seq=relative(walk.seqs),
    )


def _edges(walk: Walk) -> tuple[Edge, ...]:
    """Make the edges. A training loop has the same in every step: those of the latest graphs are shared."""
    columns = walk.sources, walk.slots, walk.targets, walk.input_nrs
    for known, edges in _latest_edges:
        if known == columns:
            return edges
    edges = by_column(
        Edge,
        len(walk.sources),
        source=walk.sources,
        slot=walk.slots,
        target=walk.targets,
        input_nr=walk.input_nrs,
    )
    if len(edges) <= _SHARED_EDGES:
        _latest_edges.append((columns, edges))
    return edges


def _kind(fact: TypeFacts, saved: Sequence[Saved]) -> NodeKind:
    """Return the kind. Nodes inside a non-reentrant checkpoint are ordinary; only their saved tensors tell."""
    if saved and any(tensor.alias == "checkpoint" and tensor.state == "packed" for tensor in saved):
        return "checkpoint"
    return fact.kind


def _warnings(facts: Sequence[TypeFacts], saved: Sequence[tuple[Saved, ...]]) -> tuple[str, ...]:
    """Say what the graph cannot show."""
    kinds = {fact.name: fact.kind for fact in facts}
    warnings = []
    if kinds.get("CheckpointFunctionBackward") == "checkpoint":
        warnings.append("a reentrant checkpoint hides its block: parameters used only inside it read as unused")
    if "CopySlices" in kinds:
        warnings.append("CopySlices: torch does not tell which in-place operation it wraps")
    if any(tensor.state == "unreadable" for of_node in saved for tensor in of_node):
        warnings.append("saved tensors cannot be read without side effects in this version of torch")
    return tuple(warnings)
