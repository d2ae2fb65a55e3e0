"""New layers for the builder, with the sizes that fit the place where they are added."""

from __future__ import annotations

from collections.abc import Callable

from graphtrace.errors import SpecError, shown
from graphtrace.lab.records.layers import (
    KINDS,
    RNN,
    Attention,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Embedding,
    Layer,
    LayerNorm,
    Linear,
    Parallel,
    Repeat,
    Residual,
    Tanh,
)

Shape = tuple[int, ...]


def _features(shape: Shape) -> int:
    return shape[-1] if shape else 1


def _channels(shape: Shape) -> int:
    return shape[1] if len(shape) > 1 else 1


def _block(shape: Shape) -> tuple[Layer, ...]:
    """Return two layers whose output has the shape of their input."""
    if len(shape) == 4:
        return (Conv2d(_channels(shape), _channels(shape), 3, padding=1), Tanh())
    return (Linear(_features(shape), _features(shape)), Tanh())


_FITTING: dict[str, Callable[[Shape], Layer]] = {
    "Linear": lambda shape: Linear(_features(shape), 4),
    "Conv2d": lambda shape: Conv2d(_channels(shape), 4, 3, padding=1),
    "BatchNorm1d": lambda shape: BatchNorm1d(_channels(shape)),
    "BatchNorm2d": lambda shape: BatchNorm2d(_channels(shape)),
    "LayerNorm": lambda shape: LayerNorm(_features(shape)),
    "Embedding": lambda shape: Embedding(max(2, shape[0] if shape else 1), 4),
    "Attention": lambda shape: Attention(_features(shape)),
    "RNN": lambda shape: RNN(_features(shape), 4),
    "Residual": lambda shape: Residual(_block(shape)),
    "Parallel": lambda shape: Parallel((_block(shape), _block(shape)[:1])),
    "Repeat": lambda shape: Repeat(_block(shape)),
}


def new_layer(kind: str, shape: Shape) -> Layer:
    """Return a new layer of a kind.

    Args:
        kind: Its name among `KINDS`.
        shape: Of its input, batch first.

    Raises:
        SpecError: There is no such kind.
    """
    if kind not in KINDS:
        raise SpecError(f"unknown kind of layer: {shown(kind)} (must be one of {list(KINDS)})")
    make = _FITTING.get(kind)
    return make(shape) if make is not None else KINDS[kind]()
