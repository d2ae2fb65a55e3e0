"""Four losses on one prediction, and seven ways down one parabola."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from graphtrace.examples.program import Built, Example, example
from graphtrace.examples.scripts import SCRIPTS
from graphtrace.examples.updates import by_optimizer, zero


@example("j", "Loss: MSE", "损失：MSE", "均方误差：一个融合的节点 MseLossBackward0。")
def loss_mse() -> Built:
    """Mean squared error: one fused node, MseLossBackward0."""
    return SCRIPTS["loss_mse"].built("p", "t")


@example("j", "Loss: L1", "损失：L1", "平均绝对误差没有融合：Mean、Abs、Sub 三个节点。")
def loss_l1() -> Built:
    """Mean absolute error is not fused: Mean, Abs and Sub."""
    return SCRIPTS["loss_l1"].built("p", "t")


@example("j", "Loss: cross entropy", "损失：交叉熵", "类别 2：梯度等于 softmax 减去 one-hot。")
def loss_cross_entropy() -> Built:
    """Class 2: the gradient is softmax minus one-hot."""
    return SCRIPTS["loss_cross_entropy"].built("p", "t")


@example("j", "Loss: KL divergence", "损失：KL 散度", "输入是 log_softmax：梯度等于 softmax 减去目标分布。")
def loss_kl_div() -> Built:
    """Fed with log_softmax: the gradient is softmax minus the target distribution."""
    return SCRIPTS["loss_kl_div"].built("p", "t")


def _parabola() -> Built:
    w = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)

    def forward() -> Tensor:
        return (w - 3) ** 2

    return Built(forward(), params={"w": w}, forward=forward, zero=partial(zero, (w,)))


@example("j", "Parabola: SGD", "抛物线：SGD", "从 w = 0 走向 (w − 3)² 的最低点；不保存任何状态。")
def parabola_sgd() -> Built:
    """From w = 0 down (w − 3)², keeping no state."""
    return by_optimizer(_parabola(), "SGD", 0.1)


@example("j", "Parabola: SGD, momentum", "抛物线：SGD 加动量", "动量 0.9：保存 momentum_buffer，会冲过最低点。")
def parabola_momentum() -> Built:
    """Momentum 0.9 keeps a momentum_buffer and overshoots."""
    return by_optimizer(_parabola(), "SGD", 0.1, momentum=0.9)


@example("j", "Parabola: Nesterov", "抛物线：Nesterov", "Nesterov 动量 0.9：先看一步再走。")
def parabola_nesterov() -> Built:
    """Nesterov momentum 0.9 looks one step ahead."""
    return by_optimizer(_parabola(), "SGD", 0.1, momentum=0.9, nesterov=True)


@example("j", "Parabola: Adagrad", "抛物线：Adagrad", "累加梯度平方，步子越来越小。")
def parabola_adagrad() -> Built:
    """Squared gradients add up, so the steps shrink."""
    return by_optimizer(_parabola(), "Adagrad", 0.1)


@example("j", "Parabola: RMSprop", "抛物线：RMSprop", "用梯度平方的滑动平均来缩放步子。")
def parabola_rmsprop() -> Built:
    """A running mean of squared gradients scales the steps."""
    return by_optimizer(_parabola(), "RMSprop", 0.1)


@example("j", "Parabola: Adam", "抛物线：Adam", "保存梯度及其平方的滑动平均，步长约为学习率。")
def parabola_adam() -> Built:
    """Running means of the gradient and its square: steps of about the learning rate."""
    return by_optimizer(_parabola(), "Adam", 0.1)


@example(
    "j",
    "Parabola: SGD, never zeroed",
    "抛物线：SGD，从不清零",
    "忘了清零等于动量 1.0：永远在 0 与 6 之间摆动。",
)
def parabola_no_zero() -> Built:
    """Forgetting to zero is momentum 1.0: w swings between 0 and 6 for ever."""
    return replace(parabola_sgd.build(), zero=None)


EXAMPLES: tuple[Example, ...] = (
    loss_mse,
    loss_l1,
    loss_cross_entropy,
    loss_kl_div,
    parabola_sgd,
    parabola_momentum,
    parabola_nesterov,
    parabola_adagrad,
    parabola_rmsprop,
    parabola_adam,
    parabola_no_zero,
)
