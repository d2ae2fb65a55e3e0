"""Find the loss and the names of its leaves among the global variables of a script."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import torch
from torch import nn

from graphtrace.errors import TraceError


def root_of(variables: Mapping[str, Any], name: str) -> torch.Tensor:
    """Return the tensor called `name`.

    Raises:
        TraceError: No such variable, or it is no tensor; the message lists those that could be meant.
    """
    value = variables.get(name)
    if isinstance(value, torch.Tensor):
        return value
    usable = [key for key, one in variables.items() if isinstance(one, torch.Tensor) and one.grad_fn is not None]
    usable.sort(key=lambda key: (key not in get_close_matches(name, usable), key))
    hint = f"name one with --loss: {', '.join(usable[:8])}" if usable else "no global variable has a grad_fn"
    problem = "no variable" if name not in variables else f"a {type(value).__name__}, not a tensor, in the variable"
    raise TraceError(f"{problem} {name!r} in the script ({hint})")


def names_of(
    variables: Mapping[str, Any], model_name: str | None = None
) -> tuple[nn.Module | None, dict[str, torch.Tensor]]:
    """Return the model, if there is one, and names for all other leaves.

    Parameters of several models get their variable's name in front: ``generator.0.weight``.
    """
    models = {key: value for key, value in variables.items() if isinstance(value, nn.Module)}
    if model_name is not None and model_name not in models:
        raise TraceError(f"no model {model_name!r} in the script (models: {', '.join(sorted(models)) or 'none'})")
    chosen = models.get(model_name or "") or _only(models)
    params = {key: value for key, value in variables.items() if isinstance(value, torch.Tensor) and value.is_leaf}
    if chosen is None:
        for key, model in models.items():
            params |= {f"{key}.{name}": tensor for name, tensor in model.named_parameters(remove_duplicate=False)}
    return chosen, {key: value for key, value in params.items() if value.requires_grad}


def _only(models: Mapping[str, nn.Module]) -> nn.Module | None:
    """Return the one model that has parameters, if there is just one; ``nn.MSELoss()`` is a module too."""
    trainable = {id(model): model for model in models.values() if any(True for _ in model.parameters())}
    return next(iter(trainable.values())) if len(trainable) == 1 else None
