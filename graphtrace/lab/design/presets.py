"""Programs to start from: specs, and those programs of `graphtrace.examples` that are no nets."""

from __future__ import annotations

from dataclasses import dataclass, replace

from graphtrace import examples
from graphtrace.errors import SpecError, shown
from graphtrace.lab.records import datasets as d
from graphtrace.lab.records.layers import (
    RNN,
    Attention,
    Clamp,
    Conv2d,
    Embedding,
    Flatten,
    Layer,
    Linear,
    MaxPool2d,
    ReLU,
    Repeat,
    Residual,
    Sigmoid,
    Tanh,
)
from graphtrace.lab.records.spec import SGD, Adam, ByHand, Loss, Optimizer, Spec

OPENING = "xor"


@dataclass(frozen=True, slots=True)
class Preset:
    """A program of the menu. `spec` is None if only `graphtrace.examples` can build it, by the same name."""

    name: str
    title: str
    title_zh: str
    spec: Spec | None = None

    @property
    def buildable(self) -> bool:
        """Whether it is a net that the Lab can build and change."""
        return self.spec is not None


def _seed_net(layers: tuple[Layer, ...], optimizer: Optimizer, samples: int = 64, reduction: str = "sum") -> Spec:
    """Return a spec of random data with seed 0, and a net with seed 1 under the squared error."""
    data = d.Random(samples, (1000,), (10,), seed=0)
    return Spec(layers, Loss("MSELoss", reduction), optimizer, data=data, seed=1)


_RELU = (Linear(1000, 100), ReLU(), Linear(100, 10))
_NAMED = (Linear(1000, 100, name="hidden"), ReLU(name="relu"), Linear(100, 10, name="out"))
_CLAMPED = (Linear(1000, 100, name="linear1"), Clamp(name="clamp"), Linear(100, 10, name="linear2"))
_BARE = (Linear(1000, 100, bias=False, name="linear1"), Linear(100, 10, bias=False, name="linear2"))


def _frozen(*which: int) -> tuple[Layer, ...]:
    return tuple(replace(layer, frozen="all") if i in which else layer for i, layer in enumerate(_RELU))


def _lenet(kernel: int, flat: int) -> Spec:
    convolutions = (
        *(Conv2d(1, 6, kernel, name="conv1"), ReLU(name="relu1"), MaxPool2d(name="pool1")),
        *(Conv2d(6, 16, kernel, name="conv2"), ReLU(name="relu2"), MaxPool2d(name="pool2")),
    )
    linear = (
        *(Flatten(name="flatten"), Linear(flat, 120, name="fc1"), ReLU(name="relu3")),
        *(Linear(120, 84, name="fc2"), ReLU(name="relu4"), Linear(84, 10, name="fc3")),
    )
    return Spec((*convolutions, *linear), optimizer=SGD(0.01), data=d.Random(1, (1, 32, 32), (10,)))


_MAZUR = Spec(
    (
        *(Linear(2, 2, name="hidden", frozen="bias"), Sigmoid(name="h")),
        *(Linear(2, 2, name="out", frozen="bias"), Sigmoid(name="o")),
    ),
    optimizer=ByHand(0.5),
    data=d.Table(((0.05, 0.10, 0.01, 0.99),), targets=2),
    dtype="float64",
    initial=(
        ("hidden.weight", (0.15, 0.20, 0.25, 0.30)),
        ("hidden.bias", (0.35,)),
        ("out.weight", (0.40, 0.45, 0.50, 0.55)),
        ("out.bias", (0.60,)),
    ),
)


def _blackboard(lr: float) -> Spec:
    return Spec(
        (Linear(2, 2, bias=False, name="w1"), Clamp(name="gate"), Linear(2, 1, bias=False, name="w2")),
        Loss("MSELoss", "sum"),
        ByHand(lr),
        data=d.Table(((1, 2, 1), (-1, 1, 0))),
        initial=(("w1.weight", (1, 0.5, -1, 1)), ("w2.weight", (2, -1))),  # transposed: Linear takes out × in
    )


_CHAIN = Spec(
    (Repeat((Linear(1, 1, bias=False), Sigmoid()), 20, name="chain"),),
    data=d.Table(((0.5, 1),)),
    dtype="float64",
    initial=tuple((f"chain.{k}.0.weight", (1.0,)) for k in range(20)),
)

_OWN = (
    Preset("xor", "XOR, 2-3-1", "异或，2-3-1", Spec((Linear(2, 3), ReLU(), Linear(3, 1)), seed=1)),
    Preset(
        "moons",
        "Two moons, 2-8-8-1",
        "双月，2-8-8-1",
        Spec(
            (Linear(2, 8), Tanh(), Linear(8, 8), Tanh(), Linear(8, 1)),
            Loss("BCEWithLogitsLoss"),
            Adam(0.02),
            data=d.Moons(),
        ),
    ),
    Preset(
        "spirals",
        "Three spirals",
        "三条螺线",
        Spec(
            (Linear(2, 16), Tanh(), Linear(16, 16), Tanh(), Linear(16, 3)),
            Loss("CrossEntropyLoss"),
            Adam(0.02),
            data=d.Spirals(arms=3),
        ),
    ),
    Preset(
        "small_cnn",
        "Small CNN on drawn digits",
        "小型卷积网络，绘制的数字",
        Spec(
            (Conv2d(1, 8, 3), ReLU(), MaxPool2d(), Flatten(), Linear(72, 10)),
            Loss("CrossEntropyLoss"),
            Adam(0.01),
            data=d.Digits(),
        ),
    ),
    Preset(
        "xor_stuck",
        "XOR, stuck at ln 2",
        "异或，停在 ln 2",
        Spec((Linear(2, 4), ReLU(), Linear(4, 1)), Loss("BCEWithLogitsLoss"), SGD(0.5), seed=2),
    ),
    Preset("deep_sigmoids", "Twenty sigmoids in a row", "二十个 sigmoid 串联", _CHAIN),
    Preset(
        "residual",
        "Residual block",
        "残差块",
        Spec(
            (Linear(2, 8), Residual((Linear(8, 8), Tanh(), Linear(8, 8)), name="res"), Linear(8, 1)),
            Loss("BCEWithLogitsLoss"),
            Adam(0.02),
            data=d.Circles(),
        ),
    ),
    Preset(
        "attention",
        "One attention head",
        "单头注意力",
        Spec((Attention(4, name="attention"), Linear(4, 4, name="out")), data=d.Random(1, (3, 4), (3, 4))),
    ),
    Preset(
        "weight_tying",
        "Weight tying",
        "权重共享",
        Spec(
            (Embedding(5, 3, name="embed"), Linear(3, 5, bias=False, name="out", tied="embed")),
            Loss("CrossEntropyLoss"),
            Adam(0.1),
            data=d.Tokens(5),
        ),
    ),
    Preset(
        "rnn",
        "RNN cell, unrolled",
        "RNN 单元，展开",
        Spec(
            (RNN(1, 4, name="rnn"), Linear(4, 2, name="out")),
            Loss("CrossEntropyLoss"),
            Adam(0.05),
            data=d.Sequences(8, 5),
        ),
    ),
)

_SEEDS: dict[str, Spec] = {
    "sequential": _seed_net(_RELU, ByHand(1e-4)),
    "sequential_sgd": _seed_net(_RELU, SGD(1e-4)),
    "sequential_adam": _seed_net(_RELU, Adam(1e-4)),
    "linear_linear": _seed_net((_RELU[0], _RELU[2]), Adam(1e-4)),
    "two_layer_net": _seed_net(_BARE, Adam(1e-4)),
    "batch_by_hand": _seed_net(_RELU, ByHand(1e-4), 100, "mean"),
    "batch_adam": _seed_net(_RELU, Adam(1e-4), 100, "mean"),
    "lenet": _lenet(3, 576),
    "lenet_5x5": _lenet(5, 400),
    "ordered_dict": _seed_net(_NAMED, SGD(1e-4)),
    "clamp_module": _seed_net(_CLAMPED, SGD(1e-4)),
    "freeze_first": _seed_net(_frozen(0), SGD(1e-4)),
    "freeze_last": _seed_net(_frozen(2), SGD(1e-4)),
    "freeze_all": _seed_net(_frozen(0, 2), SGD(1e-4)),
    "mazur": _MAZUR,
    "blackboard": _blackboard(0.01),
    "blackboard_big_step": _blackboard(0.05),
}


def _seed(name: str) -> Preset:
    example = examples.get(name)
    return Preset(name, example.title, example.title_zh, _SEEDS.get(name))


PRESETS: tuple[Preset, ...] = (*_OWN, *(_seed(name) for name in examples.names()))
"""The Lab's own presets, then all programs of the examples in their order."""

_BY_NAME = {preset.name: preset for preset in PRESETS}


def preset(name: str) -> Preset:
    """Return a preset.

    Raises:
        SpecError: There is none of this name.
    """
    if not isinstance(name, str) or name not in _BY_NAME:
        raise SpecError(f"unknown preset: {shown(name)} (must be one of {sorted(_BY_NAME)})")
    return _BY_NAME[name]
