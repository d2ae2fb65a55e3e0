"""A spec: a whole program of the Lab as one frozen record of plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from graphtrace.lab.records import datasets, layers
from graphtrace.lab.records.datasets import SEED, Data
from graphtrace.lab.records.fields import choice, flag, integer, real, real_rule, rule_metadata, text_rule, with_rule
from graphtrace.lab.records.layers import Layer
from graphtrace.lab.records.rules import ListOf, PairOf, RecordOf, Scalar

REDUCTIONS = ("mean", "sum", "none", "batchmean")
CLASSIFYING = ("CrossEntropyLoss", "NLLLoss")


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of ``torch.nn``; ``batchmean`` is for KLDivLoss only."""

    name: str = choice(
        "MSELoss", "L1Loss", "SmoothL1Loss", "CrossEntropyLoss", "NLLLoss", "KLDivLoss", "BCEWithLogitsLoss"
    )
    reduction: str = choice(*REDUCTIONS)


@dataclass(frozen=True, slots=True)
class Optimizer:
    """Fields of every optimizer; the name of its class is that in ``torch.optim``."""

    lr: float = real(0, 1e6, 0.1)


@dataclass(frozen=True, slots=True)
class ByHand(Optimizer):
    """``w -= lr * w.grad`` under ``no_grad``."""


@dataclass(frozen=True, slots=True)
class SGD(Optimizer):
    """Gradient descent. Torch refuses Nesterov without momentum."""

    momentum: float = real(0, 10, 0.0)
    nesterov: bool = flag(False)
    weight_decay: float = real(0, 1e6, 0.0)


@dataclass(frozen=True, slots=True)
class Adagrad(Optimizer):
    """Divide steps by the root of the sum of squared gradients."""

    weight_decay: float = real(0, 1e6, 0.0)


@dataclass(frozen=True, slots=True)
class RMSprop(Optimizer):
    """Divide steps by the root of a running mean of squared gradients."""

    alpha: float = real(0, 1, 0.99)
    momentum: float = real(0, 10, 0.0)
    weight_decay: float = real(0, 1e6, 0.0)


@dataclass(frozen=True, slots=True)
class Adam(Optimizer):
    """Divide a running mean of the gradient by the root of a running mean of its square."""

    beta1: float = real(0, 0.999999, 0.9)
    beta2: float = real(0, 0.999999, 0.999)
    weight_decay: float = real(0, 1e6, 0.0)


@dataclass(frozen=True, slots=True)
class AdamW(Adam):
    """Adam with weight decay outside of the running means."""


@dataclass(frozen=True, slots=True)
class StepLR:
    """Multiply the learning rate by `gamma` every `step_size` steps."""

    step_size: int = integer(1, 1_000_000, 10)
    gamma: float = real(0, 10, 0.1)


@dataclass(frozen=True, slots=True)
class ExponentialLR:
    """Multiply the learning rate by `gamma` every step."""

    gamma: float = real(0, 10, 0.99)


@dataclass(frozen=True, slots=True)
class CosineAnnealingLR:
    """Lower the learning rate to 0 along a cosine in `T_max` steps, and raise it again."""

    T_max: int = integer(1, 1_000_000, 100)


Scheduler = StepLR | ExponentialLR | CosineAnnealingLR

LOSSES: dict[str, type[Loss]] = {"Loss": Loss}
OPTIMIZERS: dict[str, type[Optimizer]] = {kind.__name__: kind for kind in (SGD, Adagrad, RMSprop, Adam, AdamW, ByHand)}
SCHEDULERS: dict[str, type[Scheduler]] = {kind.__name__: kind for kind in (StepLR, ExponentialLR, CosineAnnealingLR)}

_DEVICE_NAME = re.compile(r"auto|cpu|mps|cuda(:\d{1,2})?")
_DEVICE = Scalar(
    "'auto' or a device of torch like 'cpu' or 'cuda:0'",
    lambda value: isinstance(value, str) and _DEVICE_NAME.fullmatch(value) is not None,
)
_INITIAL = PairOf(text_rule(200), ListOf(real_rule(-1e12, 1e12), most=4096, least=1))


@dataclass(frozen=True, slots=True)
class Spec:
    """One program of the Lab.

    Attributes:
        layers: The net, a sequence of layers.
        scheduler: None for a constant learning rate.
        device: As torch names it; ``auto`` is ``cuda`` if the machine has a CUDA device, else ``cpu``.
        seed: Of the net's initial parameters and of dropout; the data has its own.
        initial: Initial numbers of parameters by name, row by row; a single number fills the parameter.
    """

    layers: tuple[Layer, ...] = with_rule(ListOf(RecordOf(lambda: layers.KINDS), most=256), ())
    loss: Loss = field(default=Loss(), metadata=rule_metadata(RecordOf(lambda: LOSSES)))
    optimizer: Optimizer = field(default=SGD(), metadata=rule_metadata(RecordOf(lambda: OPTIMIZERS)))
    scheduler: Scheduler | None = field(
        default=None, metadata=rule_metadata(RecordOf(lambda: SCHEDULERS, optional=True))
    )
    data: Data = field(default=datasets.Xor(), metadata=rule_metadata(RecordOf(lambda: datasets.KINDS)))
    device: str = with_rule(_DEVICE, "auto")
    dtype: str = choice("float32", "float64")
    seed: int = integer(0, SEED, 0)
    initial: tuple[tuple[str, tuple[float, ...]], ...] = with_rule(ListOf(_INITIAL, most=128), ())


SPECS: dict[str, type[Spec]] = {"Spec": Spec}
