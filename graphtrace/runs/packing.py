"""Trees of tensors and plain values as JSON beside named tensors: what a file keeps without pickle."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch

from graphtrace.errors import FileError, shown

DTYPES = {
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
}
_DEEPEST = 20


def pack(value: object, name: str, tensors: dict[str, torch.Tensor], left_out: list[str], deep: int = 0) -> object:
    """Return a tree as JSON, and put its tensors into `tensors` under their paths.

    Args:
        value: Dicts, lists and tuples of tensors and plain values. Anything else is left out.
        name: Path of the value.
        tensors: Where tensors go, not copied.
        left_out: Where the paths of what is left out go.
        deep: How many containers are around it.
    """
    if isinstance(value, torch.Tensor):
        if value.layout is torch.strided and value.dtype in DTYPES and value.device.type != "meta":
            tensors[name] = value.detach()
            return {"tensor": name}
    elif value is None or isinstance(value, bool | int | str):
        return value
    elif isinstance(value, float):
        return value if math.isfinite(value) else {"float": str(value)}
    elif isinstance(value, list | tuple | Mapping) and deep < _DEEPEST:
        return _packed(value, name, tensors, left_out, deep + 1)
    left_out.append(f"{name}: {type(value).__name__}"[:200])
    return {"left_out": type(value).__name__}


def _packed(
    value: list[object] | tuple[object, ...] | Mapping[object, object],
    name: str,
    tensors: dict[str, torch.Tensor],
    left_out: list[str],
    deep: int,
) -> object:
    if isinstance(value, Mapping):
        pairs = [
            [key, pack(item, f"{name}.{key}", tensors, left_out, deep)]
            for key, item in value.items()
            if isinstance(key, str | int)
        ]
        return {"dict": pairs}
    items = [pack(item, f"{name}.{i}", tensors, left_out, deep) for i, item in enumerate(value)]
    return {"tuple" if isinstance(value, tuple) else "list": items}


def unpack(plain: object, tensors: Mapping[str, torch.Tensor]) -> object:
    """Return the tree that `pack` made JSON of; what was left out is None.

    Raises:
        FileError: It is damaged.
    """
    if not isinstance(plain, dict):
        return plain
    kind, content = next(iter(plain.items()), ("", None))
    if kind == "tensor" and isinstance(content, str) and content in tensors:
        return tensors[content]
    if kind == "left_out":
        return None
    if kind == "float" and content in ("nan", "inf", "-inf"):
        return float(content)
    if kind in ("list", "tuple") and isinstance(content, list):
        items = [unpack(item, tensors) for item in content]
        return items if kind == "list" else tuple(items)
    if kind == "dict" and isinstance(content, list) and all(_is_pair(pair) for pair in content):
        return {pair[0]: unpack(pair[1], tensors) for pair in content}
    raise FileError(f"file is damaged: {shown(kind)} in the state of a step (save it again)")


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str | int)
