"""From a spec to a net, with the first parameters that ``torch.manual_seed(seed)`` and the same code give."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import torch
from torch import nn

from graphtrace.errors import SpecError, shown
from graphtrace.lab.parts import modules
from graphtrace.lab.records.layers import Layer, Linear, Parallel, Repeat, Residual
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.records.tree import arguments, blocks, named

DRAWN = frozenset(["Linear", "Conv2d", "BatchNorm1d", "BatchNorm2d", "LayerNorm", "Embedding", "PReLU"])
OWN = frozenset(["Residual", "Parallel", "Attention", "RNN", "Clamp", "Detach", "RetainGrad"])


def with_dtype(kind: str) -> bool:
    """Whether a layer of this kind has numbers of a dtype."""
    return kind in DRAWN or kind in ("Attention", "RNN")


def module(layer: Layer, **factory: Any) -> nn.Module:
    """Make the torch module of a layer. `factory` is its ``dtype`` and ``device``."""
    if isinstance(layer, Residual):
        return modules.Residual(sequence(layer.block, **factory))
    if isinstance(layer, Parallel):
        return modules.Parallel(*[sequence(branch, **factory) for branch in layer.branches], join=layer.join)
    if isinstance(layer, Repeat):
        return nn.Sequential(*[sequence(layer.block, **factory) for _ in range(layer.times)])
    kind = type(layer).__name__
    made: nn.Module = getattr(modules if kind in OWN else nn, kind)(
        **arguments(layer), **(factory if with_dtype(kind) else {})
    )
    return made


def sequence(layers: tuple[Layer, ...], **factory: Any) -> nn.Sequential:
    """Make a sequence of layers under their names."""
    return nn.Sequential(OrderedDict((name, module(layer, **factory)) for name, layer in named(layers)))


def build(spec: Spec, device: str = "cpu") -> nn.Sequential:
    """Build the net of a valid spec; draw its numbers under a `Seeded` of the spec's seed.

    Raises:
        SpecError: A tied layer or a first value does not fit.
    """
    net = sequence(spec.layers, dtype=getattr(torch, spec.dtype), device=device)
    for name, other in ties(spec.layers):
        _tie(net, name, other)
    for name, values in spec.initial:
        _fill(net, name, values)
    for name in frozen(spec, net):
        net.get_parameter(name).requires_grad_(False)
    return net


def ties(layers: tuple[Layer, ...], prefix: str = "") -> list[tuple[str, str]]:
    """Return (layer, layer whose weight it shares) by path, in order."""
    return [(path, one.tied) for path, one in paths(layers, prefix) if isinstance(one, Linear) and one.tied]


def paths(layers: tuple[Layer, ...], prefix: str = "") -> list[tuple[str, Layer]]:
    """Return every layer as built with its path in the net: a repeated block counts each time."""
    found = []
    for name, layer in named(layers):
        path = prefix + name
        found.append((path, layer))
        for inner, block in inner_blocks(layer):
            found += paths(block, f"{path}.{inner}.")
    return found


def inner_blocks(layer: Layer) -> list[tuple[str, tuple[Layer, ...]]]:
    """Return the blocks that a layer is built of, each with its path below the layer."""
    if isinstance(layer, Repeat):
        return [(str(k), layer.block) for k in range(layer.times)]
    if isinstance(layer, Parallel):
        return [(f"branches.{k}", branch) for k, branch in enumerate(layer.branches)]
    return [("block", block) for block in blocks(layer)]


def _tie(net: nn.Module, name: str, other: str) -> None:
    try:
        source = net.get_parameter(f"{other}.weight")
    except AttributeError:
        raise SpecError(f"layer {name!r} shares the weight of no layer: {shown(other)} (name an earlier one)") from None
    layer = net.get_submodule(name)
    if source.shape != layer.weight.shape:
        sizes = " and ".join("×".join(map(str, one.shape)) for one in (layer.get_parameter("weight"), source))
        raise SpecError(f"layer {name!r} cannot share the weight of {other!r}: {sizes} (make their sizes equal)")
    layer.weight = source


def _fill(net: nn.Module, name: str, values: tuple[float, ...]) -> None:
    try:
        parameter = net.get_parameter(name)
    except AttributeError:
        known = [key for key, _ in net.named_parameters()]
        raise SpecError(f"first values for no parameter: {shown(name)} (must be one of {known[:20]})") from None
    if len(values) not in (1, parameter.numel()):
        raise SpecError(f"{name} has {parameter.numel()} numbers: {len(values)} given (give 1, or all)")
    if not parameter.is_meta:
        with torch.no_grad():
            parameter.copy_(torch.tensor(values, dtype=parameter.dtype).expand(parameter.numel()).view_as(parameter))


def frozen(spec: Spec, net: nn.Module) -> list[str]:
    """Return the names of the parameters that the spec freezes."""
    names = []
    for path, layer in paths(spec.layers):
        if layer.frozen:
            own = [f"{path}.{name}" for name, _ in net.get_submodule(path).named_parameters()]
            names += [name for name in own if layer.frozen in ("all", name.rpartition(".")[2])]
    return names
