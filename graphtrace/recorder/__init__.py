"""Record: one real training step, as events that can be replayed.

Nothing is monkeypatched: a function mode sees the user's torch calls, hooks on nodes, modules and
optimizers see the rest, and all of them are gone when the block ends, also after an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import torch
from torch import nn
from torch.autograd.graph import Node

from graphtrace.errors import TraceError, shown
from graphtrace.literals import LEVELS, Level
from graphtrace.model import Op, Recording, Source
from graphtrace.recorder.forward import ForwardMode, ForwardTape, Past
from graphtrace.recorder.grads import in_place, set_grad
from graphtrace.recorder.leaves import Leaves
from graphtrace.recorder.modules import ModuleStack
from graphtrace.recorder.optim import OptimizerTap
from graphtrace.recorder.passes import run_backward
from graphtrace.recorder.source import raised_at, source_of, user_frame
from graphtrace.recorder.tape import Tape

__all__ = ["record"]


class record:  # noqa: N801 - reads as a verb: `with gt.record(net) as rec`
    """Record everything that autograd does inside a ``with`` block.

    Records forward operations, every ``backward`` and ``autograd.grad``, zeroing, edits of
    ``.grad``, and optimizer steps, on the calling thread. Results, gradients and random numbers
    are those of the unrecorded program. Costs: hooks on every node, copies of small tensors, statistics
    of large ones; the cyclic collector pauses during a backward pass. Under a recording
    ``torch.compile`` breaks its graphs at every call. Not seen, since torch tells no function mode:
    ``autograd.backward`` of nothing but ``GradientEdge``s (``autograd.grad`` of them is). Batched gradients
    run unrecorded, with a warning.

    Args:
        net: Names modules and parameters.
        optimizer: Watch this one only; None watches every optimizer that this thread steps.
        values: ``stats``: the numbers of tensors up to 1,024 elements whole; of larger ones a sample, norm,
            min, max and mean; above 65,536 float32 elements on the CPU a sample and the norm.
            ``full``: whole tensors of any size, up to `budget_bytes`, and all statistics.
        budget_bytes: Bytes of large whole tensors to keep at most.
        params: Names for leaves that no module owns. Others are named after the user's variable.
        after: An earlier block, ended, that this one goes on from: operations count on, and what was made
            there keeps its operation and its module.
        step: How many optimizer steps were done before; None goes on counting from `after`.

    Raises:
        TraceError: An argument is of the wrong kind.
    """

    def __init__(
        self,
        net: nn.Module | None = None,
        optimizer: torch.optim.Optimizer | None = None,
        values: Level = "stats",
        budget_bytes: int = 256 << 20,
        params: Mapping[str, torch.Tensor] | None = None,
        after: record | None = None,
        step: int | None = None,
    ) -> None:
        _check(net, optimizer, values, budget_bytes, params)
        _check_order(after, step)
        self._net, self._optimizer, self._params = net, optimizer, params
        self.tape = Tape(values, budget_bytes)
        self._past: Past | None = None
        if after is not None:
            self.tape.ops, self.tape.tensors = list(after.tape.ops), list(after.tape.tensors)
            self.tape.step, self._past = after.tape.step, after._past
        self.tape.step = self.tape.step if step is None else step
        self.updated_by_hand = False
        self._done: Recording | None = None
        self._ended = False
        self._used = False

    @property
    def recording(self) -> Recording:
        """What was recorded; inside the block, what was recorded so far. Put together when first asked for."""
        if self._done is None or not self._ended:
            self._done = self.tape.recording()
        return self._done

    def __enter__(self) -> Self:
        """Start recording.

        Raises:
            TraceError: This recorder was used before.
        """
        if self._used:
            raise TraceError(
                f"this recorder was used before: {shown(self)} (make another with record(…) for another block)"
            )
        self._used = True
        self.leaves = Leaves(self._net, self._params)
        self.forward = ForwardTape(self, self._past)
        self.modules = ModuleStack(self._net)
        self._optimizers = OptimizerTap(self, self._optimizer)
        self._mode = ForwardMode(self)
        self._mode.__enter__()  # type: ignore[no-untyped-call]
        return self

    def adopt(self, net: nn.Module) -> None:
        """Take in the names of a net that the block itself makes, before its first forward pass.

        Raises:
            TraceError: `net` is no module, or the block is not running.
        """
        if not isinstance(net, nn.Module):
            raise TraceError(f"net is not a torch.nn.Module: {shown(net)} (pass the model)")
        if not self._used or self._ended:
            raise TraceError(f"this recorder is not recording: {shown(self)} (adopt a net inside its block)")
        self.leaves.adopt(net)
        self.modules.adopt(net)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop recording. An exception of the block becomes the last event and goes on its way."""
        self._mode.__exit__(kind, error, traceback)  # type: ignore[no-untyped-call]
        if error is not None:
            self.ended_by(error)
        self._optimizers.remove()
        self.modules.remove()
        self.tape.settle()
        self._past = self.forward.past()
        self._ended = True
        self._net = self._optimizer = self._params = None
        del self.leaves, self.forward, self.modules, self._optimizers, self._mode

    def made_by(self, nodes: Sequence[Node]) -> list[Op | None]:
        """Return per node of torch the operation that made it; None for leaves and for nodes from elsewhere."""
        past = self.forward.past() if self._used and not self._ended else self._past
        return [None] * len(nodes) if past is None else past.makers.made_by(nodes, self.tape.ops)

    def call(self, role: str, name: str, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Run one torch call of the block and record what it did."""
        try:
            if role == "backward":
                return run_backward(self, func, args, kwargs)
            if role == "set_grad":
                return set_grad(self, func, args, kwargs)
            if role == "in_place":
                return in_place(self, name, func, args, kwargs)
            if role == "hook":
                return self._hook(func, args, kwargs)
            if self.updated_by_hand and torch.is_grad_enabled():  # without an optimizer a step ends as the next begins
                self.updated_by_hand = False
                self.tape.step += 1
            return self.forward.op(name, func, args, kwargs, in_place=False)
        except Exception as error:
            self.failed(error, call=name)
            raise

    def _place(self, source: Source | None) -> dict[str, Any]:
        """Say where the program stands: the running module, and the line of the user's code."""
        facts: dict[str, Any] = {"module": self.modules.here[0]}
        return facts if source is None else {**facts, "file": source.file, "line": source.line, "text": source.text}

    @property
    def in_optimizer(self) -> bool:
        """Whether an optimizer's step is running."""
        return self._optimizers.is_stepping()

    def _hook(self, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """A tensor gets a hook: note it, so that a gradient that it changes is told from a fault."""
        handle = func(*args, **kwargs)
        with self.tape.quietly("a hook"):
            self.forward.makers.hook(args[0])
        return handle

    def failed(
        self, error: BaseException, more: Mapping[str, Any] | None = None, call: str = "", **places: Any
    ) -> None:
        """Record an exception once, where it was first seen."""
        self._failed(error, source_of(user_frame()), {**(more or {}), "call": call}, places)

    def ended_by(self, error: BaseException) -> None:
        """Record an exception that ends the block, with the line that raised it, unless it was seen before."""
        self._failed(error, raised_at(error), {"call": ""}, {})

    def _failed(
        self, error: BaseException, source: Source | None, more: dict[str, Any], places: dict[str, Any]
    ) -> None:
        seen: set[int] = error.__dict__.setdefault("_graphtrace_seen", set())  # to hold the error would hold its frames
        if id(self) in seen:
            return
        seen.add(id(self))
        facts = {"type": type(error).__name__, "message": str(error)[:4000], **self._place(source), **more}
        self.tape.put("error", facts=facts, **places)
        self._optimizers.failed()
        self.tape.settle()


def _check_order(after: object, step: object) -> None:
    if after is not None and not isinstance(after, record):
        raise TraceError(
            f"after is not a recorder: {shown(after)} (pass the rec of an earlier `with record(…) as rec`)"
        )
    if isinstance(after, record) and not after._ended:
        raise TraceError(f"after is a recorder that has not ended: {shown(after)} (leave its block first)")
    if step is not None and (type(step) is not int or step < 0):
        raise TraceError(f"step is no number of steps: {shown(step)} (must be an int, 0 or more)")


def _check(net: object, optimizer: object, values: object, budget_bytes: object, params: object) -> None:
    if net is not None and not isinstance(net, nn.Module):
        raise TraceError(f"net is not a torch.nn.Module: {shown(net)} (pass the model, or nothing)")
    if optimizer is not None and not isinstance(optimizer, torch.optim.Optimizer):
        raise TraceError(f"optimizer is not a torch.optim.Optimizer: {shown(optimizer)} (pass it by name)")
    if values not in LEVELS:
        raise TraceError(f"unknown level of values: {shown(values)} (must be one of {list(LEVELS)})")
    if type(budget_bytes) is not int or budget_bytes < 0:
        raise TraceError(f"budget_bytes is no number of bytes: {shown(budget_bytes)} (must be an int, 0 or more)")
    if params is not None and not isinstance(params, Mapping):
        raise TraceError(f"params is not a dict of names to tensors: {shown(params)} (pass {{'w': w}} for a tensor w)")
    for name, tensor in (params or {}).items():
        if not isinstance(name, str) or not isinstance(tensor, torch.Tensor):
            raise TraceError(f"params does not map a name to a tensor: {shown(name)} (pass {{'w': w}} for a tensor w)")
