"""Layers and data as the text of a program."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from graphtrace.lab.parts import data, modules
from graphtrace.lab.parts.build import OWN, with_dtype
from graphtrace.lab.records import datasets
from graphtrace.lab.records.layers import Layer, Parallel, Repeat, Residual
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.records.tree import arguments, every, named


def sequence(layers: tuple[Layer, ...], spec: Spec, indent: int) -> str:
    """Write an ``nn.Sequential``."""
    pad = " " * (indent + 4)
    with_names = any(layer.name for layer in layers)
    items = []
    for name, layer in named(layers):
        made = _module(layer, spec, indent + 4)
        items.append(f"{pad}({name!r}, {made}),\n" if with_names else f"{pad}{made},\n")
    if not items:
        return "nn.Sequential()"
    body = "".join(items) + " " * indent
    return f"nn.Sequential(OrderedDict([\n{body}]))" if with_names else f"nn.Sequential(\n{body})"


def _module(layer: Layer, spec: Spec, indent: int) -> str:
    match layer:
        case Residual():
            return f"Residual({sequence(layer.block, spec, indent)})"
        case Parallel():
            branches = [sequence(branch, spec, indent) for branch in layer.branches]
            return f"Parallel({', '.join(branches)}, join={layer.join!r})"
        case Repeat():
            return f"nn.Sequential(*[{sequence(layer.block, spec, indent)} for _ in range({layer.times})])"
    kind = type(layer).__name__
    given = [repr(value) if name in _POSITIONAL else f"{name}={value!r}" for name, value in _told(layer)]
    if with_dtype(kind) and spec.dtype != "float32":
        given.append(f"dtype=torch.{spec.dtype}")
    return f"{'' if kind in OWN else 'nn.'}{kind}({', '.join(given)})"


_POSITIONAL = {"in_features", "out_features", "in_channels", "out_channels", "num_features", "normalized_shape"} | {
    *("p", "num_embeddings", "embedding_dim", "features", "inputs", "hidden", "num_parameters")
}
_TOLD = {"kernel_size", "dim", "min"} | _POSITIONAL  # written also where they are at torch's default


def _told(layer: Layer) -> Iterator[tuple[str, Any]]:
    """Yield the arguments worth writing: those that differ from torch's defaults."""
    quiet = {"bias": True, "padding": 0, "negative_slope": 0.01}
    for name, value in arguments(layer).items():
        if name in _TOLD or (name == "stride" and value != 1) or (name in quiet and value != quiet[name]):
            yield name, value
        elif name == "stride" and not hasattr(layer, "in_channels"):
            yield name, value  # a pooling's default is its kernel's size


_LITERAL = {"Xor", "Random", "Table"}  # short enough to be written out


def sources(spec: Spec) -> list[str]:
    """Return the code of the layers and of the data that torch does not have, as it stands in this package."""
    kinds = dict.fromkeys(type(layer).__name__ for layer in every(spec.layers))
    found = [inspect.getsource(getattr(modules, kind)).rstrip() for kind in kinds if kind in OWN]
    kind = type(spec.data).__name__
    return [*found, *([] if kind in _LITERAL else [inspect.getsource(data.DRAW[kind]).rstrip()])]


def data_lines(spec: Spec) -> Iterator[str]:
    """Yield the statements that make ``x`` and ``y``."""
    kind = type(spec.data).__name__
    if hasattr(spec.data, "seed"):
        yield f"torch.manual_seed({spec.data.seed})"
    if kind in _LITERAL:
        yield from _literal(spec)
        return
    yield f"x, y = {data.DRAW[kind].__name__}({', '.join(map(repr, data.arguments(spec.data)))})"
    if not data.is_tokens(spec.data):
        yield from _as_dtype("x", spec)
    yield from _as_target(spec)


def _as_dtype(name: str, spec: Spec) -> list[str]:
    return [] if spec.dtype == "float32" else [f"{name} = {name}.to(torch.{spec.dtype})"]


def _as_target(spec: Spec) -> list[str]:
    match data.target_form(spec):
        case "column":
            return [f"y = y[:, None].to(torch.{spec.dtype})"]
        case "one_hot":
            return [f"y = nn.functional.one_hot(y, {data.classes_of(spec.data)}).to(torch.{spec.dtype})"]
        case "numbers":
            return _as_dtype("y", spec)
    return []


def _literal(spec: Spec) -> list[str]:
    one = spec.data
    if isinstance(one, datasets.Random):
        y = f"randint({one.classes}, ({one.samples},))" if one.classes else f"randn{(one.samples, *one.targets)}"
        return [
            f"x = torch.randn{(one.samples, *one.shape)}",
            f"y = torch.{y}",
            *_as_dtype("x", spec),
            *_as_target(spec),
        ]
    return [_tensor(name, tensor, spec) for name, tensor in zip("xy", data.tensors(spec), strict=True)]


def _tensor(name: str, tensor: Any, spec: Spec) -> str:
    """Write a tensor out: Python's shortest digits give every bit back."""
    dtype = f", dtype=torch.{spec.dtype}" if tensor.is_floating_point() and spec.dtype != "float32" else ""
    rows = tensor.tolist()
    if len(rows) <= 4:
        return f"{name} = torch.tensor({rows}{dtype})"
    body = "\n".join(f"    {row}," for row in rows)
    return f"{name} = torch.tensor([\n{body}\n]{dtype})"
