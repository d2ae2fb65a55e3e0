"""Gradients that arrive behind the graph's back: a custom node, such as a reentrant checkpoint, runs its own pass.

That inner pass starts inside the engine, where no function mode sees it. What it leaves in ``.grad`` is seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from graphtrace.recorder.fetch import Pending
from graphtrace.tracer import LiveGraph
from graphtrace.tracer.metas import variable_of

if TYPE_CHECKING:
    from graphtrace.recorder import record

_KINDS = ("checkpoint", "custom", "unknown")
_State = tuple[int, int] | None  # identity and version of a .grad


class Hidden:
    """Watches the leaves outside a graph that has custom nodes. Make it before the pass."""

    def __init__(self, recorder: record, live: LiveGraph) -> None:
        self._recorder = recorder
        self._by = next((node.type for node in live.graph.nodes if node.kind in _KINDS), "")
        self._before: list[tuple[str, torch.Tensor, _State, Pending | None]] = []
        if self._by:
            inside = {id(variable_of(node)) for node in live.nodes if type(node).__name__ == "AccumulateGrad"}
            for name, leaf in recorder.leaves.names().items():
                if leaf.is_leaf and leaf.requires_grad and id(leaf) not in inside:
                    self._before.append((name, leaf, _state(leaf), self._taken(leaf)))

    def changed(self) -> None:
        """Record the gradients that changed."""
        for name, leaf, state, before in self._before:
            if _state(leaf) != state:
                values = {"before": before, "after": self._taken(leaf)}
                self._recorder.tape.put("grad_edit", values, {"by": self._by}, param=name)

    def _taken(self, leaf: torch.Tensor) -> Pending | None:
        return None if leaf.grad is None else self._recorder.tape.contents.take(leaf.grad)


def _state(leaf: torch.Tensor) -> _State:
    return None if leaf.grad is None else (id(leaf.grad), leaf.grad._version)
