"""Facts that follow from the name of a node type, without torch."""

from __future__ import annotations

import re
from functools import lru_cache

# These only pass a tensor on with another shape, stride or dtype; they belong to the operation that they serve.
HELPERS = frozenset(
    [
        *("T", "Mt", "Transpose", "Permute", "MoveDim"),
        *("View", "Reshape", "ReshapeAlias", "UnsafeView", "Flatten", "Alias", "AsStrided"),
        *("Expand", "Squeeze", "Unsqueeze", "Contiguous", "Clone", "ToCopy"),
        *("Conj", "ViewAsReal", "ViewAsComplex"),
        "RegisterPostBackwardFunction",  # FSDP2: passes the inputs of a module on, to be called after its backward
    ]
)


@lru_cache(maxsize=4096)
def op_of(type_name: str) -> str:
    """Return a node type without its ending: ``AddmmBackward0`` is ``Addmm``."""
    return re.sub(r"Backwards?\d*$", "", type_name) or type_name


def common_path(first: str, second: str) -> str:
    """Return the longest dotted path that both begin with: ``a.b`` for ``a.b.c`` and ``a.b.d``."""
    if first == second:
        return first
    shared = []
    for a, b in zip(first.split("."), second.split("."), strict=False):
        if a != b:
            break
        shared.append(a)
    return ".".join(shared)
