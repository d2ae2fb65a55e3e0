"""The arguments of `record`, checked."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import torch
from torch import nn

from graphtrace.errors import TraceError, shown
from graphtrace.literals import LEVELS


def renamed(model: nn.Module | None, net: nn.Module | None) -> nn.Module | None:
    """Accept the first name of the parameter `model`."""
    if net is None:
        return model
    if model is not None:
        raise TraceError(f"model is given twice: {shown(net)} as net (pass model alone)")
    warnings.warn("record(net=…) is now record(model=…)", DeprecationWarning, stacklevel=3)
    return net


def check_arguments(
    model: object, optimizer: object, values: object, budget_bytes: object, params: object, step: object
) -> None:
    """Check all arguments but those that choose steps.

    Args:
        model: A module or None.
        optimizer: An optimizer or None.
        values: A level.
        budget_bytes: A number of bytes.
        params: A dict of names to tensors, or None.
        step: A number of steps, or None.

    Raises:
        TraceError: One is of the wrong kind.
    """
    if model is not None and not isinstance(model, nn.Module):
        raise TraceError(f"model is not a torch.nn.Module: {shown(model)} (pass the model, or nothing)")
    if optimizer is not None and not isinstance(optimizer, torch.optim.Optimizer):
        raise TraceError(f"optimizer is not a torch.optim.Optimizer: {shown(optimizer)} (pass it by name)")
    if values not in LEVELS:
        raise TraceError(f"unknown level of values: {shown(values)} (must be one of {list(LEVELS)})")
    if type(budget_bytes) is not int or budget_bytes < 0:
        raise TraceError(f"budget_bytes is no number of bytes: {shown(budget_bytes)} (must be an int, 0 or more)")
    if step is not None and (type(step) is not int or step < 0):
        raise TraceError(f"step is no number of steps: {shown(step)} (must be an int, 0 or more)")
    if params is not None and not isinstance(params, Mapping):
        raise TraceError(f"params is not a dict of names to tensors: {shown(params)} (pass {{'w': w}} for a tensor w)")
    for name, tensor in (params or {}).items():
        if not isinstance(name, str) or not isinstance(tensor, torch.Tensor):
            raise TraceError(f"params does not map a name to a tensor: {shown(name)} (pass {{'w': w}} for a tensor w)")
