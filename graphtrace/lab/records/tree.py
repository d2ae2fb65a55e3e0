"""Layers inside layers: their names, blocks and number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from graphtrace.lab.records.layers import Layer, Parallel, Repeat, Residual

_COMMON = {"name", "frozen", "tied"}


def named(layers: tuple[Layer, ...]) -> list[tuple[str, Layer]]:
    """Return each layer with the name that it has in the net."""
    return [(layer.name or str(i), layer) for i, layer in enumerate(layers)]


def arguments(layer: Layer) -> dict[str, Any]:
    """Return what the layer's torch module is made with."""
    return {one.name: getattr(layer, one.name) for one in fields(layer) if one.name not in _COMMON}


def blocks(layer: Layer) -> tuple[tuple[Layer, ...], ...]:
    """Return the blocks of layers inside a layer; none for most."""
    if isinstance(layer, Parallel):
        return layer.branches
    return (layer.block,) if isinstance(layer, Residual | Repeat) else ()


def every(layers: tuple[Layer, ...], depth: int = 0) -> Iterator[Layer]:
    """Yield all layers as written, those inside others too."""
    for layer in layers:
        yield layer
        if depth < 8:
            for block in blocks(layer):
                yield from every(block, depth + 1)


def label(name: str, layer: Layer) -> str:
    """Return ``layer 2 Linear``, for a message."""
    kind = type(layer).__name__
    return f"layer {name} {kind}" if re.fullmatch(r"[\d.]+", name) else f"layer {name!r} {kind}"
