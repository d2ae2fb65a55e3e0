"""Recordings of small training steps, by name: what a player is tried with."""

import pytest
import torch
from torch import nn

import graphtrace as gt


def fork() -> gt.Recording:
    y = torch.tensor(3.0, dtype=torch.float64, requires_grad=True)
    with gt.record(params={"y": y}) as rec:
        for _ in range(2):
            (2 * y + y**2).backward()
        y.grad.zero_()
        (2 * y + y**2).backward()
        y.grad = None
    return rec.recording


def training(steps: int = 2) -> gt.Recording:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    with gt.record(net, optimizer=optimizer) as rec:
        for _ in range(steps):
            optimizer.zero_grad()
            net(torch.ones(4, 2)).square().mean().backward()
            optimizer.step()
    return rec.recording


def refused() -> gt.Recording:
    x = torch.ones(3, requires_grad=True)
    with gt.record(params={"x": x}) as rec:
        loss = (x * x).sum()
        loss.backward()
        with pytest.raises(RuntimeError, match="second time"):
            loss.backward()
    return rec.recording


def inputs_only() -> gt.Recording:
    """A pass that leaves a branch out: its nodes do not run."""
    a, b = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    with gt.record(params={"a": a, "b": b}) as rec:
        (a.sin() * b.exp()).sum().backward(inputs=[a])
    return rec.recording


RECORDINGS = {"fork": fork, "training": training, "refused": refused, "inputs_only": inputs_only}
