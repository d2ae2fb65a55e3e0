"""Gradients that arrive past a graph, by a backward pass that one of its nodes runs."""

from __future__ import annotations

import torch
import torch.distributed as dist

from graphtrace.literals import ALL_REDUCE
from graphtrace.recorder.backward import BackwardRecorder
from graphtrace.recorder.capture import Capture, OnHost
from graphtrace.recorder.context import Context
from graphtrace.recorder.put_off import PatientCapture
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


def record_reduced(context: Context, recorder: BackwardRecorder) -> None:
    """Record the gradients that processes added up together when the pass had ended, as DDP does."""
    if not (dist.is_available() and dist.is_initialized()):
        return
    live, capture = recorder.traced.live, context.capture
    for node, landed in recorder.landed.items():
        leaf = variable_of(live.nodes[node])
        if landed is None or leaf.grad is None:
            continue
        taken = capture.take(leaf.grad)
        if _differ(capture, landed, taken):
            record = live.graph.nodes[node]
            captures = {"before": landed, "after": taken}
            context.log.put("grad_edit", captures, {"by": ALL_REDUCE}, param=record.param or record.key)


def _differ(capture: PatientCapture, one: Capture, other: Capture) -> bool:
    """Compare two captures; of large tensors what was kept of them."""
    flag = capture.same_content(one, other)
    if flag is not None:
        return not (flag.value if flag.tensor is None else bool(flag.tensor))
    kept = one.content, other.content
    return isinstance(kept[0], OnHost) and isinstance(kept[1], OnHost) and kept[0].raw != kept[1].raw


def _grad_version(leaf: torch.Tensor) -> tuple[int, int] | None:
    """Return identity and version of a leaf's ``.grad``."""
    return None if leaf.grad is None else (id(leaf.grad), leaf.grad._version)
