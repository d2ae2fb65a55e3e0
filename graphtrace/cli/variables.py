"""Find the loss and the names of its leaves among the global variables of a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TypeGuard

import torch
from torch import nn

from graphtrace.errors import TraceError, shown


def root_of(variables: Mapping[str, object], name: str) -> torch.Tensor | Sequence[torch.Tensor]:
    """Return the tensor called `name`, or the list of tensors.

    Raises:
        TraceError: There is no such variable, or it is no tensor; the message lists tensors that have a graph.
    """
    value = variables.get(name)
    if isinstance(value, torch.Tensor) or _is_list_of_tensors(value):
        return value
    tensors = {key: item for key, item in variables.items() if isinstance(item, torch.Tensor)}
    usable = [key for key, tensor in tensors.items() if tensor.grad_fn is not None]
    usable.sort(key=lambda key: (key not in get_close_matches(name, usable), key))
    hint = f"name one with --loss: {', '.join(usable[:8])}" if usable else "assign the loss outside any function"
    if name not in variables:
        raise TraceError(f"no such variable in the script: {name!r} ({hint})")
    raise TraceError(f"variable is no tensor: {name!r} is {shown(value)} ({hint})")


def _is_list_of_tensors(value: object) -> TypeGuard[Sequence[torch.Tensor]]:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, torch.Tensor) for item in value)


def names_of(
    variables: Mapping[str, object], model_name: str | None = None
) -> tuple[nn.Module | None, dict[str, torch.Tensor]]:
    """Return the model, if there is one, and names for all other leaves.

    Parameters of several models are prefixed with the variable's name: ``generator.0.weight``.

    Args:
        variables: Global variables of a script.
        model_name: Variable of the model to use; None for the only one.

    Raises:
        TraceError: There is no model of this name.
    """
    models = {key: value for key, value in variables.items() if isinstance(value, nn.Module)}
    if model_name is not None and model_name not in models:
        raise TraceError(f"no such model in the script: {model_name!r} (models: {', '.join(sorted(models)) or 'none'})")
    chosen = models.get(model_name or "") or _only(models)
    leaves = {key: value for key, value in variables.items() if isinstance(value, torch.Tensor) and value.is_leaf}
    params = {key: leaf for key, leaf in leaves.items() if leaf.requires_grad}
    owned = {id(tensor) for tensor in chosen.parameters()} if chosen is not None else set()
    for key, model in models.items():
        named = model.named_parameters(remove_duplicate=False)
        params |= {f"{key}.{name}": tensor for name, tensor in named if id(tensor) not in owned}
    return chosen, params


def _only(models: Mapping[str, nn.Module]) -> nn.Module | None:
    """Return the model that owns the parameters of all models, if there is one; ``nn.MSELoss()`` owns none."""
    owned = {key: {id(param) for param in model.parameters()} for key, model in models.items()}
    every = set().union(*owned.values())
    return next((models[key] for key, params in owned.items() if params and params == every), None)
