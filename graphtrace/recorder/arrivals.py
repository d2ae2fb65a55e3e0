"""What edges deliver to one input of a node, summed as the engine sums it, and compared with what enters.

Source of the order of addition: ``torch/csrc/autograd/input_buffer.cpp`` (``InputBuffer::add``).
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch

from graphtrace.recorder.contents import Contents
from graphtrace.recorder.fetch import Flag, Pending

Delivered = tuple[tuple[str, ...], *tuple[Pending | None, ...]]  # names of an event's contents, and the contents
Proof = Flag | Literal["same", "unknown"] | None

ADDED = ("added",)
_ADDED_AND_SUM = ("added", "sum")


@dataclass(slots=True)
class Arrivals:
    """What has been delivered to one slot so far, of the contributions that are expected."""

    expected: int = 0
    last: Pending | None = None
    ref: weakref.ref[torch.Tensor] | None = None  # the delivered tensor itself, where only one is expected
    version: int = 0
    total: torch.Tensor | None = None  # partial sum, where several are

    def start(self, contents: Contents, seed: torch.Tensor) -> None:
        """Take in the gradient that a root starts from; a root may be given twice."""
        self.total = seed.detach().clone() if self.total is None else added(self.total, seed)
        self.last = contents.take(self.total)

    def deliver(
        self,
        contents: Contents,
        grad: torch.Tensor,
        known: Sequence[torch.Tensor | None] = (),
        taken: Sequence[Pending | None] = (),
    ) -> Delivered:
        """Take a contribution in. Returns its content, and the sum so far where several are expected.

        `known` are the gradients that entered the node, `taken` their contents: what leaves may be one of them.
        A bare reference would make the engine copy (facts of the project, autograd 3.2), so none is kept.
        """
        content = contents.take_like(grad, known, taken)
        if self.expected == 1 and self.total is None:
            self.last, self.ref, self.version = content, weakref.ref(grad), grad._version
            return ADDED, content
        if self.total is None:
            self.total, self.last = grad.detach().clone(), content
        else:
            self.total = added(self.total, grad.detach())
            self.last = contents.take(self.total)
        return _ADDED_AND_SUM, content, self.last

    def compare(self, contents: Contents, grad: torch.Tensor | None) -> tuple[Pending | None, Proof]:
        """Return the content that enters the node, and the proof that it is what was delivered.

        The proof is ``same`` where it is the very tensor that the one edge delivered, a flag where it
        was compared bit for bit, ``unknown`` where another large tensor came in its place, and None
        where nothing was delivered.
        """
        if grad is None:
            return None, None if self.last is None else Flag(None, False)
        if self.last is None:
            return contents.take(grad), None
        if self.ref is not None and self.ref() is grad and grad._version == self.version:
            return self.last, "same"
        if self.total is not None:
            flag = contents.same(self.total, grad)
            return (self.last if flag is not None and flag.value else contents.take(grad)), flag or "unknown"
        taken = contents.take(grad)
        return taken, contents.same_content(self.last, taken) or "unknown"


def plus(old: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
    """Add as the engine does: where one of the two is sparse, the dense one comes first."""
    return new + old if old.layout is not torch.strided and new.layout is torch.strided else old + new


def added(total: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
    """The same where the old one is ours: over it, which gives the same bits and spares fresh memory."""
    plain = type(total) is type(new) is torch.Tensor and total.layout is torch.strided is new.layout
    wrapped = torch._C._functorch.is_functorch_wrapped_tensor(new)  # inside vmap the sum may be of another kind
    if plain and not wrapped and total.dtype is new.dtype and total.shape == new.shape:
        return total.add_(new)
    return plus(total, new)
