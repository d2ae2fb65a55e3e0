"""Record what happens to leaves and their ``.grad`` outside a backward pass: zeroing, clipping, updates by hand."""

from __future__ import annotations

import torch

from graphtrace.recorder.calls import Arguments, Function, Keywords, place_of, source_of, tensors_in, unique, user_frame
from graphtrace.recorder.capture import Capture
from graphtrace.recorder.context import Context, Leaf
from graphtrace.recorder.forward import ForwardRecorder
from graphtrace.recorder.log import Facts
from graphtrace.tracer.saved import storage_of


class LeafChanges:
    """Records calls that change a leaf or its gradient.

    Args:
        context: What the parts of the recording share.
        forward: Records in-place calls that are ordinary operations of the forward pass.

    Attributes:
        updated_by_hand: Whether a leaf was updated without an optimizer since the step began.
    """

    def __init__(self, context: Context, forward: ForwardRecorder) -> None:
        self._context, self._forward = context, forward
        self.updated_by_hand = False

    def set_grad(self, func: Function, args: Arguments, kwargs: Keywords) -> object:
        """Run and record ``w.grad = …`` or ``del w.grad``."""
        context, tensor, value = self._context, args[0], args[1] if len(args) > 1 else None
        leaf, before = None, None
        with context.quietly("a gradient"):
            assert isinstance(tensor, torch.Tensor)
            leaf = context.leaves.find(tensor) or context.leaves.meet(tensor, user_frame())
            before = _recalled(context, tensor.grad) if leaf is not None else None
        out = func(*args, **kwargs)
        if leaf is None or not isinstance(tensor, torch.Tensor):
            return out
        if value is None:
            context.log.put("grad_zero", {"before": before, "after": None}, {"to": "None", **_place()}, param=leaf.name)
            return out
        with context.quietly("a gradient"):
            captures = {"before": before, "after": _recalled(context, tensor.grad)}
            context.log.put("grad_edit", captures, {"by": "assignment", **_place()}, param=leaf.name)
        return out

    def in_place(self, name: str, func: Function, args: Arguments, kwargs: Keywords) -> object:
        """Run and record an in-place call: on a gradient, on a leaf's memory, or an ordinary operation.

        Args:
            name: Public name of the function.
            func: The function.
            args: Its arguments; the first is what it changes.
            kwargs: Its keyword arguments.
        """
        grad_mode = torch.is_grad_enabled()
        watches: list[_GradEdit | _HandUpdate] = []
        with self._context.quietly(name):
            watches = self._watches(name, unique(tensors_in(args[:1])), grad_mode)
        if not watches:
            return self._forward.run(name, func, args, kwargs, in_place=True)
        out = func(*args, **kwargs)
        with self._context.quietly(name):
            for watch in watches:
                watch.done()
                self.updated_by_hand |= isinstance(watch, _HandUpdate) and watch.updated
        return out

    def _watches(self, name: str, targets: list[torch.Tensor], grad_mode: bool) -> list[_GradEdit | _HandUpdate]:
        """Watch the gradients and leaves whose memory a call on these tensors changes behind autograd's back."""
        leaves = self._context.leaves
        plain = [tensor for tensor in targets if tensor.is_floating_point() or tensor.is_complex()]
        owners = leaves.grad_owners() if any(not tensor.requires_grad for tensor in plain) else {}
        watches: list[_GradEdit | _HandUpdate] = []
        for tensor in plain:
            grad_of = owners.get(storage_of(tensor)[0]) or owners.get(id(tensor))
            leaf = leaves.owner(tensor)
            if grad_of is not None:
                watches.append(_GradEdit(self._context, grad_of, tensor, name))
            elif leaf is not None and leaf.origin != "buffer":
                behind = leaf.tensor is not tensor or not grad_mode or name == "Tensor.data"
                watches += [_HandUpdate(self._context, leaf, name)] if behind else []
        return watches


def _place() -> Facts:
    return dict(place_of(source_of(user_frame())))


def _recalled(context: Context, grad: torch.Tensor | None) -> Capture | None:
    return None if grad is None else context.capture.recall_later(grad)


class _GradEdit:
    """A change of a leaf's ``.grad``, as by clipping, noise or ``zero_``. Make it before the call."""

    def __init__(self, context: Context, leaf: Leaf, grad: torch.Tensor, name: str) -> None:
        self._context, self._leaf, self._grad, self._name = context, leaf, grad, name
        self._version = grad._version
        self._before = self._take()

    def _take(self) -> Capture | None:
        """Capture the leaf's whole gradient: the call may have got a part or an alias of it."""
        leaf = self._leaf.tensor
        return None if leaf is None or leaf.grad is None else self._context.capture.take(leaf.grad)

    def done(self) -> None:
        """Record the change, if there was one."""
        if self._grad._version == self._version:
            return
        captures = {"before": self._before, "after": self._take()}
        if self._name.endswith("zero_"):
            self._context.log.put("grad_zero", captures, {"to": "zeros", **_place()}, param=self._leaf.name)
        else:
            self._context.log.put("grad_edit", captures, {"by": self._name, **_place()}, param=self._leaf.name)


class _HandUpdate:
    """A change of a leaf by hand: ``w -= lr * w.grad`` under ``no_grad``, or through ``w.data``."""

    def __init__(self, context: Context, leaf: Leaf, name: str) -> None:
        self._context, self._leaf, self._name = context, leaf, name
        self._old = None if leaf.tensor is None else leaf.tensor.detach().clone()
        self.updated = False

    def done(self) -> None:
        """Record the update."""
        tensor = self._leaf.tensor
        if tensor is None or self._old is None:
            return
        self._context.leaves.moved(self._leaf)
        put_update(self._context, self._leaf.name, self._old, tensor, {"by": self._name, **_place()})
        self.updated = True


def put_update(
    context: Context,
    name: str,
    old: torch.Tensor | None,
    tensor: torch.Tensor,
    facts: Facts,
    state: dict[str, Capture | None] | None = None,
    before: Capture | None = None,
) -> None:
    """Record that a leaf changed: its content before and after, the difference, and the gradient used.

    Args:
        context: What the parts of the recording share.
        name: Name of the leaf.
        old: A copy of the leaf before, of any shape, which is ours and does not change.
        tensor: The leaf as it is now.
        facts: Who changed it, and how.
        state: The optimizer's state for it.
        before: Capture of the leaf before; None takes it from `old`.
    """
    capture = context.capture
    taken = before or (None if old is None else capture.later(old))
    after = capture.later(tensor.detach())
    delta = None
    if old is not None and old.shape == tensor.shape and old.dtype is tensor.dtype:
        delta = capture.later(torch.sub(tensor, old))
    put_change(context, name, tensor, facts, (taken, after, delta), state)


def put_change(
    context: Context,
    name: str,
    tensor: torch.Tensor,
    facts: Facts,
    change: tuple[Capture | None, Capture, Capture | None],
    state: dict[str, Capture | None] | None = None,
) -> None:
    """Record that a leaf changed, as `put_update` does, where `change` tells: before, after and difference."""
    before, after, delta = change
    grad = None if tensor.grad is None else context.capture.recall_later(tensor.grad)
    context.capture.remember(tensor, after)
    captures = {"before": before, "after": after, "delta": delta, "grad": grad, **(state or {})}
    context.log.put("param_update", captures, facts, param=name)
