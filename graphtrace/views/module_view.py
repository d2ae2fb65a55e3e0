"""The module view: modules as boxes that open, from parameter names and the shape of the graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from graphtrace.model import Graph, common_path
from graphtrace.views.concept_view import concept_owners
from graphtrace.views.repeats import of_last_step

READABLE = 24  # boxes up to which modules are opened by themselves


def module_keys(graph: Graph) -> list[str]:
    """Return the module path of every node.

    A node that no parameter leads into is put into the module that contains the nearest named nodes
    on both sides: a ReLU between ``mlp.fc1`` and ``mlp.fc2`` is in ``mlp``. Next to the root, or to
    inputs, that is the model itself (""); but what repeats, after the last use of a module, the operations between
    its earlier uses, is the last step of an unrolled loop, and is in that module.
    """
    if not any(node.module for node in graph.nodes):
        return [""] * len(graph.nodes)
    inner, outer = _nearest_toward_leaves(graph), _nearest_toward_root(graph)
    sides = zip(inner, outer, strict=True)
    between = [common_path(path, other) if path and other else "" for path, other in sides]
    last = of_last_step(graph, inner, between) if inferred(graph) else {}
    return [node.module or last.get(node.id, between[node.id]) for node in graph.nodes]


def _nearest_toward_leaves(graph: Graph) -> list[str | None]:
    """Per node its own path, else that of the operation, toward the leaves, that ran last in forward."""
    nearest: list[str | None] = [node.module or None for node in graph.nodes]
    chosen = [len(graph.nodes)] * len(graph.nodes)
    for edge in reversed(graph.edges):
        if not graph.nodes[edge.source].module and nearest[edge.target] and edge.target < chosen[edge.source]:
            chosen[edge.source], nearest[edge.source] = edge.target, nearest[edge.target]
    return nearest


def _nearest_toward_root(graph: Graph) -> list[str | None]:
    """Per node its own path, else that of the operation, toward the root, that ran first in forward."""
    nearest: list[str | None] = [node.module or None for node in graph.nodes]
    chosen = [-1] * len(graph.nodes)
    for edge in graph.edges:
        if not graph.nodes[edge.target].module and nearest[edge.source] and edge.source > chosen[edge.target]:
            chosen[edge.target], nearest[edge.target] = edge.source, nearest[edge.source]
    return nearest


def prefixes(path: str) -> Iterator[str]:
    """Yield ``a``, ``a.b``, ``a.b.c`` of ``a.b.c``."""
    parts = path.split(".") if path else []
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])


def closed_module(path: str, opened: frozenset[str]) -> str | None:
    """Return the outermost module around `path` that is not open, or None if all are."""
    return next((prefix for prefix in prefixes(path) if prefix not in opened), None)


def inferred(graph: Graph) -> bool:
    """Return whether modules were inferred from parameters: no operation is known by the module that ran it."""
    return any(node.module for node in graph.nodes) and all(node.op is None for node in graph.nodes)


def module_owners(graph: Graph, paths: Sequence[str], opened: frozenset[str]) -> list[int]:
    """Return per node the id of the node whose box it is drawn in.

    In a closed module that is the module's first node. Directly in an open module it is the
    operation served; an open module without modules inside shows every node.

    Args:
        graph: What is drawn.
        paths: Per node its module.
        opened: Paths of the open modules.
    """
    holders = {prefix for path in set(paths) for prefix in prefixes(path.rpartition(".")[0])}
    closed = {path: closed_module(path, opened) for path in set(paths)}
    first: dict[str, int] = {}
    owners = []
    for node, owner in enumerate(concept_owners(graph)):
        path = paths[owner]
        module = closed[path]
        if module is not None:
            owners.append(first.setdefault(module, node))
        else:
            owners.append(node if path and path not in holders else owner)
    return owners


def auto_opened(paths: Sequence[str], owners: Sequence[int]) -> frozenset[str]:
    """Open modules that hold modules, outermost and largest first, while the picture stays readable.

    Args:
        paths: Per node its module.
        owners: Per node the operation that it serves, see `concept_owners`: an open module shows operations.
    """
    direct = Counter(paths[node] for node, owner in enumerate(owners) if node == owner)
    inside = Counter[str]()
    for path, count in Counter(paths).items():
        for prefix in prefixes(path):
            inside[prefix] += count
    holds = Counter(prefix.rpartition(".")[0] for prefix in inside)
    opened = {""}
    drawn = direct[""] + holds.pop("", 0)
    for module in sorted(holds, key=lambda path: (path.count("."), -inside[path], path)):
        if module.rpartition(".")[0] not in opened:
            continue
        wider = drawn - 1 + direct[module] + holds[module]
        if wider <= READABLE or drawn < 4:
            opened.add(module)
            drawn = wider
    return frozenset(opened - {""})
