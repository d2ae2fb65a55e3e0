"""Nets made of modules: who owns the parameters, who updates them, which are frozen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor, nn

from graphtrace.examples.program import Built, Example, example
from graphtrace.examples.seeded import Seeded
from graphtrace.examples.updates import by_hand, by_optimizer, descend_data, leaves_of


class TwoLayerNet(nn.Module):
    """Two linear layers, with or without a clamp between them."""

    def __init__(self, sizes: tuple[int, int, int], *, bias: bool = True, clamp: bool = True) -> None:
        super().__init__()
        self.linear1 = nn.Linear(sizes[0], sizes[1], bias=bias)
        self.linear2 = nn.Linear(sizes[1], sizes[2], bias=bias)
        self.clamp = clamp

    def forward(self, x: Tensor) -> Tensor:
        """Return the prediction."""
        h = self.linear1(x)
        out: Tensor = self.linear2(h.clamp(min=0) if self.clamp else h)
        return out


def _relu_net() -> nn.Module:
    return nn.Sequential(nn.Linear(1000, 100), nn.ReLU(), nn.Linear(100, 10))


def _linear_net() -> nn.Module:
    return nn.Sequential(nn.Linear(1000, 100), nn.Linear(100, 10))


def _ordered_net() -> nn.Module:
    layers = [("hidden", nn.Linear(1000, 100)), ("relu", nn.ReLU()), ("out", nn.Linear(100, 10))]
    return nn.Sequential(OrderedDict(layers))


def _supervised(make: Callable[[], nn.Module], *, batch: int = 64, reduction: str = "sum") -> Built:
    """Data of seed 0, model of seed 1, squared error."""
    with Seeded(0):
        x, y = torch.randn(batch, 1000), torch.randn(batch, 10)
    with Seeded(1):
        model = make()
    return _with_loss(model, x, y, reduction)


def _with_loss(model: nn.Module, x: Tensor, y: Tensor, reduction: str) -> Built:
    criterion = nn.MSELoss(reduction=reduction)

    def forward() -> Tensor:
        loss: Tensor = criterion(model(x), y)
        return loss

    return Built(forward(), model, tensors={"x": x, "y": y}, forward=forward, zero=model.zero_grad)


@example(
    "e",
    "Sequential, update by hand",
    "Sequential，手写更新",
    "Linear、ReLU、Linear：遍历 parameters() 逐个更新。",
)
def sequential() -> Built:
    """Linear, ReLU, Linear: a loop over the parameters updates each by hand."""
    return by_hand(_supervised(_relu_net), 1e-4)


@example("e", "Sequential, SGD", "Sequential，SGD", "同一个网络由 torch.optim.SGD 更新：与手写只差舍入。")
def sequential_sgd() -> Built:
    """The same net, updated by torch.optim.SGD: equal but for rounding."""
    return by_optimizer(_supervised(_relu_net), "SGD", 1e-4)


@example("e", "Sequential, Adam", "Sequential，Adam", "同一个网络由 torch.optim.Adam 更新。")
def sequential_adam() -> Built:
    """The same net, updated by torch.optim.Adam."""
    return by_optimizer(_supervised(_relu_net), "Adam", 1e-4)


@example("e", "Two linear layers, Adam", "两个线性层，Adam", "中间没有激活函数：九个节点。")
def linear_linear() -> Built:
    """Nothing between the layers: nine nodes."""
    return by_optimizer(_supervised(_linear_net), "Adam", 1e-4)


@example(
    "e",
    "TwoLayerNet without bias, Adam",
    "无偏置的 TwoLayerNet，Adam",
    "自定义模块，没有偏置：Mm 代替 Addmm，七个节点。",
)
def two_layer_net() -> Built:
    """A module of one's own, without bias: Mm in place of Addmm, seven nodes."""
    make = partial(TwoLayerNet, (1000, 100, 10), bias=False, clamp=False)
    return by_optimizer(_supervised(make), "Adam", 1e-4)


@example(
    "e",
    "Batch of 100, update by hand",
    "一百个样本，手写更新",
    "平均损失，手写更新：三千轮从 1.04 降到 0.84。",
)
def batch_by_hand() -> Built:
    """Mean loss, updated by hand: three thousand epochs bring 1.04 down to 0.84."""
    built = _supervised(_relu_net, batch=100, reduction="mean")
    return replace(built, step=partial(descend_data, leaves_of(built), 1e-4))


@example("e", "Batch of 100, Adam", "一百个样本，Adam", "同一程序用 Adam：二十轮就胜过手写的三千轮。")
def batch_adam() -> Built:
    """The same with Adam: twenty epochs beat three thousand by hand."""
    return by_optimizer(_supervised(_relu_net, batch=100, reduction="mean"), "Adam", 1e-4)


@example("k", "Layers with names", "给层起名字", "OrderedDict：参数名由 hidden 和 out 开头。")
def ordered_dict() -> Built:
    """An OrderedDict names the layers, and so the parameters: hidden.weight, out.bias."""
    return by_optimizer(_supervised(_ordered_net), "SGD", 1e-4)


@example("k", "A module of one's own", "自定义模块", "forward 里写 clamp(min=0)：ReLU 的位置变成 ClampBackward1。")
def clamp_module() -> Built:
    """With clamp(min=0) in forward, ClampBackward1 stands where Sequential has ReluBackward0."""
    return by_optimizer(_supervised(partial(TwoLayerNet, (1000, 100, 10))), "SGD", 1e-4)


def _frozen(*layers: int) -> Built:
    def make() -> nn.Module:
        net = _relu_net()
        for layer in layers:
            net.get_submodule(str(layer)).requires_grad_(False)
        return net

    return by_optimizer(_supervised(make), "SGD", 1e-4)


@example("l", "First layer frozen", "冻结第一层", "图在最后一个 Addmm 处结束，只有 2.* 得到梯度。")
def freeze_first() -> Built:
    """The graph ends at the last Addmm; only 2.weight and 2.bias get gradients."""
    return _frozen(0)


@example("l", "Last layer frozen", "冻结最后一层", "梯度仍然穿过最后一层，到达前面的层。")
def freeze_last() -> Built:
    """The gradient still passes through the last layer and reaches the first."""
    return _frozen(2)


@example(
    "l",
    "All layers frozen",
    "冻结所有层",
    "没有任何张量需要梯度：没有图可画，backward 会报错。",
    has_graph=False,
)
def freeze_all() -> Built:
    """Nothing requires a gradient: there is no graph, and backward raises."""
    return _frozen(0, 2)


EXAMPLES: tuple[Example, ...] = (
    sequential,
    sequential_sgd,
    sequential_adam,
    linear_linear,
    two_layer_net,
    batch_by_hand,
    batch_adam,
    ordered_dict,
    clamp_module,
    freeze_first,
    freeze_last,
    freeze_all,
)
