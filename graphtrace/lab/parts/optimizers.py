"""The optimizers of torch, made from a spec at the first step: torch takes a second to load them."""

from __future__ import annotations

from dataclasses import fields

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler

from graphtrace.lab.records.spec import ByHand, Optimizer, Scheduler

_BETAS = (0.9, 0.999)  # torch's default


def optimizer_arguments(optimizer: Optimizer) -> dict[str, object]:
    """Return the keyword arguments of the optimizer in ``torch.optim``; those at torch's default are left out."""
    values = {field.name: getattr(optimizer, field.name) for field in fields(optimizer)}
    defaults = {field.name: field.default for field in fields(optimizer)}
    lr, betas = values.pop("lr"), (values.pop("beta1", _BETAS[0]), values.pop("beta2", _BETAS[1]))
    arguments = {name: value for name, value in values.items() if value != defaults[name]}
    if betas != _BETAS:
        arguments["betas"] = betas
    if type(optimizer).__name__ == "AdamW":
        arguments["weight_decay"] = values["weight_decay"]  # torch's default is another one: 0.01
    return {"lr": lr, **arguments}


def make_optimizer(optimizer: Optimizer, net: nn.Module) -> torch.optim.Optimizer:
    """Make the optimizer over all parameters; torch may refuse its arguments."""
    kind = getattr(torch.optim, type(optimizer).__name__)
    made: torch.optim.Optimizer = kind(net.parameters(), **optimizer_arguments(optimizer))
    return made


def make_scheduler(scheduler: Scheduler, optimizer: torch.optim.Optimizer) -> LRScheduler:
    """Make the scheduler of an optimizer."""
    kind = getattr(torch.optim.lr_scheduler, type(scheduler).__name__)
    arguments = {field.name: getattr(scheduler, field.name) for field in fields(scheduler)}
    made: LRScheduler = kind(optimizer, **arguments)
    return made


def step_by_hand(net: nn.Module, optimizer: ByHand) -> None:
    """Run ``w -= lr * w.grad`` for every parameter that requires grad."""
    with torch.no_grad():
        for w in net.parameters():
            if w.requires_grad:
                w -= optimizer.lr * w.grad  # type: ignore[operator,misc]  # None before backward: Python says so
