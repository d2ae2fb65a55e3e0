"""Facts of a node's type: its short name, its kind, the names of its saved tensors. Read once per type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from torch.autograd.function import BackwardCFunction
from torch.autograd.graph import Node as TorchNode

from graphtrace.literals import NodeKind
from graphtrace.model import HELPERS, op_of

_BY_NAME: dict[str, NodeKind] = {
    "AccumulateGrad": "accumulate",
    "CopySlices": "copyslices",
    "CopyBackwards": "copy",
    "CompiledFunctionBackward": "compiled",
    "CheckpointFunctionBackward": "checkpoint",
    "_DDPSinkBackward": "ddp",
    "RegisterPostBackwardFunctionBackward": "fsdp",
}
_RAW = "_raw_saved_"


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """Facts of one node type.

    Attributes:
        name: Name of the class, e.g. ``AddmmBackward0``.
        op: The name without its ending: ``Addmm``.
        raw: Names of its ``_raw_saved_*`` attributes.
        is_helper: Whether it only reshapes or casts, see `HELPERS`.
    """

    name: str
    op: str
    kind: NodeKind
    raw: tuple[str, ...]
    is_helper: bool


@lru_cache(maxsize=4096)
def type_facts(cls: type[TorchNode]) -> TypeFacts:
    """Read the facts of a node class. The cache holds classes, never nodes."""
    name = cls.__name__
    raw = tuple(sorted(attribute for attribute in dir(cls) if attribute.startswith(_RAW)))
    op = op_of(name)
    return TypeFacts(name, op, _kind(cls), raw, op in HELPERS)


def _kind(cls: type[TorchNode]) -> NodeKind:
    """Return the kind; a user's class is custom, even if it has the name of one of torch's."""
    if not issubclass(cls, BackwardCFunction):
        return _BY_NAME.get(cls.__name__, "op")
    home = getattr(cls, "_forward_cls", cls).__module__
    return _BY_NAME.get(cls.__name__, "custom") if home.startswith("torch.") else "custom"
