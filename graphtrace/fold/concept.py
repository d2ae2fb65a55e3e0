"""The concept view: which operation every node serves."""

from __future__ import annotations

from collections import defaultdict

from graphtrace.fold.titles import FUSED
from graphtrace.model import HELPERS, Graph, Node, op_of


def concept_owners(graph: Graph) -> list[int]:
    """Return per node the id of the node whose box it is drawn in: its own, or one toward the root.

    A node folds into the one box that it serves: a helper, a module's parameter, or the inner half
    of a fused loss (``NllLoss`` of ``LogSoftmax`` is ``cross_entropy``). What serves several boxes
    keeps its own, so that fan-out and shared weights stay visible; so do leaves outside a module.
    """
    owners = list(range(len(graph.nodes)))
    serves = _consumers(graph)
    for node in graph.nodes:  # consumers come first, so their owners are final
        consumers = serves[node.id]
        if not consumers or not _folds(graph, node, consumers):
            continue
        owning = {owners[consumer] for consumer in consumers}
        if len(owning) == 1:
            owners[node.id] = owning.pop()
    return owners


def _consumers(graph: Graph) -> dict[int, set[int]]:
    serves: dict[int, set[int]] = defaultdict(set)
    for edge in graph.edges:
        serves[edge.target].add(edge.source)
    return serves


def _folds(graph: Graph, node: Node, consumers: set[int]) -> bool:
    if any(root == node.id for root, _ in graph.roots):
        return False
    if node.kind == "accumulate":
        return bool(node.module)
    op = op_of(node.type)
    if op in HELPERS:
        return True
    return len(consumers) == 1 and (op_of(graph.nodes[min(consumers)].type), op) in FUSED
