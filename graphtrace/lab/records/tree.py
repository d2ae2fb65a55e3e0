"""Layers inside layers: their names, blocks and number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields

from graphtrace.lab.records.layers import Layer, Parallel, Repeat, Residual
from graphtrace.lab.records.rules import MAX_NESTING

_NO_ARGUMENTS = {"name", "frozen", "tied"}


def named(layers: tuple[Layer, ...]) -> list[tuple[str, Layer]]:
    """Return each layer with the name that it has in its block."""
    return [(layer.name or str(i), layer) for i, layer in enumerate(layers)]


def arguments(layer: Layer) -> dict[str, object]:
    """Return the arguments of the layer's torch module."""
    return {field.name: getattr(layer, field.name) for field in fields(layer) if field.name not in _NO_ARGUMENTS}


def blocks(layer: Layer) -> tuple[tuple[Layer, ...], ...]:
    """Return the blocks of layers inside a layer; most layers have none."""
    if isinstance(layer, Parallel):
        return layer.branches
    return (layer.block,) if isinstance(layer, Residual | Repeat) else ()


def all_layers(layers: tuple[Layer, ...], depth: int = 0) -> Iterator[Layer]:
    """Yield layers and those inside them; `depth` levels are above them."""
    for layer in layers:
        yield layer
        if depth <= MAX_NESTING:
            for block in blocks(layer):
                yield from all_layers(block, depth + 1)


def label(name: str, layer: Layer) -> str:
    """Return a layer's name for a message: ``layer 2 Linear``."""
    kind = type(layer).__name__
    return f"layer {name} {kind}" if re.fullmatch(r"[\d.]+", name) else f"layer {name!r} {kind}"
