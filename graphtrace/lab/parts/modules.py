"""Layers that torch.nn does not have. Plain PyTorch: the Lab's code export copies these classes as they stand."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class Residual(nn.Module):
    """x plus what the block makes of it."""

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        self.block = block

    def forward(self, x: Tensor) -> Tensor:
        """Add."""
        out: Tensor = x + self.block(x)
        return out


class Parallel(nn.Module):
    """Every branch gets x; their results are added, or joined along dimension 1."""

    def __init__(self, *branches: nn.Module, join: str) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)
        self.join = join

    def forward(self, x: Tensor) -> Tensor:
        """Run every branch."""
        outs: list[Tensor] = [branch(x) for branch in self.branches]
        if self.join == "cat":
            return torch.cat(outs, dim=1)
        total = outs[0]
        for out in outs[1:]:
            total = total + out
        return total


class Attention(nn.Module):
    """One head of self-attention: softmax(q kᵀ / √features) v."""

    def __init__(self, features: int, **factory: Any) -> None:
        super().__init__()
        self.query = nn.Linear(features, features, **factory)
        self.key = nn.Linear(features, features, **factory)
        self.value = nn.Linear(features, features, **factory)

    def forward(self, x: Tensor) -> Tensor:
        """Let each place of the sequence look at all."""
        scores = self.query(x) @ self.key(x).transpose(-2, -1) / self.query.out_features**0.5
        out: Tensor = scores.softmax(dim=-1) @ self.value(x)
        return out


class RNN(nn.Module):
    """One cell, unrolled along the sequence."""

    def __init__(self, inputs: int, hidden: int, **factory: Any) -> None:
        super().__init__()
        self.cell = nn.RNNCell(inputs, hidden, **factory)

    def forward(self, x: Tensor) -> Tensor:
        """Return the last hidden state."""
        h = x.new_zeros(x.shape[0], self.cell.hidden_size)
        for step in range(x.shape[1]):
            h = self.cell(x[:, step], h)
        return h


class Clamp(nn.Module):
    """x.clamp(min=min)."""

    def __init__(self, min: float) -> None:
        super().__init__()
        self.min = min

    def forward(self, x: Tensor) -> Tensor:
        """Clamp."""
        return x.clamp(min=self.min)


class Detach(nn.Module):
    """No gradient passes."""

    def forward(self, x: Tensor) -> Tensor:
        """Cut."""
        return x.detach()


class RetainGrad(nn.Module):
    """The tensor that passes keeps its gradient, and is kept as `passed`."""

    passed: Tensor

    def forward(self, x: Tensor) -> Tensor:
        """Ask for the gradient, where there will be one."""
        if x.requires_grad:
            x.retain_grad()
        self.passed = x
        return x
