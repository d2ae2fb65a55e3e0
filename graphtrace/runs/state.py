"""What a step starts from: parameters, buffers, the optimizer's state, random numbers. Copied, and put back."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping

import torch
from torch import nn

from graphtrace.errors import TraceError, shown
from graphtrace.runs.packing import pack


class StepStart:
    """Copies of a model and its optimizer as they were when a step began. The same memory is used again every step.

    Args:
        model: The model.
        optimizer: Its optimizer.

    Attributes:
        plain: The tree as JSON.
        tensors: Its tensors, copies.
        left_out: What could not be copied, in words.
    """

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        self._model, self._optimizer = model, optimizer
        self.plain: object = None
        self.tensors: dict[str, torch.Tensor] = {}
        self.left_out: list[str] = []

    def take(self) -> None:
        """Copy everything as it is now."""
        found: dict[str, torch.Tensor] = {}
        self.left_out = []
        self.plain = pack(_tree(self._model, self._optimizer), "state", found, self.left_out)
        ours, theirs = [], []
        kept: dict[str, torch.Tensor] = {}
        for name, tensor in found.items():
            copy = self.tensors.get(name)
            if copy is None or _form(copy) != _form(tensor):
                kept[name] = tensor.clone()
            else:
                kept[name] = copy
                ours.append(copy)
                theirs.append(tensor)
        if ours:
            torch._foreach_copy_(ours, theirs)
        self.tensors = kept


def _form(tensor: torch.Tensor) -> tuple[object, ...]:
    return tensor.shape, tensor.dtype, tensor.device


def _tree(model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, object]:
    owned = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    positions = {id(parameter): i for i, parameter in enumerate(owned)}
    groups = [
        {name: value for name, value in group.items() if name != "params"}
        | {"params": [positions[id(parameter)] for parameter in group["params"]]}
        for group in optimizer.param_groups
    ]
    state = {i: dict(optimizer.state[parameter]) for i, parameter in enumerate(owned) if parameter in optimizer.state}
    return {
        "parameters": dict(model.named_parameters()),
        "buffers": dict(model.named_buffers()),
        "training": [name for name, module in model.named_modules() if module.training],
        "optimizer": {"name": type(optimizer).__name__, "param_groups": groups, "state": state},
    }


def restore(tree: Mapping[str, object], model: nn.Module, optimizer: torch.optim.Optimizer | None) -> None:
    """Put a model, and its optimizer, into the state of a tree; gradients are gone.

    Raises:
        TraceError: The model or the optimizer is another one.
    """
    with torch.no_grad():
        _fill(dict(model.named_parameters()), _mapping(tree, "parameters"))
        _fill(dict(model.named_buffers()), _mapping(tree, "buffers"))
    training = tree.get("training")
    for name, module in model.named_modules():
        module.training = name in (training if isinstance(training, list) else ())
    for parameter in model.parameters():
        parameter.grad = None
    if optimizer is not None:
        kept = _mapping(tree, "optimizer")
        if kept.get("name") != type(optimizer).__name__:
            raise TraceError(f"the optimizer is no {kept.get('name')}: {shown(optimizer)} (make the recorded one)")
        try:
            optimizer.load_state_dict({"param_groups": kept.get("param_groups"), "state": kept.get("state")})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TraceError(f"the optimizer is another one: {shown(str(error))} (make the recorded one)") from None


def _mapping(tree: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = tree.get(name)
    return part if isinstance(part, Mapping) else {}


def _fill(own: Mapping[str, torch.Tensor], kept: Mapping[str, object]) -> None:
    for name, value in kept.items():
        tensor = own.get(name)
        if not isinstance(value, torch.Tensor):
            continue
        if tensor is None or tensor.shape != value.shape:
            is_now = "missing" if tensor is None else tuple(tensor.shape)
            raise TraceError(f"the model is another one: {shown(name)} is {is_now} (make the model that was recorded)")
        tensor.copy_(value)


def random_state() -> dict[str, object]:
    """Return the states of all generators: torch's, Python's, and NumPy's where it is loaded."""
    found: dict[str, object] = {"torch": torch.get_rng_state(), "python": random.getstate()}
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        found["cuda"] = torch.cuda.get_rng_state_all()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        name, numbers, place, has_gauss, gauss = numpy.random.get_state()
        found["numpy"] = (name, torch.from_numpy(numbers.astype("int64")), int(place), int(has_gauss), float(gauss))
    return found


def restore_random(kept: Mapping[str, object]) -> None:
    """Set all generators to what `random_state` returned."""
    own, python, cuda, other = (kept.get(name) for name in ("torch", "python", "cuda", "numpy"))
    if isinstance(own, torch.Tensor):
        torch.set_rng_state(own.cpu())
    if isinstance(python, tuple):
        random.setstate(python)
    if isinstance(cuda, list) and torch.cuda.is_available():
        torch.cuda.set_rng_state_all([state.cpu() for state in cuda[: torch.cuda.device_count()]])
    if isinstance(other, tuple) and len(other) == 5:
        import numpy as np

        name, numbers, place, has_gauss, gauss = other
        np.random.set_state((name, numbers.numpy().astype("uint32"), place, has_gauss, gauss))
