"""What a node's type tells: its short name, its kind, the names of its saved tensors. Read once per type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from torch.autograd.function import BackwardCFunction
from torch.autograd.graph import Node as TorchNode

from graphtrace.model import HELPERS, op_of
from graphtrace.model.literals import NodeKind

_BY_NAME: dict[str, NodeKind] = {
    "AccumulateGrad": "accumulate",
    "CopySlices": "copyslices",
    "CopyBackwards": "copy",
    "CompiledFunctionBackward": "compiled",
    "CheckpointFunctionBackward": "checkpoint",
    "_DDPSinkBackward": "ddp",
}
_RAW = "_raw_saved_"


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """Facts of one node type. `op` is the name without ``Backward0``; `raw` are its ``_raw_saved_*`` names.

    A helper only reshapes or casts.
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
    """A class of the user's that bears the name of one of torch's own is still the user's."""
    if not issubclass(cls, BackwardCFunction):
        return _BY_NAME.get(cls.__name__, "op")
    home = getattr(cls, "_forward_cls", cls).__module__
    return _BY_NAME.get(cls.__name__, "custom") if home.startswith("torch.") else "custom"
