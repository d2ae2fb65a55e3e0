"""Keep a walked deep graph from crashing the process when it is freed.

From torch 2.13 on a node that Python has seen keeps its wrapper, and a graph of wrapped nodes is
freed by recursion: about 215 bytes of stack per level, so 40,000 levels overflow 8 MB (measured;
facts of the project). We hold one node at every `BAND` ranks of the execution order. A path inside
one band has at most `BAND` nodes, because every edge leads to a higher rank; so freeing stops at
the next held node. `sweep` lets go of held nodes that nobody else owns, nearest the root first.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import sys
import threading
from collections.abc import Iterable, Sequence
from typing import Any

from torch.autograd.graph import Node as TorchNode

from graphtrace.model import Edge

BAND = 1000

_lock = threading.Lock()
_held: list[list[TorchNode]] = []  # one list per traced graph, nearest the root last
_held_ids: set[int] = set()


def protect(nodes: Sequence[TorchNode], edges: Iterable[Edge]) -> int:
    """Hold the nodes that an edge enters from another band.

    Args:
        nodes: All nodes of the graph, in execution order.
        edges: Its edges, by ranks.

    Returns:
        How many nodes are now held for this graph. 0 for a graph of fewer than ``2 * BAND`` nodes.
    """
    if len(nodes) < 2 * BAND:
        return 0
    entered = {edge.target for edge in edges if edge.source // BAND != edge.target // BAND}
    return hold([nodes[rank] for rank in sorted(entered, reverse=True) if nodes[rank].next_functions])


def hold(nodes: Sequence[TorchNode]) -> int:
    """Hold these nodes, nearest the root last, until nobody else owns them."""
    with _lock:
        fresh = [node for node in nodes if id(node) not in _held_ids]
        _held_ids.update(map(id, fresh))
        if fresh:
            _held.append(fresh)
            if _collected not in gc.callbacks:
                gc.callbacks.append(_collected)
    return len(fresh)


def sweep() -> int:
    """Let go of held nodes that only we still own. Returns how many stay held. Never blocks."""
    if not _held or not _lock.acquire(blocking=False):
        return sum(map(len, _held))
    try:
        while sum(map(_free_ends, _held[::-1])) or sum(map(_free_any, _held)):
            pass  # graphs that share nodes free each other's bands in turn, the youngest graph first
        _held[:] = [nodes for nodes in _held if nodes]
        return sum(map(len, _held))
    finally:
        _lock.release()


def _free_ends(nodes: list[TorchNode]) -> bool:
    """Free from the root's end until one is in use. Returns whether any was freed."""
    before = len(nodes)
    while nodes and sys.getrefcount(nodes[-1]) <= 2:  # the list's and the call's own: torch has let go
        _held_ids.discard(id(nodes[-1]))
        nodes.pop()
    return len(nodes) < before


def _free_any(nodes: list[TorchNode]) -> bool:
    """Free also behind one that is in use, such as a root kept inside a graph."""
    before = len(nodes)
    kept: list[TorchNode] = []
    while nodes:
        if not _free_ends(nodes):
            kept.append(nodes.pop())
    nodes.extend(reversed(kept))
    return len(nodes) < before


def _collected(phase: str, info: dict[str, Any]) -> None:
    """Sweep behind the collector, though not behind its frequent youngest generation."""
    if phase == "stop" and info["generation"] > 0:
        sweep()


@atexit.register
def _leak() -> None:
    """At exit nobody sweeps any more: leave the held nodes to the system instead of freeing them by recursion."""
    for nodes in _held:
        for node in nodes:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(node))
