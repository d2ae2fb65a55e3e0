"""The last step of an unrolled loop: what follows it is no longer between two uses of the loop's module."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from graphtrace.model import HELPERS, Graph, op_of

TIMES = 2  # how often a chain of operations must lie between two uses of a module before its last one counts


def of_last_step(graph: Graph, nearest: Sequence[str | None], between: Sequence[str]) -> dict[int, str]:
    """Return the module of operations that repeat what lies between earlier uses of the same parameters.

    Args:
        graph: A graph whose modules were inferred.
        nearest: Per node the module of the named operation toward the leaves.
        between: Per node the module that contains the named nodes on both sides.
    """
    chains = _chains(graph)
    inside = Counter((chains[i], path) for i, path in enumerate(between) if path and path == nearest[i])
    found = {}
    for i, path in enumerate(nearest):
        if path and between[i] != path and not graph.nodes[i].module and inside[chains[i], path] >= TIMES:
            found[i] = path
    return found


def _chains(graph: Graph) -> list[int]:
    """Number the chains of operations from each node down to the parameters used last: equal ones are equal."""
    targets: dict[int, list[int]] = defaultdict(list)
    for edge in graph.edges:
        targets[edge.source].append(edge.target)
    numbers: dict[object, int] = {}
    chains, leaf_of = [0] * len(graph.nodes), [-1] * len(graph.nodes)
    for node in reversed(graph.nodes):
        here = targets[node.id]
        if node.kind == "accumulate":
            leaf_of[node.id] = node.id
        elif len(here) == 1 and op_of(node.type) in HELPERS:
            leaf_of[node.id] = leaf_of[here[0]]
        leaves = tuple(sorted(leaf_of[target] for target in here if leaf_of[target] >= 0))
        below = leaves if node.module or leaves else (-1, chains[min(here)]) if here else ()
        chains[node.id] = numbers.setdefault((node.type, below), len(numbers))
    return chains
