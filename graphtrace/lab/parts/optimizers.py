"""The optimizers of torch, made from a spec when the first step asks for them: torch takes a second to load them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import torch
from torch import nn

from graphtrace.lab.records.spec import ByHand, Optimizer, Scheduler


def optimizer_arguments(optimizer: Optimizer) -> dict[str, Any]:
    """Return the keyword arguments of the optimizer in ``torch.optim``; those at torch's default are left out."""
    given = {one.name: getattr(optimizer, one.name) for one in fields(optimizer)}
    kept = {one.name: given[one.name] for one in fields(optimizer) if given[one.name] != one.default}
    kept["lr"] = given["lr"]
    if "beta1" in given:
        kept.pop("beta1", None)
        kept.pop("beta2", None)
        if (given["beta1"], given["beta2"]) != (0.9, 0.999):
            kept["betas"] = (given["beta1"], given["beta2"])
    if type(optimizer).__name__ == "AdamW":
        kept["weight_decay"] = given["weight_decay"]  # torch's default is not ours: 0.01
    return {"lr": kept.pop("lr"), **kept}


def make_optimizer(optimizer: Optimizer, net: nn.Module) -> torch.optim.Optimizer:
    """Make the optimizer over all parameters; torch may refuse the optimizer_arguments."""
    made: torch.optim.Optimizer = getattr(torch.optim, type(optimizer).__name__)(
        net.parameters(), **optimizer_arguments(optimizer)
    )
    return made


def make_scheduler(scheduler: Scheduler, optimizer: torch.optim.Optimizer) -> Any:
    """Make the scheduler."""
    given = {one.name: getattr(scheduler, one.name) for one in fields(scheduler)}
    return getattr(torch.optim.lr_scheduler, type(scheduler).__name__)(optimizer, **given)


def step_by_hand(net: nn.Module, optimizer: ByHand) -> None:
    """``w -= lr * w.grad`` for every parameter that requires grad."""
    with torch.no_grad():
        for w in net.parameters():
            if w.requires_grad:
                w -= optimizer.lr * w.grad  # type: ignore[operator,misc]  # None before backward: Python says so
