"""Keep a deep graph that was walked from crashing the process when it is freed.

From torch 2.13 on a node that Python has seen keeps its wrapper, and a graph of wrapped nodes is
freed by recursion: about 215 bytes of stack per level, so 40,000 levels overflow 8 MB (measured).
Ranks of the execution order are cut into bands of `BAND`, and every node that an edge enters from
another band is held here. A path inside one band has at most `BAND` nodes, because every edge leads to
a higher rank; so freeing stops at the next held node. `sweep` releases held nodes that nobody else
owns, nearest the root first.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import sys
import threading
from collections.abc import Iterable, Sequence

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
    """Release the nodes that only this module still owns. Returns how many stay held. Never blocks."""
    if not _held or not _lock.acquire(blocking=False):
        return sum(map(len, _held))
    try:
        while sum(map(_free_ends, _held[::-1])) or sum(map(_free_any, _held)):
            pass  # freeing one graph may free the bands of another; the youngest graph comes first
        _held[:] = [nodes for nodes in _held if nodes]
        return sum(map(len, _held))
    finally:
        _lock.release()


def _free_ends(nodes: list[TorchNode]) -> bool:
    """Free from the root's end until one is in use. Returns whether any was freed."""
    before = len(nodes)
    while nodes and sys.getrefcount(nodes[-1]) <= 2:  # the list's and the call's: torch has none
        _held_ids.discard(id(nodes[-1]))
        nodes.pop()
    return len(nodes) < before


def _free_any(nodes: list[TorchNode]) -> bool:
    """Free also behind a node in use, such as a root inside another graph."""
    before = len(nodes)
    in_use: list[TorchNode] = []
    while nodes:
        if not _free_ends(nodes):
            in_use.append(nodes.pop())
    nodes.extend(reversed(in_use))
    return len(nodes) < before


def _collected(phase: str, info: dict[str, int]) -> None:
    """Sweep after each run of the cyclic collector, but for its frequent runs over the youngest generation."""
    if phase == "stop" and info["generation"] > 0:
        sweep()


@atexit.register
def _leak() -> None:
    """Never free the nodes that are held at exit: freeing would recurse, and the system takes the memory back."""
    for nodes in _held:
        for node in nodes:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(node))
