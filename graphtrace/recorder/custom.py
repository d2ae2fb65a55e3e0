"""Operations that a custom ``autograd.Function`` is: named after its class, at the line that applied it.

No function mode is told of ``Function.apply``. But the class's forward runs inside it, without gradients, and the
node, made just before, has the sequence number before the one that is next.
"""

from __future__ import annotations

from types import FrameType
from typing import Any, NamedTuple

import torch
from torch.autograd.function import BackwardCFunction
from torch.autograd.graph import Node as TorchNode

from graphtrace.model import Op, Source
from graphtrace.recorder.source import source_of, user_frame

_APPLY = getattr(getattr(torch.autograd.Function.apply, "__func__", None), "__code__", None)


class Applied(NamedTuple):
    """One application of a custom Function."""

    cls: Any
    module: tuple[str, int]
    source: Source | None


class Custom:
    """Remembers applications by the sequence number of the node that they made."""

    def __init__(self) -> None:
        self._first = torch._C._autograd._get_sequence_nr()
        self._applied: dict[int, Applied] = {}

    def note(self, frame: FrameType | None, module: tuple[str, int]) -> None:
        """Look whether a call that records no gradient runs inside the forward of a custom Function."""
        number = torch._C._autograd._get_sequence_nr() - 1
        if number in self._applied:
            return
        while frame is not None and frame.f_code is not _APPLY:
            frame = frame.f_back
        if frame is not None:
            self._applied[number] = Applied(frame.f_locals.get("cls"), module, source_of(user_frame(frame)))

    def op(self, node: TorchNode, number: int) -> Op | None:
        """Return the operation that a custom node of this block is, under this id; None for any other node."""
        if not isinstance(node, BackwardCFunction) or node._sequence_nr() < self._first:
            return None
        cls = getattr(node, "_forward_cls", None)
        found = self._applied.get(node._sequence_nr())
        if cls is None:
            return None
        if found is None or found.cls is not cls:  # its forward called nothing of torch's
            return Op(number, cls.__name__)
        return Op(number, cls.__name__, *found.module, source=found.source)
