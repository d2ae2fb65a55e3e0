"""The concept view: which operation each node serves."""

from __future__ import annotations

from graphtrace.model import HELPERS, Graph, Node, op_of
from graphtrace.views.titles import FUSED, title
from graphtrace.views.wrappers import unwrapped

_NONE, _SEVERAL = -1, -2


def concept_owners(graph: Graph) -> list[int]:
    """Return per node the id of the node whose box it is drawn in: its own, or one toward the root.

    A node folds into the one box that it serves: a helper, a module's parameter, or the inner half
    of a fused loss (``NllLoss`` of ``LogSoftmax`` is ``cross_entropy``). What serves several boxes
    keeps its own, so that fan-out and shared weights stay visible; so do leaves outside a module.
    """
    count = len(graph.nodes)
    owners, served, consumer = list(range(count)), [_NONE] * count, [_NONE] * count
    for root, _ in graph.roots:
        served[root] = _SEVERAL  # a root always has a box
    edges, position = graph.edges, 0
    for node in graph.nodes:  # consumers come first, so their owners are final
        number = node.id
        if served[number] >= 0 and _folds(graph, node, consumer[number]):
            owners[number] = served[number]
        while position < len(edges) and edges[position].source == number:
            target = edges[position].target
            served[target] = _only(served[target], owners[number])
            consumer[target] = _only(consumer[target], number)
            position += 1
    return owners


def concept_titles(graph: Graph) -> tuple[str, ...]:
    """Return per node the title of the card that it is drawn in: ``Linear · fc1`` also for its ``TBackward0``."""
    graph = unwrapped(graph)
    owners = concept_owners(graph)
    members: dict[int, list[int]] = {}
    for node, owner in enumerate(owners):
        members.setdefault(owner, []).append(node)
    titles = {owner: title(graph, graph.nodes[owner], inside) for owner, inside in members.items()}
    return tuple(titles[owner] for owner in owners)


def _only(known: int, another: int) -> int:
    """Return `another` if it is the first or the same again, else `_SEVERAL`."""
    return another if known in (_NONE, another) else _SEVERAL


def _folds(graph: Graph, node: Node, consumer: int) -> bool:
    if node.kind == "accumulate":
        return bool(node.module)
    op = op_of(node.type)
    if op in HELPERS:
        return True
    return consumer >= 0 and (op_of(graph.nodes[consumer].type), op) in FUSED
