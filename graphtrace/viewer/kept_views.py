"""Pictures that were drawn already: pressing a button again in the Lab draws the same graph again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from graphtrace.literals import ViewName
from graphtrace.model import ForwardTensor, Graph, Op, Recording
from graphtrace.model.wire_pictures import WireView
from graphtrace.viewer.card_slots import are_digits
from graphtrace.viewer.recorded_graph import RecordedGraph

MOST_NODES = 400  # of a graph whose pictures are kept: comparing it with another one must be cheap
Wanted = tuple[ViewName, frozenset[str] | None, int]  # view, opened modules, most boxes


@dataclass(frozen=True, slots=True)
class _Look:
    """Everything that the pictures of a recording with one graph depend on.

    Attributes:
        graph: Without version counters.
        ops: Without times.
        tensors: Of the forward pass.
        leaves: Names of leaves with a value.
        digits: Per tensor given to the graph whether it holds single digits only.
    """

    graph: Graph
    ops: tuple[Op, ...]
    tensors: tuple[ForwardTensor, ...]
    leaves: frozenset[str]
    digits: tuple[bool, ...]


def kept_views(recording: Recording, known: Sequence[RecordedGraph]) -> dict[Wanted, WireView]:
    """Return the views that were drawn of an equal recording; what is added is kept. Never change one of them.

    Args:
        recording: What is played.
        known: What it tells of each of its graphs.
    """
    if len(known) != 1 or len(known[0].graph.nodes) > MOST_NODES:
        return {}
    graph, given = known[0].graph, known[0].given
    nodes = [replace(node, saved=tuple([replace(one, version=None) for one in node.saved])) for node in graph.nodes]
    return _kept(
        _Look(
            replace(graph, nodes=tuple(nodes)),
            tuple([replace(op, ns=0) for op in recording.ops]),
            recording.tensors,
            known[0].leaves,
            tuple([are_digits(known[0].known.get(one.tensor.id)) for one in given]),
        )
    )


@lru_cache(maxsize=32)
def _kept(look: _Look) -> dict[Wanted, WireView]:
    return {}
