"""A two-layer net on plain tensors: gradients by hand and by autograd, and the update without a module."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from graphtrace.examples.program import Built, Example, example
from graphtrace.examples.seeded import Seeded
from graphtrace.examples.updates import by_hand, zero


def two_layer_tensors(dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return x, y, w1 and w2 of the 64-1000-100-10 program, drawn in this order with seed 0."""
    with Seeded(0):
        x, y = torch.randn(64, 1000, dtype=dtype), torch.randn(64, 10, dtype=dtype)
        w1, w2 = torch.randn(1000, 100, dtype=dtype), torch.randn(100, 10, dtype=dtype)
    return x, y, w1, w2


def manual_gradients(x: Tensor, y: Tensor, w1: Tensor, w2: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the loss and the gradients of w1 and w2, worked out without autograd.

    Args:
        x: Inputs, shape [n, d_in].
        y: Targets, shape [n, d_out].
        w1: Weights, shape [d_in, h].
        w2: Weights, shape [h, d_out].
    """
    h = x.mm(w1)
    h_relu = h.clamp(min=0)
    y_pred = h_relu.mm(w2)
    grad_y_pred = 2.0 * (y_pred - y)
    grad_h = grad_y_pred.mm(w2.t())
    grad_h[h < 0] = 0
    return (y_pred - y).pow(2).sum(), x.t().mm(grad_h), h_relu.t().mm(grad_y_pred)


def manual_losses(steps: int, lr: float = 1e-6) -> Iterator[float]:
    """Train by `manual_gradients`, yielding the loss of each step: `two_layer_training` must equal it."""
    x, y, w1, w2 = two_layer_tensors()
    for _ in range(steps):
        loss, grad_w1, grad_w2 = manual_gradients(x, y, w1, w2)
        w1 -= lr * grad_w1
        w2 -= lr * grad_w2
        yield loss.item()


def _forward(x: Tensor, y: Tensor, w1: Tensor, w2: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
    h = x.mm(w1)
    h_relu = h.clamp(min=0)
    y_pred = h_relu.mm(w2)
    loss = (y_pred - y).pow(2).sum()
    return loss, {"x": x, "y": y, "h": h, "h_relu": h_relu, "y_pred": y_pred}


def _training(x: Tensor, y: Tensor, w1: Tensor, w2: Tensor, lr: float) -> Built:
    w1.requires_grad_()
    w2.requires_grad_()
    loss, tensors = _forward(x, y, w1, w2)
    built = Built(
        loss,
        params={"w1": w1, "w2": w2},
        tensors=tensors,
        forward=lambda: _forward(x, y, w1, w2)[0],
        zero=partial(zero, (w1, w2)),
    )
    return by_hand(built, lr)


@example("c", "Two layers by autograd", "用 autograd 的两层网络", "64-1000-100-10：autograd 的梯度与手算逐位相同。")
def two_layer() -> Built:
    """64-1000-100-10: autograd's gradients equal those worked out by hand, bit for bit."""
    x, y, w1, w2 = two_layer_tensors()
    _, grad_w1, grad_w2 = manual_gradients(x, y, w1, w2)
    w1.requires_grad_()
    w2.requires_grad_()
    loss, tensors = _forward(x, y, w1, w2)
    by_hand = {"grad_w1": grad_w1, "grad_w2": grad_w2}
    return Built(loss, params={"w1": w1, "w2": w2}, tensors=tensors | by_hand)


@example(
    "c",
    "Two layers, no clamp",
    "没有 clamp 的两层网络",
    "同一程序去掉 clamp：两个矩阵乘法，七个节点。",
)
def two_layer_linear() -> Built:
    """The same without the clamp: two matrix products, seven nodes."""
    x, y, w1, w2 = two_layer_tensors()
    w1.requires_grad_()
    w2.requires_grad_()
    y_pred = x.mm(w1).mm(w2)
    loss = (y_pred - y).pow(2).sum()
    return Built(loss, params={"w1": w1, "w2": w2}, tensors={"x": x, "y": y, "y_pred": y_pred})


@example(
    "d",
    "Training with no_grad",
    "在 no_grad 下训练",
    "更新放在 no_grad 里，每步后清零：500 步的损失与手算相同。",
)
def two_layer_training() -> Built:
    """Updates under no_grad, gradients zeroed: 500 losses equal to those by hand."""
    return _training(*two_layer_tensors(), lr=1e-6)


@example(
    "d",
    "Training, gradients never zeroed",
    "从不清零的训练",
    "忘了清零：起初下降更快，最后变成 nan。",
)
def two_layer_no_zero() -> Built:
    """Zeroing is forgotten: the loss falls faster at first and ends as nan."""
    return replace(_training(*two_layer_tensors(), lr=1e-6), zero=None)


def _blackboard(lr: float) -> Built:
    values = ([[1, 2], [-1, 1]], [[1], [0]], [[1, -1], [0.5, 1]], [[2], [-1]])
    x, y, w1, w2 = (torch.tensor(value, dtype=torch.float32) for value in values)
    return _training(x, y, w1, w2, lr)


@example(
    "m",
    "Two layers on a blackboard",
    "黑板上的两层网络",
    "全是整数，一个门关闭：一张幻灯片就能手算。",
)
def blackboard() -> Built:
    """All integers and one closed gate: small enough to work out on a slide."""
    return _blackboard(lr=0.01)


@example("m", "Blackboard, step too big", "黑板网络，步子太大", "学习率 0.05：第一步之后损失反而上升。")
def blackboard_big_step() -> Built:
    """Learning rate 0.05: after the first step the loss is higher."""
    # In float32 that step puts h[0, 0] at exactly 0, where torch 2.13's clamp passes the gradient; relu stops it.
    return _blackboard(lr=0.05)


EXAMPLES: tuple[Example, ...] = (
    two_layer,
    two_layer_linear,
    two_layer_training,
    two_layer_no_zero,
    blackboard,
    blackboard_big_step,
)
