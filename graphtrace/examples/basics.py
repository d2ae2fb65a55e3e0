"""A few numbers, by hand: a mean, a doubling loop, a gradient that adds up, logits."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from graphtrace.examples.program import Built, Example, example
from graphtrace.examples.updates import zero


@example("a", "Mean of 3(x+2)²", "3(x+2)² 的均值", "四个运算：乘积的两个输入是同一个 y，所以有两条平行边。")
def mean_square() -> Built:
    """Four operations; the product takes y twice, so two parallel edges leave it."""
    x = torch.tensor([[1, 2], [3, 4]], dtype=torch.float64, requires_grad=True)
    y = x + 2
    z = y * y * 3
    out = z.mean()
    return Built(out, params={"x": x}, tensors={"y": y, "z": z})


@example("b", "Double until the norm is 1000", "不断加倍直到范数达到 1000", "循环九次乘法，向量根需要给出 v。")
def doubling() -> Built:
    """A loop of nine multiplications whose root is a vector, so backward needs a v."""
    x = torch.tensor([1, 2, 3], dtype=torch.float64, requires_grad=True)
    y = x * 2
    while y.data.norm() < 1000:
        y = y * 2
    v = torch.tensor([0.1, 1.0, 0.0001])  # float32 on purpose: torch casts it to y's float64
    return Built(y, params={"x": x}, tensors={"y": y}, grad_output=v)


def _accumulating(inp: Tensor, transpose: bool) -> Built:
    out = (inp + 1).pow(2)
    out = out.t() if transpose else out
    return Built(out, params={"inp": inp}, grad_output=torch.ones_like(out), zero=partial(zero, (inp,)))


@example("g", "Gradients add up", "梯度会累加", "对同一个图反向两次：第二次的梯度加在第一次之上，清零后恢复。")
def accumulate() -> Built:
    """Call backward twice on one graph: the second gradient adds to the first until it is zeroed."""
    return _accumulating(torch.eye(5, requires_grad=True), transpose=False)


@example(
    "g",
    "Gradients add up, transposed",
    "梯度会累加（转置）",
    "官方教程的新版：eye(4, 5)，最后再转置。",
)
def accumulate_transposed() -> Built:
    """The tutorial's current edition: eye(4, 5), transposed at the end."""
    return _accumulating(torch.eye(4, 5, requires_grad=True), transpose=True)


def _logits(x: Tensor) -> Built:
    y = torch.zeros(*x.shape[:-1], 3)
    w = torch.linspace(-1, 1, 15).reshape(5, 3).requires_grad_()
    b = torch.tensor([0.5, 0.0, -0.5], requires_grad=True)
    z = torch.matmul(x, w) + b
    loss = functional.binary_cross_entropy_with_logits(z, y)
    return Built(loss, params={"w": w, "b": b}, tensors={"x": x, "y": y, "z": z})


@example(
    "h",
    "Logits of one sample",
    "单个样本的 logits",
    "一维乘二维：matmul 背后藏着一个 SqueezeBackward4 节点。",
)
def logits() -> Built:
    """A 1-D times a 2-D tensor: matmul hides a SqueezeBackward4 node."""
    return _logits(torch.ones(5))


@example("h", "Logits of a batch", "一批样本的 logits", "同一程序，x 是二维：只有 MmBackward0，没有隐藏节点。")
def logits_batch() -> Built:
    """The same with a 2-D x: a plain MmBackward0, no hidden node."""
    return _logits(torch.ones(1, 5))


EXAMPLES: tuple[Example, ...] = (
    mean_square,
    doubling,
    accumulate,
    accumulate_transposed,
    logits,
    logits_batch,
)
