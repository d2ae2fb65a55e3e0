"""Gradients that arrive past a graph, by a backward pass that one of its nodes runs."""

from __future__ import annotations

import torch

from graphtrace.recorder.capture import Capture
from graphtrace.recorder.context import Context
from graphtrace.tracer import LiveGraph
from graphtrace.tracer.metas import variable_of

_NESTING = ("checkpoint", "custom", "unknown")  # kinds of nodes that may run a backward pass of their own


class NestedBackwardWatcher:
    """Finds gradients that arrive past the graph: a custom node, as a reentrant checkpoint, runs its own pass.

    That pass starts inside the engine, where no function mode sees it. What it leaves in ``.grad`` is seen.

    Args:
        context: What the parts of the recording share.
        live: The graph of the outer pass.
    """

    def __init__(self, context: Context, live: LiveGraph) -> None:
        self._context = context
        self._by = next((node.type for node in live.graph.nodes if node.kind in _NESTING), "")
        self._live = live
        self._before: list[tuple[str, torch.Tensor, tuple[int, int] | None, Capture | None]] = []

    def begin(self) -> None:
        """Note the gradients of the leaves outside the graph, if any of its nodes may run a pass of its own."""
        if self._by:
            inside = {id(variable_of(node)) for node in self._live.nodes if type(node).__name__ == "AccumulateGrad"}
            for name, leaf in self._context.leaves.names().items():
                if leaf.is_leaf and leaf.requires_grad and id(leaf) not in inside:
                    self._before.append((name, leaf, _grad_version(leaf), self._take(leaf)))

    def record_changes(self) -> None:
        """Record the gradients that changed."""
        for name, leaf, version, before in self._before:
            if _grad_version(leaf) != version:
                captures = {"before": before, "after": self._take(leaf)}
                self._context.log.put("grad_edit", captures, {"by": self._by}, param=name)

    def _take(self, leaf: torch.Tensor) -> Capture | None:
        return None if leaf.grad is None else self._context.capture.take(leaf.grad)


def _grad_version(leaf: torch.Tensor) -> tuple[int, int] | None:
    """Return identity and version of a leaf's ``.grad``."""
    return None if leaf.grad is None else (id(leaf.grad), leaf.grad._version)
