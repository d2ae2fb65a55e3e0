"""A few numbers, by hand: a mean, a doubling loop, a gradient that adds up, logits."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from graphtrace.examples.program import Built, Example, example
from graphtrace.examples.scripts import SCRIPTS
from graphtrace.examples.updates import zero


@example("a", "Mean of 3(x+2)²", "3(x+2)² 的均值", "四个运算：乘积的两个输入是同一个 y，所以有两条平行边。")
def mean_square() -> Built:
    """Four operations; the product takes y twice, so two parallel edges leave it."""
    return SCRIPTS["mean_square"].built("x", "y z")


@example("b", "Double until the norm is 1000", "不断加倍直到范数达到 1000", "循环九次乘法，向量根需要给出 v。")
def doubling() -> Built:
    """A loop of nine multiplications whose root is a vector, so backward needs a v."""
    return SCRIPTS["doubling"].built("x", "y")


def _accumulating(name: str) -> Built:
    built = SCRIPTS[name].built("inp")
    return replace(built, zero=partial(zero, (built.params["inp"],)))


@example("g", "Gradients add up", "梯度会累加", "对同一个图反向两次：第二次的梯度加在第一次之上，清零后恢复。")
def accumulate() -> Built:
    """Call backward twice on one graph: the second gradient adds to the first until it is zeroed."""
    return _accumulating("accumulate")


@example(
    "g",
    "Gradients add up, transposed",
    "梯度会累加（转置）",
    "官方教程的新版：eye(4, 5)，最后再转置。",
)
def accumulate_transposed() -> Built:
    """The tutorial's current edition: eye(4, 5), transposed at the end."""
    return _accumulating("accumulate_transposed")


@example(
    "h",
    "Logits of one sample",
    "单个样本的 logits",
    "一维乘二维：matmul 背后藏着一个 SqueezeBackward4 节点。",
)
def logits() -> Built:
    """A 1-D times a 2-D tensor: matmul hides a SqueezeBackward4 node."""
    return SCRIPTS["logits"].built("w b", "x y z")


@example("h", "Logits of a batch", "一批样本的 logits", "同一程序，x 是二维：只有 MmBackward0，没有隐藏节点。")
def logits_batch() -> Built:
    """The same with a 2-D x: a plain MmBackward0, no hidden node."""
    return SCRIPTS["logits_batch"].built("w b", "x y z")


EXAMPLES: tuple[Example, ...] = (
    mean_square,
    doubling,
    accumulate,
    accumulate_transposed,
    logits,
    logits_batch,
)
