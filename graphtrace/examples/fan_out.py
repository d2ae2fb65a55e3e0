"""One value used more than once: its gradients add."""

from __future__ import annotations

import torch
from torch import Tensor

from graphtrace.examples.program import Built, Example, example


def _leaf(value: float | list[float]) -> Tensor:
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


@example("i", "Fork: 2y + y²", "分叉：2y + y²", "y 用了两次，两条路的梯度相加：2 + 6 = 8。")
def fan_out() -> Built:
    """One leaf is used twice, and the gradients of both paths add: 2 + 6 = 8."""
    y = _leaf(3.0)
    a = 2 * y
    b = y**2
    return Built(a + b, params={"y": y}, tensors={"a": a, "b": b})


@example("i", "Square: a·a", "平方：a·a", "一个乘法的两条边都通向同一个叶子：2 + 2 = 4。")
def square() -> Built:
    """Both edges of one product lead to the same leaf: 2 + 2 = 4."""
    a = _leaf(2.0)
    return Built(a * a, params={"a": a})


@example("i", "Sum: a + a", "求和：a + a", "一个加法的两条边都通向同一个叶子：1 + 1 = 2。")
def double_sum() -> Built:
    """Both edges of one sum lead to the same leaf: 1 + 1 = 2."""
    a = _leaf(2.0)
    return Built(a + a, params={"a": a})


@example("i", "Fork in the middle: 3h + h²", "中间分叉：3h + h²", "分叉在中间值 h：h 的梯度先加到 9，再往叶子走。")
def fan_out_middle() -> Built:
    """The fork is at h, not at a leaf: its gradient adds to 9 before it goes on."""
    x = _leaf(1.5)
    h = 2 * x
    return Built(3 * h + h**2, params={"x": x}, tensors={"h": h})


@example("i", "Broadcast: (a + b).sum()", "广播：(a + b).sum()", "标量 b 被广播到三个元素，它的梯度是三份之和。")
def broadcast() -> Built:
    """The scalar b is spread over three elements, so its gradient is the sum of three."""
    a = _leaf([1.0, 2.0, 3.0])
    b = _leaf(0.5)
    return Built((a + b).sum(), params={"a": a, "b": b})


EXAMPLES: tuple[Example, ...] = (fan_out, square, double_sum, fan_out_middle, broadcast)
