"""Record optimizer steps: what every parameter was before and after, with the state and the learning rate."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any

import torch

from graphtrace.recorder.fetch import Pending
from graphtrace.recorder.grads import put_update
from graphtrace.recorder.memory import same_bits
from graphtrace.recorder.source import user_frame

if TYPE_CHECKING:
    from graphtrace.recorder import record

KEEP_BYTES = 16 << 20  # parameters up to this size in all are cloned before a step, to tell the difference


@dataclass(slots=True)
class _Before:
    tensor: torch.Tensor
    name: str
    group: dict[str, Any]
    version: int
    kept: torch.Tensor | None
    taken: Pending


class OptimizerTap:
    """Hooks before and after ``optimizer.step``: on the one given, else on all of this thread."""

    def __init__(self, recorder: record, optimizer: torch.optim.Optimizer | None) -> None:
        self._recorder = recorder
        self._thread = threading.get_ident()
        self._before: list[_Before] = []
        self._frame: FrameType | None = None  # where torch runs the step, while it runs
        self._failed = False
        if optimizer is not None:
            pre, post = optimizer.register_step_pre_hook, optimizer.register_step_post_hook
        else:
            from torch.optim import optimizer as module

            pre, post = module.register_optimizer_step_pre_hook, module.register_optimizer_step_post_hook
        self._handles = [pre(self._begin), post(self._end)]

    def remove(self) -> None:
        """Take the hooks off."""
        for handle in self._handles:
            handle.remove()
        self._frame, self._before = None, []

    def is_stepping(self) -> bool:
        """Whether a step is running: no hook tells that one was left by an exception, but the stack does."""
        if self._frame is None:
            return False
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame is not self._frame:
            frame = frame.f_back
        if frame is None:
            self._frame, self._before = None, []
            if not self._failed:
                facts = {"type": "", "message": "an exception of the program's own left the step", "call": "step"}
                self._recorder.tape.put("error", facts=facts)
        return frame is not None

    def failed(self) -> None:
        """Note that an exception was recorded, which may leave the step."""
        self._failed = True

    def _begin(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        if threading.get_ident() == self._thread:
            self._frame, self._failed = sys._getframe(1), False
            with self._recorder.tape.quietly("a step"):
                self._note_all(optimizer)

    def _note_all(self, optimizer: torch.optim.Optimizer) -> None:
        recorder = self._recorder
        facts = {"optimizer": type(optimizer).__name__, "groups": len(optimizer.param_groups)}
        recorder.tape.put("step_begin", facts=facts)
        pairs = [(tensor, group) for group in optimizer.param_groups for tensor in group["params"]]
        keep = sum(tensor.nbytes for tensor, _ in pairs) <= KEEP_BYTES
        self._before = [self._note(tensor, group, keep) for tensor, group in pairs]

    def _note(self, tensor: torch.Tensor, group: dict[str, Any], keep: bool) -> _Before:
        leaves = self._recorder.leaves
        leaf = leaves.find(tensor) or leaves.meet(tensor, user_frame())
        kept = tensor.detach().clone() if keep else None
        taken = self._recorder.tape.contents.recall(tensor)
        return _Before(tensor, leaf.name if leaf else "unnamed", group, tensor._version, kept, taken)

    def _end(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:
        if threading.get_ident() == self._thread:
            self._frame = None
            with self._recorder.tape.quietly("a step"):
                self._record_all(optimizer)

    def _record_all(self, optimizer: torch.optim.Optimizer) -> None:
        recorder = self._recorder
        groups = {id(before.group): before.group for before in self._before}
        settings = {key: _plain_settings(group) for key, group in groups.items()}
        for before in self._before:
            if self._has_changed(before):
                facts = {"by": type(optimizer).__name__, **settings[id(before.group)]}
                self._updated(optimizer, before, facts)
        self._before = []
        recorder.tape.put("step_end", facts={"optimizer": type(optimizer).__name__})
        recorder.tape.settle()
        recorder.tape.step += 1

    def _has_changed(self, before: _Before) -> bool:
        """An optimizer that works on ``p.data`` leaves the version alone: then the numbers tell."""
        if before.tensor._version != before.version:
            return True
        if before.kept is not None:
            return same_bits(before.kept, before.tensor) is not True
        return self._recorder.tape.contents.has_moved(before.tensor, before.taken)

    def _updated(self, optimizer: torch.optim.Optimizer, before: _Before, facts: dict[str, Any]) -> None:
        state: dict[str, Pending | None] = {}
        for name, value in optimizer.state.get(before.tensor, {}).items():
            if isinstance(value, torch.Tensor) and value.dim() == 0 and value.device.type == "cpu":
                facts[f"state:{name}"] = value.item()
            elif isinstance(value, torch.Tensor):
                state[f"state:{name}"] = self._recorder.tape.contents.take(value)
            elif isinstance(value, int | float | bool):
                facts[f"state:{name}"] = value
        put_update(self._recorder, before.name, before.kept, before.tensor, facts, state, before.taken)


def _plain_settings(group: dict[str, Any]) -> dict[str, Any]:
    """Return the group's hyperparameters that are plain numbers; pairs such as betas get a number each."""
    settings: dict[str, Any] = {}
    for name, value in group.items():
        if isinstance(value, torch.Tensor) and value.numel() == 1:
            settings[name] = value.item()
        elif isinstance(value, int | float | bool | str):
            settings[name] = value
        elif isinstance(value, tuple) and name == "betas":
            settings |= {f"beta{i + 1}": beta for i, beta in enumerate(value) if isinstance(beta, int | float)}
    return settings
