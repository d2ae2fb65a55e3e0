"""What a layer starts with when it is added: it takes the sizes that arrive, so that it fits at once."""

from __future__ import annotations

from collections.abc import Callable

from graphtrace.errors import SpecError, shown
from graphtrace.lab.records.layers import KINDS, RNN, Attention, Conv2d, Layer, Linear, Parallel, Repeat, Residual, Tanh

Shape = tuple[int, ...]


def _last(shape: Shape) -> int:
    return shape[-1] if shape else 1


def _channels(shape: Shape) -> int:
    return shape[1] if len(shape) > 1 else 1


def _block(shape: Shape) -> tuple[Layer, ...]:
    """Two layers that give what they get."""
    if len(shape) == 4:
        return (Conv2d(_channels(shape), _channels(shape), 3, padding=1), Tanh())
    return (Linear(_last(shape), _last(shape)), Tanh())


_SIZED: dict[str, Callable[[Shape], Layer]] = {
    "Linear": lambda shape: Linear(_last(shape), 4),
    "Conv2d": lambda shape: Conv2d(_channels(shape), 4, 3, padding=1),
    "BatchNorm1d": lambda shape: KINDS["BatchNorm1d"](_channels(shape)),
    "BatchNorm2d": lambda shape: KINDS["BatchNorm2d"](_channels(shape)),
    "LayerNorm": lambda shape: KINDS["LayerNorm"](_last(shape)),
    "Embedding": lambda shape: KINDS["Embedding"](max(2, shape[0] if shape else 1), 4),
    "Attention": lambda shape: Attention(_last(shape)),
    "RNN": lambda shape: RNN(_last(shape), 4),
    "Residual": lambda shape: Residual(_block(shape)),
    "Parallel": lambda shape: Parallel((_block(shape), _block(shape)[:1])),
    "Repeat": lambda shape: Repeat(_block(shape)),
}


def new_layer(kind: str, shape: Shape) -> Layer:
    """Return a new layer of a kind.

    Args:
        kind: Its name among `KINDS`.
        shape: What arrives where it will stand, batch first.

    Raises:
        SpecError: There is no such kind.
    """
    if kind not in KINDS:
        raise SpecError(f"unknown kind of layer: {shown(kind)} (must be one of {list(KINDS)})")
    make = _SIZED.get(kind)
    layer: Layer = make(shape) if make is not None else KINDS[kind]()
    return layer
