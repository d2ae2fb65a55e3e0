"""The graph of a model from its inputs alone: one forward pass, and every operation in the module that ran it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass

import torch
from torch import nn
from torch.utils._pytree import tree_leaves

from graphtrace.errors import TraceError, shown
from graphtrace.model import Graph
from graphtrace.recorder import record
from graphtrace.recorder.capture import Capture
from graphtrace.recorder.put_off import PatientCapture
from graphtrace.tracer import trace_live


def draw(model: nn.Module, *inputs: object, **options: object) -> Graph:
    """Run a model once, and return the backward graph of its outputs, which a notebook displays.

    `trace` sees a loss alone and must infer modules from parameters; here every operation is known by the module
    that ran it. The model is left as it was: its mode, parameters, ``.grad``, buffers and the random state. Hooks of
    its modules run.

    Args:
        model: Any module; its mode (``train``, ``eval``) stays.
        inputs: What the model is called with, tensors of any shape and other values.
        options: Further arguments by name.

    Returns:
        The graph of all tensors among the outputs that need a gradient; draw it with `to_svg` and its like.

    Raises:
        TraceError: `model` is no module, or no output needs a gradient.
    """
    if not isinstance(model, nn.Module):
        raise TraceError(f"model is not a torch.nn.Module: {shown(model)} (pass the model, then its inputs)")
    with _left_as_it_was(model), torch.enable_grad(), _ShapesOnly(model) as recorder:
        output = model(*inputs, **options)
    roots = [tensor for tensor in _tensors(output) if tensor.grad_fn is not None]
    if not roots:
        advice = "unfreeze a parameter, and return what was computed with it"
        raise TraceError(f"no output needs a gradient: {shown(type(output).__name__)} ({advice})")
    return trace_live(roots, model=model, made_by=recorder.made_by).graph


class _Shapes(PatientCapture):
    """Reads no number of any tensor."""

    def __init__(self) -> None:
        super().__init__("stats", 0)

    def later(self, tensor: torch.Tensor, capture: Capture | None = None, leaves: bool = False) -> Capture:
        """Let no tensor wait."""
        return self.take(tensor) if capture is None else self.fill(capture, tensor)

    def _read(self, capture: Capture, tensor: torch.Tensor) -> None:
        """Leave the contents out."""


class _ShapesOnly(record):
    """Records which module ran which operation, and no contents: a third of the time."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__(model)
        self._capture = _Shapes()


def _tensors(output: object) -> Iterator[torch.Tensor]:
    """Find the tensors in a model's output: in tuples, lists, dicts and dataclasses."""
    waiting = [output]
    while waiting:
        for value in tree_leaves(waiting.pop()):
            if isinstance(value, torch.Tensor):
                yield value
            elif is_dataclass(value) and not isinstance(value, type):
                waiting.append([getattr(value, field.name) for field in fields(value)])


@contextmanager
def _left_as_it_was(model: nn.Module) -> Iterator[None]:
    """Give buffers, as the running statistics of batch norm, and random generators their old state back."""
    kept = {name: buffer.clone() for name, buffer in model.named_buffers() if not nn.parameter.is_lazy(buffer)}
    devices = {tensor.device for tensor in [*model.parameters(), *kept.values()] if tensor.is_cuda}
    with torch.random.fork_rng([device.index for device in devices]):
        try:
            yield
        finally:
            with torch.no_grad():
                for name, buffer in model.named_buffers():
                    if name in kept and not torch.equal(buffer, kept[name]):
                        buffer.copy_(kept[name])
