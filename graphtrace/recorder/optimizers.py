"""Record optimizer steps: what every parameter was before and after, with the state and the learning rate."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType
from typing import TypeGuard

import torch
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

from graphtrace.model import Note
from graphtrace.recorder.calls import RECORDER, place_of, source_of, user_frame
from graphtrace.recorder.capture import Capture
from graphtrace.recorder.context import Context
from graphtrace.recorder.copies import WHOLE
from graphtrace.recorder.leaf_changes import put_change, put_update
from graphtrace.recorder.log import Facts
from graphtrace.recorder.memory import same_bits
from graphtrace.recorder.step_copies import StepCopies

COPY_BYTES = 16 << 20  # parameters up to this size in all are copied before a step, to tell the difference

Group = Mapping[str, object]


@dataclass(slots=True)
class _ParamBefore:
    """A parameter before a step; `old` is a copy of it, None where all are too large, or copied together."""

    tensor: torch.Tensor
    name: str
    group: Group
    version: int
    old: torch.Tensor | None
    before: Capture
    state: dict[str, Capture | None]


class UnhookedOptimizer(Optimizer):
    """Stands for an optimizer where `record` wants one to watch: it is never stepped, and hooks nothing of torch's.

    Who knows of the steps of a real one can pass them on.
    """

    def __init__(self) -> None:
        self._optimizer_step_pre_hooks = OrderedDict()
        self._optimizer_step_post_hooks = OrderedDict()

    def pass_on_begin(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        """Tell the hooks that a real optimizer begins a step."""
        for hook in tuple(self._optimizer_step_pre_hooks.values()):
            hook(optimizer, args, kwargs)  # type: ignore[arg-type]  # torch hands hooks what it has

    def pass_on_end(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        """Tell the hooks that a real optimizer has ended its step."""
        for hook in tuple(self._optimizer_step_post_hooks.values()):
            hook(optimizer, args, kwargs)  # type: ignore[arg-type]


class OptimizerHooks:
    """Hooks before and after ``optimizer.step``.

    Args:
        context: What the parts of the recording share.
        optimizer: The one to watch; None watches every optimizer that this thread steps.

    Attributes:
        frame: Where torch runs the step, while it runs.
    """

    def __init__(self, context: Context, optimizer: Optimizer | None) -> None:
        self._context, self._log = context, context.log
        self._thread = threading.get_ident()
        self._params: list[_ParamBefore] = []
        self._copies = StepCopies(context.capture)
        self.frame: FrameType | None = None
        self._errors = 0  # exceptions recorded when the step began
        if optimizer is not None:
            handles = optimizer.register_step_pre_hook(self._begin), optimizer.register_step_post_hook(self._end)
        else:
            handles = register_optimizer_step_pre_hook(self._begin), register_optimizer_step_post_hook(self._end)
        self._handles = handles

    def remove(self) -> None:
        """Take the hooks off."""
        for handle in self._handles:
            handle.remove()
        self.frame, self._params = None, []
        self._copies.remove()

    def is_stepping(self) -> bool:
        """Return whether a step is running. No hook tells that an exception left one, but the stack does."""
        if self.frame is None:
            return False
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame is not self.frame:
            frame = frame.f_back
        if frame is None:
            self.frame, self._params = None, []
            if self._log.errors == self._errors:
                facts: Facts = {"type": "", "message": "an exception of the program's own left the step"}
                self._log.put("error", facts={**facts, "call": "step"})
        return frame is not None

    def _begin(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        if threading.get_ident() == self._thread:
            self.frame, self._errors = _frame_of_torch(), self._log.errors
            with self._context.quietly("a step"):
                self._note_all(optimizer)

    def _note_all(self, optimizer: Optimizer) -> None:
        groups = optimizer.param_groups
        place = place_of(source_of(user_frame()))
        self._context.capture.flush()
        self._log.put("step_begin", facts={"optimizer": type(optimizer).__name__, "groups": len(groups), **place})
        pairs: list[tuple[torch.Tensor, Group]] = [(tensor, group) for group in groups for tensor in group["params"]]
        copy = sum(tensor.nbytes for tensor, _ in pairs) <= COPY_BYTES
        if copy:
            self._copies.begin([tensor for tensor, _ in pairs])
        self._params = [self._note(tensor, group, optimizer.state.get(tensor, {}), copy) for tensor, group in pairs]
        self._context.capture.flush()  # the step changes them

    def _note(self, tensor: torch.Tensor, group: Group, state: Group, copy: bool) -> _ParamBefore:
        leaves = self._context.leaves
        leaf = leaves.find(tensor) or leaves.meet(tensor, user_frame())
        capture, before, old = self._context.capture, self._copies.before(tensor), None
        if before is None:
            old = tensor.detach().clone() if copy else None
            before = capture.later(old) if old is not None and tensor.numel() <= WHOLE else capture.recall(tensor)
        was: dict[str, Capture | None] = {
            f"was:{name}": capture.recall_later(value) for name, value in state.items() if _is_kept(value, name, tensor)
        }
        return _ParamBefore(tensor, leaf.name if leaf else "unnamed", group, tensor._version, old, before, was)

    def _end(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        if threading.get_ident() == self._thread:
            self.frame = None
            with self._context.quietly("a step"):
                self._record_all(optimizer)

    def _record_all(self, optimizer: Optimizer) -> None:
        self._copies.end()
        groups = {id(param.group): param.group for param in self._params}
        settings = {key: _plain_settings(group) for key, group in groups.items()}
        name = type(optimizer).__name__
        for param in self._params:
            if self._has_changed(param):
                self._updated(param, optimizer.state.get(param.tensor, {}), {"by": name, **settings[id(param.group)]})
            elif param.tensor.grad is None:
                frozen, version = not param.tensor.requires_grad, param.tensor._version
                self._log.note(Note("update_skipped", param=param.name, frozen=frozen))
                self._log.put(
                    "update_skipped", facts={"by": name, "frozen": frozen, "version": version}, param=param.name
                )
        self._params = []
        self._copies.done()
        self._log.put("step_end", facts={"optimizer": name})
        self._context.settle()
        self._log.step += 1

    def _has_changed(self, param: _ParamBefore) -> bool:
        """An optimizer that works on ``p.data`` leaves the version alone: then the numbers tell."""
        if param.tensor._version != param.version:
            return True
        old = param.old if param.old is not None else self._copies.old(param.tensor)
        if old is not None:
            return same_bits(old, param.tensor) is not True
        return self._context.capture.has_moved(param.tensor, param.before)

    def _updated(self, param: _ParamBefore, state: Mapping[str, object], facts: Facts) -> None:
        captures = param.state
        for name, value in state.items():
            if _is_kept(value, name, param.tensor):
                captures[f"state:{name}"] = taken = self._context.capture.later(value)
                self._context.capture.remember(value, taken)
            elif isinstance(value, torch.Tensor):
                facts[f"state:{name}"] = value.item()
            elif isinstance(value, int | float | bool):
                facts[f"state:{name}"] = value
        copied = self._copies.after(param.tensor)
        if copied is None:
            old = param.old if param.old is not None else self._copies.old(param.tensor)
            put_update(self._context, param.name, old, param.tensor, facts, captures, param.before)
        else:
            put_change(self._context, param.name, param.tensor, facts, (param.before, *copied), captures)


def _is_kept(value: object, name: str, param: torch.Tensor) -> TypeGuard[torch.Tensor]:
    """Return whether a part of the optimizer's state is kept as a tensor: not a count of steps."""
    if not isinstance(value, torch.Tensor):
        return False
    return value.dim() > 0 or value.device.type != "cpu" or (param.dim() == 0 and name != "step")


def _plain_settings(group: Group) -> Facts:
    """Return the group's hyperparameters that are plain numbers; pairs such as betas get a number each."""
    settings: Facts = {}
    for name, value in group.items():
        if isinstance(value, torch.Tensor) and value.numel() == 1:
            settings[name] = value.item()
        elif isinstance(value, int | float | bool | str):
            settings[name] = value
        elif isinstance(value, tuple) and name == "betas":
            settings |= {f"beta{i + 1}": beta for i, beta in enumerate(value) if isinstance(beta, int | float)}
    return settings


def _frame_of_torch() -> FrameType | None:
    """Return the frame that calls hooks of optimizers, which may have been passed on."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_filename.startswith(RECORDER):
        frame = frame.f_back
    return frame
