"""The loss of a step that nobody records: what ``backward`` was called on, read where torch itself keeps it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

from graphtrace.model import Graph
from graphtrace.recorder.calls import tensors_in
from graphtrace.recorder.unseen import unseen

_BACKWARD = str(Path(torch.autograd.__file__))


class LossWatch:
    """Finds the root of the backward pass that goes through the output of a model.

    Args:
        model: The model.
        thread: The thread that trains; an accelerator's backward runs on another.

    Attributes:
        root: The root of the latest pass, detached; None before.
        graph: The graph of the first pass, once `wants_graph` was set.
        wants_graph: Whether to read the graph.
    """

    def __init__(self, model: nn.Module, thread: int) -> None:
        self._model, self._thread = model, thread
        self._handles: list[RemovableHandle] = []
        self.root: torch.Tensor | None = None
        self.graph: Graph | None = None
        self.wants_graph = False

    def arm(self) -> None:
        """Look from now on."""
        self.root = None
        self._handles.append(self._model.register_forward_hook(self._called))

    def disarm(self) -> None:
        """Look no more."""
        for handle in self._handles:
            handle.remove()
        self._handles = []

    def _called(self, module: nn.Module, args: object, output: object) -> None:
        with unseen():
            made = output.__dict__ if hasattr(output, "__dict__") and not isinstance(output, torch.Tensor) else output
            tensor = next((one for one in tensors_in(made) if one.requires_grad and one.grad_fn is not None), None)
            if tensor is not None:
                self._handles.append(tensor.register_hook(self._passed))  # type: ignore[no-untyped-call]

    def _passed(self, grad: torch.Tensor) -> None:
        """A gradient reaches the output: the pass that brings it is running. Must return None."""
        frame = sys._current_frames().get(self._thread)
        root = _root(frame)
        if root is None:
            return
        self.root = root.detach()
        if self.wants_graph:
            self.wants_graph = False
            with unseen():
                self.graph = _traced(root, self._model)


def _root(frame: FrameType | None) -> torch.Tensor | None:
    """Return the tensor that the innermost running ``torch.autograd.backward`` was called on."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "backward" and code.co_filename == _BACKWARD:
            return next(iter(tensors_in(frame.f_locals.get("tensors"))), None)
        frame = frame.f_back
    return None


def _traced(root: torch.Tensor, model: nn.Module) -> Graph | None:
    from graphtrace.tracer import trace

    try:
        return trace(root, model=model)
    except (ValueError, RuntimeError):  # a graph that cannot be read leaves the run without its picture
        return None
