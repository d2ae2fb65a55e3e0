"""One value used more than once: its gradients add."""

from __future__ import annotations

from graphtrace.examples.program import Built, Example, example
from graphtrace.examples.scripts import SCRIPTS


@example("i", "Fork: 2y + y²", "分叉：2y + y²", "y 用了两次，两条路的梯度相加：2 + 6 = 8。")
def fan_out() -> Built:
    """One leaf is used twice, and the gradients of both paths add: 2 + 6 = 8."""
    return SCRIPTS["fan_out"].built("y", "a b")


@example("i", "Square: a·a", "平方：a·a", "一个乘法的两条边都通向同一个叶子：2 + 2 = 4。")
def square() -> Built:
    """Both edges of one product lead to the same leaf: 2 + 2 = 4."""
    return SCRIPTS["square"].built("a")


@example("i", "Sum: a + a", "求和：a + a", "一个加法的两条边都通向同一个叶子：1 + 1 = 2。")
def double_sum() -> Built:
    """Both edges of one sum lead to the same leaf: 1 + 1 = 2."""
    return SCRIPTS["double_sum"].built("a")


@example("i", "Fork in the middle: 3h + h²", "中间分叉：3h + h²", "分叉在中间值 h：h 的梯度先加到 9，再往叶子走。")
def fan_out_middle() -> Built:
    """The fork is at h, not at a leaf: its gradient adds to 9 before it goes on."""
    return SCRIPTS["fan_out_middle"].built("x", "h")


@example("i", "Broadcast: (a + b).sum()", "广播：(a + b).sum()", "标量 b 被广播到三个元素，它的梯度是三份之和。")
def broadcast() -> Built:
    """The scalar b is spread over three elements, so its gradient is the sum of three."""
    return SCRIPTS["broadcast"].built("a b")


EXAMPLES: tuple[Example, ...] = (fan_out, square, double_sum, fan_out_middle, broadcast)
