"""Build the net of a spec, with the initial parameters that ``torch.manual_seed(seed)`` and the same code give."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from graphtrace.errors import SpecError, shown
from graphtrace.lab.parts import modules
from graphtrace.lab.records.layers import Layer, Linear, Parallel, Repeat, Residual
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.records.tree import arguments, blocks, named

_WITH_PARAMETERS = frozenset(["Linear", "Conv2d", "BatchNorm1d", "BatchNorm2d", "LayerNorm", "Embedding", "PReLU"])
NOT_IN_TORCH = frozenset(["Residual", "Parallel", "Attention", "RNN", "Clamp", "Detach", "RetainGrad"])


def has_dtype(kind: str) -> bool:
    """Whether modules of this kind take a dtype."""
    return kind in _WITH_PARAMETERS or kind in ("Attention", "RNN")


def module(layer: Layer, dtype: torch.dtype, device: str) -> nn.Module:
    """Make the torch module of a layer; its parameters have this dtype and device."""
    if isinstance(layer, Residual):
        return modules.Residual(sequence(layer.block, dtype, device))
    if isinstance(layer, Parallel):
        return modules.Parallel(*[sequence(branch, dtype, device) for branch in layer.branches], join=layer.join)
    if isinstance(layer, Repeat):
        return nn.Sequential(*[sequence(layer.block, dtype, device) for _ in range(layer.times)])
    kind = type(layer).__name__
    factory = {"dtype": dtype, "device": device} if has_dtype(kind) else {}
    made: nn.Module = getattr(modules if kind in NOT_IN_TORCH else nn, kind)(**arguments(layer), **factory)
    return made


def sequence(layers: tuple[Layer, ...], dtype: torch.dtype, device: str) -> nn.Sequential:
    """Make a sequence of layers under their names."""
    return nn.Sequential(OrderedDict((name, module(layer, dtype, device)) for name, layer in named(layers)))


def build(spec: Spec, device: str = "cpu") -> nn.Sequential:
    """Build the net of a valid spec. Call it under a `Seeded` of the spec's seed, which draws the parameters.

    Raises:
        SpecError: A tied layer or an initial value does not fit.
    """
    net = sequence(spec.layers, getattr(torch, spec.dtype), device)
    for name, other in tied_layers(spec.layers):
        _tie(net, name, other)
    for name, values in spec.initial:
        _fill(net, name, values)
    for name in frozen_parameters(spec, net):
        net.get_parameter(name).requires_grad_(False)
    return net


def tied_layers(layers: tuple[Layer, ...], prefix: str = "") -> list[tuple[str, str]]:
    """Return (path of a layer, path of the layer whose weight it shares), in order."""
    return [(path, layer.tied) for path, layer in paths(layers, prefix) if isinstance(layer, Linear) and layer.tied]


def paths(layers: tuple[Layer, ...], prefix: str = "") -> list[tuple[str, Layer]]:
    """Return every layer of the net with its path: a repeated block comes several times."""
    result = []
    for name, layer in named(layers):
        path = prefix + name
        result.append((path, layer))
        for inner, block in inner_blocks(layer):
            result += paths(block, f"{path}.{inner}.")
    return result


def inner_blocks(layer: Layer) -> list[tuple[str, tuple[Layer, ...]]]:
    """Return the blocks inside a layer, each with its path below the layer."""
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
        sizes = " and ".join("×".join(map(str, w.shape)) for w in (layer.get_parameter("weight"), source))
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


def frozen_parameters(spec: Spec, net: nn.Module) -> list[str]:
    """Return the names of the parameters that a spec freezes."""
    names = []
    for path, layer in paths(spec.layers):
        if layer.frozen:
            own = [f"{path}.{name}" for name, _ in net.get_submodule(path).named_parameters()]
            names += [name for name in own if layer.frozen in ("all", name.rpartition(".")[2])]
    return names
