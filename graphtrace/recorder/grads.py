"""Record what happens to leaves and their .grad outside a backward pass: zeroing, clipping, updates by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch

from graphtrace.recorder.fetch import Pending
from graphtrace.recorder.leaves import Leaf, tensors_in, unique
from graphtrace.recorder.source import user_frame

if TYPE_CHECKING:
    from graphtrace.recorder import record


def set_grad(recorder: record, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Record ``w.grad = …`` and ``del w.grad``."""
    tensor, value = args[0], args[1] if len(args) > 1 else None
    leaf = recorder.leaves.find(tensor) or recorder.leaves.meet(tensor, user_frame())
    before = None
    if leaf is not None and tensor.grad is not None:
        with recorder.tape.quietly("a gradient"):
            before = recorder.tape.contents.recall(tensor.grad)
    out = func(*args, **kwargs)
    if leaf is not None:
        if value is None:
            recorder.tape.put("grad_zero", {"before": before, "after": None}, {"to": "None"}, param=leaf.name)
        else:
            after = _taken(recorder, tensor.grad)
            recorder.tape.put("grad_edit", {"before": before, "after": after}, {"by": "assignment"}, param=leaf.name)
    return out


def in_place(recorder: record, name: str, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Record an in-place call: on a gradient, on a leaf's memory, or as an ordinary op of the forward pass."""
    targets = unique(tensors_in(args[:1]))
    edits = [_Edit(recorder, leaf, tensor, name) for tensor in targets if (leaf := _grad_of(recorder, tensor))]
    updates = [_Update(recorder, leaf, name) for leaf in _updated(recorder, targets)]
    if not edits and not updates:
        return recorder.forward.op(name, func, args, kwargs, in_place=True)
    out = func(*args, **kwargs)
    for edit in edits:
        edit.done()
    for update in updates:
        update.done()
    return out


def _grad_of(recorder: record, tensor: torch.Tensor) -> Leaf | None:
    if tensor.requires_grad or not (tensor.is_floating_point() or tensor.is_complex()):
        return None
    return recorder.leaves.grad_owner(tensor)


def _updated(recorder: record, targets: list[torch.Tensor]) -> list[Leaf]:
    """Return the leaves whose memory an in-place call on these tensors changes, bypassing autograd."""
    leaves = []
    for tensor in targets:
        leaf = recorder.leaves.owner(tensor)
        if leaf is not None and leaf.origin != "buffer" and (leaf.tensor is not tensor or not torch.is_grad_enabled()):
            leaves.append(leaf)
    return leaves


def _taken(recorder: record, tensor: torch.Tensor | None) -> Pending | None:
    if tensor is None:
        return None
    with torch.no_grad():
        return recorder.tape.contents.take(tensor)


class _Edit:
    """A change of a leaf's .grad: clipping, noise, ``zero_``."""

    def __init__(self, recorder: record, leaf: Leaf, grad: torch.Tensor, name: str) -> None:
        self._recorder, self._leaf, self._grad, self._name = recorder, leaf, grad, name
        self._version = grad._version
        self._before = _taken(recorder, grad)

    def done(self) -> None:
        """Record the change, if there was one."""
        if self._grad._version == self._version:
            return
        values = {"before": self._before, "after": _taken(self._recorder, self._grad)}
        if "zero_" in self._name:
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
    """Record that a leaf changed: its content before and after, the difference, and the gradient used."""
    with torch.no_grad():
        contents = recorder.tape.contents
        after = contents.take(tensor)
        values: dict[str, Pending | None] = {
            "before": before_taken or (None if before is None else contents.take(before)),
            "after": after,
            "delta": None if before is None else contents.take(torch.sub(tensor, before, out=before)),
            "grad": None if tensor.grad is None else contents.recall(tensor.grad),
        }
    contents.remember(tensor, after)
    recorder.tape.put("param_update", {**values, **(state or {})}, facts, param=name)
