"""How gradients add up: at the input of a node as its edges deliver, and in a leaf's ``.grad``; each with a proof.

Source of the order of addition: ``torch/csrc/autograd/input_buffer.cpp`` (``InputBuffer::add``).
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch

from graphtrace.model import Graph
from graphtrace.recorder.capture import Capture, Flag, Taken
from graphtrace.recorder.log import Facts
from graphtrace.recorder.tensor_capture import TensorCapture
from graphtrace.recorder.window import BATCHED
from graphtrace.tracer.saved import storage_of

Delivered = tuple[tuple[str, ...], Taken]  # names of an event's captures, and the captures
Proof = Flag | Literal["same", "unknown"] | None

ADDED = ("added",)
NOTHING_DELIVERED: Delivered = (ADDED, (None,))
_ADDED_AND_SUM = ("added", "sum")


@dataclass(slots=True)
class GradientBuffer:
    """What has been delivered to one input of a node so far, as the engine's ``InputBuffer`` holds it.

    A bare reference to a gradient would make the engine copy it, so none is kept.

    Attributes:
        expected: How many contributions will come.
        last: Capture of what has arrived so far.
        ref: The delivered tensor itself, where only one is expected.
        version: Its version when it was delivered.
        total: Sum so far, where several are expected; let go of once it was compared.
        owned: Whether `total` is memory of the recorder's own.
    """

    expected: int = 0
    last: Capture | None = None
    ref: weakref.ref[torch.Tensor] | None = None
    version: int = 0
    total: torch.Tensor | None = None
    owned: bool = False

    def start(self, capture: TensorCapture, seed: torch.Tensor) -> None:
        """Take in the gradient that a root starts from; the same root may be given twice."""
        self.total = seed.detach().clone() if self.total is None else _add_to(self.total, seed)
        self.owned = True
        self.last = capture.take(self.total)

    def deliver(
        self,
        capture: TensorCapture,
        grad: torch.Tensor,
        known: Sequence[torch.Tensor | None] = (),
        captures: Sequence[Capture | None] = (),
    ) -> Delivered:
        """Take a contribution in. Returns its capture, and where several are expected that of the sum so far.

        Args:
            capture: Reads tensors.
            grad: The contribution, of the shape of the node's input.
            known: Gradients that entered the node that delivers: what leaves may be one of them.
            captures: Their captures.
        """
        taken = capture.take_known(grad, known, captures)
        if self.expected == 1 and self.total is None:
            self.last, self.ref, self.version = taken, weakref.ref(grad), grad._version
            return ADDED, (taken,)
        if self.total is None:
            self.total, self.last = grad.detach().clone(), taken
        else:
            self.total = _add_to(self.total, grad.detach())
            self.last = capture.take(self.total)
        return _ADDED_AND_SUM, (taken, self.last)

    def deliver_later(
        self,
        capture: TensorCapture,
        grad: torch.Tensor,
        known: Sequence[torch.Tensor | None],
        captures: Sequence[Capture | None],
    ) -> Delivered:
        """Take one of several contributions in, in a pass in which nothing changes a gradient: it is held, not copied.

        The arguments are those of `deliver`.
        """
        taken = capture.later_known(grad, known, captures)
        if self.total is None:
            self.total, self.last = grad, taken
        elif self.total.numel() > BATCHED and self.owned:
            self.total = _add_to(self.total, grad)
            self.last = capture.take(self.total)
        else:
            self.total, self.owned = _engine_sum(self.total, grad), True
            self.last = capture.later(self.total)
        return _ADDED_AND_SUM, (taken, self.last)

    def is_still(self, grad: torch.Tensor) -> bool:
        """Return whether a gradient is the one that was delivered, unchanged."""
        return self.ref is not None and self.ref() is grad and grad._version == self.version

    def intact(self) -> torch.Tensor | None:
        """Return the one tensor that was delivered, if it is still what it was."""
        delivered = None if self.ref is None else self.ref()
        return delivered if delivered is not None and delivered._version == self.version else None

    def compare(self, capture: TensorCapture, grad: torch.Tensor | None) -> tuple[Capture | None, Proof]:
        """Return the capture of what enters the node, and the proof that it is what was delivered.

        The proof is ``same`` where it is the very tensor that the one edge delivered, a flag where it
        was compared bit for bit, ``unknown`` where another large tensor came in its place, and None
        where nothing was delivered.
        """
        if grad is None:
            return None, None if self.last is None else Flag(None, False)
        if self.last is None:
            return capture.take(grad), None
        if self.ref is not None and self.ref() is grad and grad._version == self.version:
            return self.last, "same"
        if self.total is not None:
            flag = capture.same(self.total, grad)
            self.total = None
            return (self.last if flag is not None and flag.value else capture.take(grad)), flag or "unknown"
        taken = capture.take(grad)
        return taken, capture.same_content(self.last, taken) or "unknown"


class GradientBuffers:
    """The buffers of a graph: per node those of its inputs, and those that its edges deliver to."""

    def __init__(self, graph: Graph) -> None:
        self.into: list[list[GradientBuffer]] = [[] for _ in graph.nodes]
        self.out: list[list[tuple[int, int, GradientBuffer]]] = [[] for _ in graph.nodes]  # slot, edge, buffer
        for node, input_nr in graph.roots:
            self.at(node, input_nr).expected += 1
        for number, edge in enumerate(graph.edges):
            buffer = self.at(edge.target, edge.input_nr)
            buffer.expected += 1
            self.out[edge.source].append((edge.slot, number, buffer))

    def at(self, node: int, input_nr: int) -> GradientBuffer:
        """Return the buffer of one input of a node."""
        buffers = self.into[node]
        while len(buffers) <= input_nr:
            buffers.append(GradientBuffer())
        return buffers[input_nr]


@dataclass(slots=True)
class Accumulation:
    """One leaf between the arrival of its gradient and the end of its node. Make it before the node runs.

    Attributes:
        leaf: The leaf; its ``.grad`` is still the old one.
        added: Capture of the gradient that arrived.
        old: A copy of the old ``.grad``, since torch adds to it in place.
        before: Capture of the old ``.grad``.
        hooked: Whether the leaf has a hook of the program's, which may remove itself.
    """

    leaf: torch.Tensor
    added: Capture | None
    old: torch.Tensor | None = None
    before: Capture | None = None
    hooked: bool = False

    @classmethod
    def begin(cls, capture: TensorCapture, leaf: torch.Tensor, added: Capture | None) -> Accumulation:
        """Note the leaf as it is before its ``.grad`` changes."""
        grad = leaf.grad
        if grad is None:
            return cls(leaf, added, hooked=_has_post_hooks(leaf))
        return cls(leaf, added, grad.detach().clone(), capture.take(grad), _has_post_hooks(leaf))

    def end(self, capture: TensorCapture, added: torch.Tensor | None) -> tuple[dict[str, Capture | None], Facts]:
        """Return the captures and facts of the event.

        Args:
            capture: Reads tensors.
            added: The gradient that arrived, of the leaf's shape; torch may have made its memory that of ``.grad``.
        """
        after, proof = self._after(capture, added, self.leaf.grad)
        facts: Facts = {} if proof is None else {"proof": proof}
        if self.hooked or _has_post_hooks(self.leaf):
            facts["hook"] = "post_accumulate_grad_hook"
        return {"before": self.before, "added": self.added, "after": after}, facts

    def _after(
        self, capture: TensorCapture, added: torch.Tensor | None, after: torch.Tensor | None
    ) -> tuple[Capture | None, Proof]:
        if added is None or after is None:
            return (None if after is None else capture.take(after)), None
        first, hooked = self.old is None, self.hooked or _has_post_hooks(self.leaf)
        if first and not hooked and self.added and _shares_memory(added, after):
            capture.remember(after, self.added)
            return self.added, "same"
        if first and hooked and self.added:  # `added` may be the memory that the hook changed
            taken = capture.take(after)
            return taken, capture.same_content(self.added, taken) or "unknown"
        if self.old is None:
            return after_first(capture, self.added, added, after)
        flag = capture.same(_engine_sum(self.old, added.detach()), after.detach())
        taken = capture.take(after)
        capture.remember(after, taken)
        return taken, flag or "unknown"


def after_first(
    capture: TensorCapture, added: Capture | None, arrived: torch.Tensor, after: torch.Tensor
) -> tuple[Capture, Proof]:
    """Return capture and proof of a leaf's first gradient, where it is a copy of the one that arrived."""
    flag = capture.same(arrived.detach(), after.detach())
    taken = added if added is not None and flag is not None and flag.value else capture.take(after)
    capture.remember(after, taken)
    return taken, flag or "unknown"


def _engine_sum(old: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
    """Add as the engine does: where one of the two is sparse, the dense one comes first."""
    return new + old if old.layout is not torch.strided and new.layout is torch.strided else old + new


def _add_to(total: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
    """Add as the engine does, over the memory of `total` where it can be: the same bits without fresh memory."""
    plain = type(total) is type(new) is torch.Tensor and total.layout is torch.strided is new.layout
    wrapped = torch._C._functorch.is_functorch_wrapped_tensor(new)  # inside vmap the sum may be of another kind
    if plain and not wrapped and total.dtype is new.dtype and total.shape == new.shape:
        return total.add_(new)
    return _engine_sum(total, new)


def _has_post_hooks(leaf: torch.Tensor) -> bool:
    return bool(getattr(leaf, "_post_accumulate_grad_hooks", None))


def _shares_memory(tensor: torch.Tensor, other: torch.Tensor) -> bool:
    address, _ = storage_of(tensor)
    return address is not None and storage_of(other)[0] == address
