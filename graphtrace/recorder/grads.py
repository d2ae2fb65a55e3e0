"""Record what happens to leaves and their .grad outside a backward pass: zeroing, clipping, updates by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from graphtrace.recorder.fetch import Pending
from graphtrace.recorder.leaves import Leaf, tensors_in, unique
from graphtrace.recorder.source import user_frame
from graphtrace.tracer.saved import storage_of

if TYPE_CHECKING:
    from graphtrace.recorder import record


def set_grad(recorder: record, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Record ``w.grad = …`` and ``del w.grad``."""
    tensor, value = args[0], args[1] if len(args) > 1 else None
    leaf, before = None, None
    with recorder.tape.quietly("a gradient"):
        leaf = recorder.leaves.find(tensor) or recorder.leaves.meet(tensor, user_frame())
        before = _content(recorder, tensor.grad) if leaf is not None else None
    out = func(*args, **kwargs)
    if leaf is None:
        return out
    with recorder.tape.quietly("a gradient"):
        values = {"before": before, "after": _content(recorder, tensor.grad)}
        if value is None:
            recorder.tape.put("grad_zero", values, {"to": "None"}, param=leaf.name)
        else:
            recorder.tape.put("grad_edit", values, {"by": "assignment"}, param=leaf.name)
    return out


def in_place(recorder: record, name: str, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Record an in-place call: on a gradient, on a leaf's memory, or as an ordinary op of the forward pass."""
    grad_mode = torch.is_grad_enabled()
    watches: list[_Edit | _Update] = []
    with recorder.tape.quietly(name):
        watches = _watches(recorder, name, unique(tensors_in(args[:1])), grad_mode)
    if not watches:
        return recorder.forward.op(name, func, args, kwargs, in_place=True)
    out = func(*args, **kwargs)
    with recorder.tape.quietly(name):
        for watch in watches:
            watch.done()
    return out


def _watches(recorder: record, name: str, targets: list[torch.Tensor], grad_mode: bool) -> list[_Edit | _Update]:
    """Watch the gradients and leaves whose memory a call on these tensors changes behind autograd's back."""
    plain = [tensor for tensor in targets if tensor.is_floating_point() or tensor.is_complex()]
    owners = recorder.leaves.grad_owners() if any(not tensor.requires_grad for tensor in plain) else {}
    watches: list[_Edit | _Update] = []
    for tensor in plain:
        grad_of = owners.get(storage_of(tensor)[0]) or owners.get(id(tensor))
        leaf = recorder.leaves.owner(tensor)
        if grad_of is not None:
            watches.append(_Edit(recorder, grad_of, tensor, name))
        elif leaf is not None and leaf.origin != "buffer":
            behind = leaf.tensor is not tensor or not grad_mode or name == "Tensor.data"
            watches += [_Update(recorder, leaf, name)] if behind else []
    return watches


def _content(recorder: record, grad: torch.Tensor | None) -> Pending | None:
    return None if grad is None else recorder.tape.contents.recall(grad)


class _Edit:
    """A change of a leaf's .grad: clipping, noise, ``zero_``."""

    def __init__(self, recorder: record, leaf: Leaf, grad: torch.Tensor, name: str) -> None:
        self._recorder, self._leaf, self._grad, self._name = recorder, leaf, grad, name
        self._version = grad._version
        self._before = self._take()

    def _take(self) -> Pending | None:
        """Read the leaf's whole gradient: what the call was given may be a part or an alias of it."""
        leaf = self._leaf.tensor
        return None if leaf is None or leaf.grad is None else self._recorder.tape.contents.take(leaf.grad)

    def done(self) -> None:
        """Record the change, if there was one."""
        if self._grad._version == self._version:
            return
        values = {"before": self._before, "after": self._take()}
        if self._name.endswith("zero_"):
            self._recorder.tape.put("grad_zero", values, {"to": "zeros"}, param=self._leaf.name)
        else:
            self._recorder.tape.put("grad_edit", values, {"by": self._name}, param=self._leaf.name)


class _Update:
    """A change of a leaf by hand: ``w -= lr * w.grad`` under ``no_grad``, or through ``w.data``."""

    def __init__(self, recorder: record, leaf: Leaf, name: str) -> None:
        self._recorder, self._leaf, self._name = recorder, leaf, name
        self._kept = None if leaf.tensor is None else leaf.tensor.detach().clone()

    def done(self) -> None:
        """Record the update."""
        tensor = self._leaf.tensor
        if tensor is None or self._kept is None:
            return
        self._recorder.leaves.moved(self._leaf)
        put_update(self._recorder, self._leaf.name, self._kept, tensor, {"by": self._name})
        self._recorder.updated_by_hand = True


def put_update(
    recorder: record,
    name: str,
    before: torch.Tensor | None,
    tensor: torch.Tensor,
    facts: dict[str, Any],
    state: dict[str, Pending | None] | None = None,
    before_taken: Pending | None = None,
) -> None:
    """Record that a leaf changed: its content before and after, the difference, and the gradient used.

    `before` is ours: the difference is written over it.
    """
    contents = recorder.tape.contents
    taken = before_taken or (None if before is None else contents.take(before))
    after = contents.take(tensor)
    delta = None
    if before is not None and before.shape == tensor.shape and before.dtype is tensor.dtype:
        delta = contents.take(torch.sub(tensor, before, out=before))
    grad = None if tensor.grad is None else contents.recall(tensor.grad)
    contents.remember(tensor, after)
    values: dict[str, Pending | None] = {"before": taken, "after": after, "delta": delta, "grad": grad, **(state or {})}
    recorder.tape.put("param_update", values, facts, param=name)
