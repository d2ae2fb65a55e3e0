"""The layers of a net: frozen records of plain values, with the names and fields of torch.nn."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphtrace.lab.records.fields import choice, choice_rule, flag, integer, real, rule_metadata, text, with_rule
from graphtrace.lab.records.rules import ListOf, RecordOf, Scalar

SIZE = 65_536
"""Largest size of any dimension; what a server allows, see `limits`, is far below."""


def is_name(value: object) -> bool:
    """Whether a layer may have this name: empty for its position, or an identifier in any script."""
    return isinstance(value, str) and (value == "" or (value.isidentifier() and len(value) <= 32))


_NAME = Scalar("a name of at most 32 letters, digits and underscores that starts with a letter", is_name)


@dataclass(frozen=True, slots=True)
class Layer:
    """Fields of every layer.

    Attributes:
        name: Its name in the net; empty for its position, as in ``nn.Sequential``.
        frozen: Which of its parameters do not require grad: ``""`` none, ``"all"``, ``"weight"`` or ``"bias"``.
    """

    name: str = field(default="", kw_only=True, metadata=rule_metadata(_NAME))
    frozen: str = field(default="", kw_only=True, metadata=rule_metadata(choice_rule("", "all", "weight", "bias")))


@dataclass(frozen=True, slots=True)
class Linear(Layer):
    """``x @ weight.T + bias``. `tied` names an earlier layer whose weight it shares."""

    in_features: int = integer(1, SIZE)
    out_features: int = integer(1, SIZE)
    bias: bool = flag(True)
    tied: str = text(200)


@dataclass(frozen=True, slots=True)
class Conv2d(Layer):
    """Convolution of images with a square kernel."""

    in_channels: int = integer(1, SIZE)
    out_channels: int = integer(1, SIZE)
    kernel_size: int = integer(1, 64, 3)
    stride: int = integer(1, 64, 1)
    padding: int = integer(0, 64, 0)
    bias: bool = flag(True)


@dataclass(frozen=True, slots=True)
class MaxPool2d(Layer):
    """The largest number of each square."""

    kernel_size: int = integer(1, 64, 2)
    stride: int = integer(1, 64, 2)


@dataclass(frozen=True, slots=True)
class AvgPool2d(Layer):
    """The mean number of each square."""

    kernel_size: int = integer(1, 64, 2)
    stride: int = integer(1, 64, 2)


@dataclass(frozen=True, slots=True)
class BatchNorm1d(Layer):
    """Mean 0 and variance 1 over the batch, per feature."""

    num_features: int = integer(1, SIZE)


@dataclass(frozen=True, slots=True)
class BatchNorm2d(Layer):
    """Mean 0 and variance 1 over the batch and the image, per channel."""

    num_features: int = integer(1, SIZE)


@dataclass(frozen=True, slots=True)
class LayerNorm(Layer):
    """Mean 0 and variance 1 over the last dimension."""

    normalized_shape: int = integer(1, SIZE)


@dataclass(frozen=True, slots=True)
class Dropout(Layer):
    """Set numbers to zero with probability `p`, and scale the others by 1/(1-p)."""

    p: float = real(0, 1, 0.5)


@dataclass(frozen=True, slots=True)
class Embedding(Layer):
    """A row of numbers for each token."""

    num_embeddings: int = integer(1, SIZE)
    embedding_dim: int = integer(1, SIZE)


@dataclass(frozen=True, slots=True)
class Flatten(Layer):
    """Join all dimensions but the batch."""


@dataclass(frozen=True, slots=True)
class ReLU(Layer):
    """max(x, 0)."""


@dataclass(frozen=True, slots=True)
class LeakyReLU(Layer):
    """x, or `negative_slope` times x below 0."""

    negative_slope: float = real(-10, 10, 0.01)


@dataclass(frozen=True, slots=True)
class PReLU(Layer):
    """LeakyReLU with a learned slope."""

    num_parameters: int = integer(1, SIZE, 1)


@dataclass(frozen=True, slots=True)
class Clamp(Layer):
    """``x.clamp(min=min)``: unlike ReLU it passes the gradient where x equals the minimum."""

    min: float = real(-1e6, 1e6, 0.0)


@dataclass(frozen=True, slots=True)
class Tanh(Layer):
    """Hyperbolic tangent, between -1 and 1."""


@dataclass(frozen=True, slots=True)
class Sigmoid(Layer):
    """Logistic function, between 0 and 1."""


@dataclass(frozen=True, slots=True)
class GELU(Layer):
    """x times the probability that a normal variable is below x."""


@dataclass(frozen=True, slots=True)
class Softmax(Layer):
    """Positive numbers with the sum 1 along `dim`."""

    dim: int = integer(-4, 4, -1)


@dataclass(frozen=True, slots=True)
class LogSoftmax(Layer):
    """Logarithm of the softmax along `dim`."""

    dim: int = integer(-4, 4, -1)


@dataclass(frozen=True, slots=True)
class Attention(Layer):
    """One head of self-attention over a sequence: batch × length × features."""

    features: int = integer(1, SIZE)


@dataclass(frozen=True, slots=True)
class RNN(Layer):
    """An ``nn.RNNCell`` run along a sequence (batch × length × inputs); its output is the last hidden state."""

    inputs: int = integer(1, SIZE)
    hidden: int = integer(1, SIZE)


@dataclass(frozen=True, slots=True)
class Detach(Layer):
    """``x.detach()``: no gradient flows back through it."""


@dataclass(frozen=True, slots=True)
class RetainGrad(Layer):
    """``x.retain_grad()``: this intermediate tensor keeps its gradient."""


_BLOCK = ListOf(RecordOf(lambda: KINDS, nests=True), most=64)


@dataclass(frozen=True, slots=True)
class Residual(Layer):
    """x plus the block's output for x."""

    block: tuple[Layer, ...] = with_rule(_BLOCK, ())


@dataclass(frozen=True, slots=True)
class Parallel(Layer):
    """Every branch gets x; their outputs are added, or concatenated along dimension 1."""

    branches: tuple[tuple[Layer, ...], ...] = with_rule(ListOf(_BLOCK, most=8, least=1), ((), ()))
    join: str = choice("sum", "cat")


@dataclass(frozen=True, slots=True)
class Repeat(Layer):
    """The block `times` times in a row, each time with parameters of its own."""

    block: tuple[Layer, ...] = with_rule(_BLOCK, ())
    times: int = integer(1, 64, 2)


KINDS: dict[str, type[Layer]] = {
    kind.__name__: kind
    for kind in (
        *(Linear, Conv2d, MaxPool2d, AvgPool2d, BatchNorm1d, BatchNorm2d, LayerNorm, Dropout, Embedding, Flatten),
        *(ReLU, LeakyReLU, PReLU, Clamp, Tanh, Sigmoid, GELU, Softmax, LogSoftmax),
        *(Attention, RNN, Detach, RetainGrad, Residual, Parallel, Repeat),
    )
}
"""Every kind of layer by its name, in the order of a menu."""
