"""Keep a picture finite: what does not fit is one box that says how many nodes it stands for."""

from __future__ import annotations

from collections.abc import Sequence

from graphtrace.model import Graph

CUT = -1
_FACTOR = 8  # nodes looked at per box allowed: enough for folds of 8 nodes each


def cut_middle(graph: Graph, limit: int) -> range:
    """Return the ids to leave out before folding: those far from both ends of a very large graph."""
    ends = limit * _FACTOR
    return range(ends, max(ends, len(graph.nodes) - ends)) if len(graph.nodes) > 50_000 else range(0)


def cut_to_limit(graph: Graph, owners: Sequence[int], cut: range, limit: int) -> list[int]:
    """Return `owners` with `CUT` for the nodes that are not drawn: the middle, between root and leaves."""
    drawn = [CUT if node in cut else owner for node, owner in enumerate(owners)]
    own = sorted({owner for owner in drawn if owner != CUT})
    if len(own) <= limit:
        return drawn
    half = limit // 2
    dropped = set(own[half : len(own) - half])
    return [CUT if owner in dropped else owner for owner in drawn]
