"""Layers and data as Python code."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from torch import Tensor

from graphtrace.lab.parts import data, modules
from graphtrace.lab.parts.build import NOT_IN_TORCH, has_dtype
from graphtrace.lab.records import datasets
from graphtrace.lab.records.layers import Layer, Parallel, Repeat, Residual
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.records.tree import all_layers, arguments, named


def sequence_code(layers: tuple[Layer, ...], spec: Spec, indent: int) -> str:
    """Return an ``nn.Sequential`` as an expression.

    Args:
        layers: Its layers.
        spec: Gives the dtype.
        indent: Spaces before the line that it begins on.
    """
    pad = " " * (indent + 4)
    with_names = any(layer.name for layer in layers)
    items = []
    for name, layer in named(layers):
        module = _module_code(layer, spec, indent + 4)
        items.append(f"{pad}({name!r}, {module}),\n" if with_names else f"{pad}{module},\n")
    if not items:
        return "nn.Sequential()"
    body = "".join(items) + " " * indent
    return f"nn.Sequential(OrderedDict([\n{body}]))" if with_names else f"nn.Sequential(\n{body})"


def _module_code(layer: Layer, spec: Spec, indent: int) -> str:
    match layer:
        case Residual():
            return f"Residual({sequence_code(layer.block, spec, indent)})"
        case Parallel():
            branches = [sequence_code(branch, spec, indent) for branch in layer.branches]
            return f"Parallel({', '.join(branches)}, join={layer.join!r})"
        case Repeat():
            return f"nn.Sequential(*[{sequence_code(layer.block, spec, indent)} for _ in range({layer.times})])"
    kind = type(layer).__name__
    written = _written_arguments(layer)
    code = [repr(value) if name in _POSITIONAL else f"{name}={value!r}" for name, value in written]
    if has_dtype(kind) and spec.dtype != "float32":
        code.append(f"dtype=torch.{spec.dtype}")
    return f"{'' if kind in NOT_IN_TORCH else 'nn.'}{kind}({', '.join(code)})"


_POSITIONAL = {"in_features", "out_features", "in_channels", "out_channels", "num_features", "normalized_shape"} | {
    *("p", "num_embeddings", "embedding_dim", "features", "inputs", "hidden", "num_parameters")
}
_ALWAYS_WRITTEN = {"kernel_size", "dim", "min"} | _POSITIONAL  # also at torch's default
_DEFAULTS = {"bias": True, "padding": 0, "negative_slope": 0.01}  # torch's


def _written_arguments(layer: Layer) -> Iterator[tuple[str, object]]:
    """Yield the arguments to write: those that differ from torch's defaults, and a few more for clarity."""
    for name, value in arguments(layer).items():
        differs = (name == "stride" and value != 1) or (name in _DEFAULTS and value != _DEFAULTS[name])
        pooling_stride = name == "stride" and not hasattr(layer, "in_channels")  # its default is the kernel's size
        if name in _ALWAYS_WRITTEN or differs or pooling_stride:
            yield name, value


_SHORT_DATA = {"Xor", "Random", "Table"}  # their numbers, or one line that draws them, are written out


def sources(spec: Spec) -> list[str]:
    """Return the source of the layers and of the draw function that a program needs and torch does not have."""
    kinds = dict.fromkeys(type(layer).__name__ for layer in all_layers(spec.layers))
    classes = [inspect.getsource(getattr(modules, kind)).rstrip() for kind in kinds if kind in NOT_IN_TORCH]
    kind = type(spec.data).__name__
    return [*classes, *([] if kind in _SHORT_DATA else [inspect.getsource(data.DRAW[kind]).rstrip()])]


def data_code(spec: Spec) -> Iterator[str]:
    """Yield the statements that make ``x`` and ``y``."""
    kind = type(spec.data).__name__
    if hasattr(spec.data, "seed"):
        yield f"torch.manual_seed({spec.data.seed})"
    if kind in _SHORT_DATA:
        yield from _short_data_code(spec)
        return
    yield f"x, y = {data.DRAW[kind].__name__}({', '.join(map(repr, data.arguments(spec.data)))})"
    if not data.is_tokens(spec.data):
        yield from _dtype_code("x", spec)
    yield from _target_code(spec)


def _dtype_code(name: str, spec: Spec) -> list[str]:
    return [] if spec.dtype == "float32" else [f"{name} = {name}.to(torch.{spec.dtype})"]


def _target_code(spec: Spec) -> list[str]:
    match data.target_form(spec):
        case "column":
            return [f"y = y[:, None].to(torch.{spec.dtype})"]
        case "one_hot":
            return [f"y = nn.functional.one_hot(y, {data.classes_of(spec.data)}).to(torch.{spec.dtype})"]
        case "numbers":
            return _dtype_code("y", spec)
    return []


def _short_data_code(spec: Spec) -> list[str]:
    if not isinstance(spec.data, datasets.Random):
        return [_tensor_code(name, tensor, spec) for name, tensor in zip("xy", data.tensors(spec), strict=True)]
    samples, classes = spec.data.samples, spec.data.classes
    y = f"randint({classes}, ({samples},))" if classes else f"randn{(samples, *spec.data.targets)}"
    x = f"randn{(samples, *spec.data.shape)}"
    return [f"x = torch.{x}", f"y = torch.{y}", *_dtype_code("x", spec), *_target_code(spec)]


def _tensor_code(name: str, tensor: Tensor, spec: Spec) -> str:
    """Write a tensor out. Python writes the shortest digits that give every bit back."""
    dtype = f", dtype=torch.{spec.dtype}" if tensor.is_floating_point() and spec.dtype != "float32" else ""
    rows = tensor.tolist()
    if len(rows) <= 4:
        return f"{name} = torch.tensor({rows}{dtype})"
    body = "\n".join(f"    {row}," for row in rows)
    return f"{name} = torch.tensor([\n{body}\n]{dtype})"
