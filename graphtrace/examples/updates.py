"""How the programs change their leaves: by hand, or by an optimizer of torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, partial

import torch
from torch import Tensor

from graphtrace.examples.program import Built


def zero(leaves: Iterable[Tensor]) -> None:
    """``leaf.grad.zero_()``: the gradients stay, filled with zeros."""
    for leaf in leaves:
        if leaf.grad is not None:
            leaf.grad.zero_()


def descend(leaves: Iterable[Tensor], lr: float) -> None:
    """``leaf -= lr * leaf.grad`` under no_grad."""
    with torch.no_grad():
        for leaf in leaves:
            if leaf.grad is not None:
                leaf -= lr * leaf.grad


def descend_data(leaves: Iterable[Tensor], lr: float) -> None:
    """``leaf.data -= leaf.grad.data * lr``: the older way, which leaves the version counter alone."""
    for leaf in leaves:
        if leaf.grad is not None:
            leaf.data -= leaf.grad.data * lr


def by_optimizer(built: Built, kind: str, lr: float, **options: float | bool) -> Built:
    """Return the program with ``torch.optim.<kind>`` as its update.

    Args:
        built: The program.
        kind: Name of the optimizer's class.
        lr: Learning rate.
        options: Its other options, as ``momentum``.
    """
    leaves = leaves_of(built)

    @cache
    def optimizer() -> torch.optim.Optimizer:
        made: torch.optim.Optimizer = getattr(torch.optim, kind)(leaves, lr=lr, **options)
        return made

    return replace(built, step=lambda: optimizer().step(), optimizer=optimizer)


def by_hand(built: Built, lr: float) -> Built:
    """Return the program with gradient descent, written out, as its update."""
    return replace(built, step=partial(descend, leaves_of(built), lr))


def leaves_of(built: Built) -> list[Tensor]:
    """Return the tensors that the program updates."""
    return [*built.params.values()] if built.model is None else [*built.model.parameters()]
