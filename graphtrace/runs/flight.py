"""The flight recorder: keeps the last steps whole, and writes them when something happens."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Self

import torch
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
from torch.utils.hooks import RemovableHandle

from graphtrace.errors import TraceError, shown
from graphtrace.literals import AccidentKind, Level
from graphtrace.model import Source
from graphtrace.recorder import record
from graphtrace.recorder.calls import raised_at, source_of, user_frame
from graphtrace.recorder.selection import SelectedSteps, Selection
from graphtrace.recorder.unseen import unseen
from graphtrace.runs import accidents
from graphtrace.runs.batch import batch, of_traceback, outward
from graphtrace.runs.call import ModelCall
from graphtrace.runs.checks import norms
from graphtrace.runs.folder import RunFolder
from graphtrace.runs.records import Accident, StepNumbers
from graphtrace.runs.state import StepStart
from graphtrace.runs.termination import Termination
from graphtrace.runs.words import told

_NUMBERS: tuple[AccidentKind, ...] = ("loss", "gradient", "parameter")


class flight_recorder:  # noqa: N801 - reads as a verb: `with gt.flight_recorder(model, optimizer)`
    """Keep the last training steps whole, and write them when something happens.

    Written are: an exception that leaves the block, or that the program catches inside; the first loss, gradient or
    parameter that is not finite; a gradient norm beyond `grad_norm`; Ctrl-C; SIGTERM. Each has a folder of its own with
    the recorded steps (``recording.json.gz``, which the app and `graphtrace.load` open), where it began
    (``accident.json``: node, line, cause, repair), and what the step started from (``state.safetensors``: parameters,
    buffers, the optimizer's state, batch, random numbers), so that `graphtrace.open_run` can run it again. The first of
    a kind is written; training goes on as it would. Beside them ``steps.jsonl`` grows by a line a step: loss,
    gradient norm, learning rate, seconds. Whatever was written stays readable when the process is killed.

    Parameters, gradients and random numbers are those of the run without it. A step costs what `graphtrace.record`
    costs, and a copy of the model and of the optimizer's state.

    Args:
        model: What is trained.
        optimizer: Its optimizer; a step ends when its ``step`` has ended.
        last: How many steps are kept whole, at least.
        to: The folder, made if it is missing; one that a run wrote before is continued.
        grad_norm: Norm of all gradients together beyond which a step is written, too.
        step: How many steps were done before.
        values: What is kept of large tensors, as for `record`.

    Raises:
        TraceError: An argument is of the wrong kind.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        last: int = 3,
        to: str | Path = "run",
        *,
        grad_norm: float | None = None,
        step: int = 0,
        values: Level = "stats",
    ) -> None:
        _check(model, optimizer, last, grad_norm, step)
        record(model, optimizer, values)  # checks the rest
        self._model, self._optimizer, self._to, self._limit = model, optimizer, to, grad_norm
        self._values: Level = values
        self._steps = SelectedSteps(Selection(last=last), self._block, optimizer, summarizes=False)
        self._step, self._used = step, False
        self._written: set[AccidentKind] = set()
        self._state, self._call = StepStart(model, optimizer), ModelCall()
        self._termination = Termination(self._terminated)
        self._handles: list[RemovableHandle] = []
        self._running: record | None = None
        self._numbers = StepNumbers(step)
        self._thread, self._ended = 0, 0.0
        self._home: CodeType | None = None  # of the frame that holds the block

    def _block(self, step: int, watched: torch.optim.Optimizer) -> record:
        self._running = record(self._model, watched, self._values, step=step)
        return self._running

    def __enter__(self) -> Self:
        """Begin.

        Raises:
            TraceError: It was used before.
            FileError: The folder cannot be written.
        """
        if self._used:
            raise TraceError(f"this flight recorder was used before: {shown(self)} (make another for another block)")
        import safetensors.torch  # noqa: F401  # now, and not in the middle of an accident

        self._folder = RunFolder.made(self._to, {"model": type(self._model).__name__, "torch": torch.__version__})
        self._used, self._thread, self._home = True, threading.get_ident(), sys._getframe(1).f_code
        with unseen():
            self._state.take()
        self._steps.start(self._step)
        self._handles = [
            register_optimizer_step_pre_hook(self._stepping),
            register_optimizer_step_post_hook(self._stepped),
            self._model.register_forward_pre_hook(self._call.note, with_kwargs=True),
        ]
        self._termination.watch()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop. An exception is written, and raised on."""
        self._termination.restore()
        for handle in self._handles:
            handle.remove()
        ends = error is not None and not isinstance(error, SystemExit | GeneratorExit)
        if error is not None and ends:
            self._steps.ended_by(error)
        self._steps.end()
        if error is not None and ends:
            why: AccidentKind = "interrupted" if isinstance(error, KeyboardInterrupt) else "exception"
            text = () if why == "interrupted" else (type(error).__name__, str(error)[:4000])
            self._write(why, error=error, source=raised_at(error), text=text)
        self._running = None

    def _is_own(self, optimizer: torch.optim.Optimizer) -> bool:
        return optimizer is self._optimizer and threading.get_ident() == self._thread

    def _stepping(self, optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
        """Look at the loss and the gradients before they move the parameters."""
        if not self._is_own(optimizer):
            return
        with unseen():
            roots = self._running.roots() if self._running is not None else ()
            loss = next((float(root) for root in roots if root.numel() == 1), None)
            found = norms({name: p.grad for name, p in self._model.named_parameters() if p.grad is not None})
        rate = optimizer.param_groups[0].get("lr")
        self._numbers = StepNumbers(self._step, loss, found.total, float(rate) if rate is not None else None)
        if loss is not None and not math.isfinite(loss):
            self._write("loss", value=loss)
        elif found.first_bad is not None:
            self._write("gradient", name=found.first_bad)
        elif self._limit is not None and found.total is not None and found.total > self._limit:
            self._write("grad_norm", name=found.largest, value=found.total)

    def _stepped(self, optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
        """Look at the parameters, and copy what the next step starts from."""
        if not self._is_own(optimizer):
            return
        with unseen():
            bad = norms(dict(self._model.named_parameters())).first_bad
        if bad is not None:
            self._write("parameter", name=bad, ended=True)
        elif self._has_failed():
            self._write("exception", ended=True)
        now = time.perf_counter()
        self._line(now)
        self._step, self._ended = self._step + 1, now
        self._call.forget()
        with unseen():
            self._state.take()

    def _has_failed(self) -> bool:
        latest = self._steps.latest()
        return isinstance(latest, record) and latest.has_failed()

    def _line(self, now: float) -> None:
        known = self._numbers
        seconds = now - self._ended if self._ended else None
        try:
            self._folder.append(StepNumbers(self._step, known.loss, known.grad_norm, known.lr, seconds))
        except OSError as error:
            self._say(f"the step's numbers cannot be written ({error.strerror})")

    def _terminated(self, frame: FrameType | None) -> None:
        self._write("terminated", source=source_of(user_frame(frame)) if frame is not None else None)

    def _write(
        self,
        kind: AccidentKind,
        name: str = "",
        value: float | None = None,
        error: BaseException | None = None,
        source: Source | None = None,
        text: tuple[str, ...] = (),
        ended: bool = False,
    ) -> None:
        """Write an accident, the first of its kind. Training goes on also where that fails.

        Args:
            kind: What happened.
            name: The parameter concerned.
            value: The loss or the norm.
            error: The exception.
            source: The line that ran.
            text: Class and message of the exception.
            ended: Whether the step's block has ended, and that of the next one has begun.
        """
        if kind in self._written:
            return
        self._written.update(_NUMBERS if kind in _NUMBERS else (kind,))
        try:
            with unseen():
                scene = accidents.AccidentScene(
                    self._steps.recording(), self._state, self._call.tree(), self._batch(ended, error), error, source
                )
                accident = Accident(kind, self._step, name, value, text)
                path, accident = accidents.write(self._folder, accident, scene)
            self._say(f"{told(accident, 'en')} → {path}")
        except Exception as failure:
            self._say(f"step {self._step:,} could not be written: {type(failure).__name__}: {failure}")

    def _batch(self, ended: bool, error: BaseException | None) -> Mapping[str, torch.Tensor]:
        latest = (None if ended else self._steps.running()) or self._steps.latest()
        if not isinstance(latest, record):
            return {}
        frames = outward(sys._getframe(1), self._home) if error is None else of_traceback(error)
        return batch(latest.numbered(), frames)

    def _say(self, text: str) -> None:
        print(f"graphtrace: {text}", file=sys.stderr, flush=True)


def _check(model: object, optimizer: object, last: object, grad_norm: object, step: object) -> None:
    if not isinstance(model, nn.Module):
        raise TraceError(f"model is not a torch.nn.Module: {shown(model)} (pass the model)")
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TraceError(f"optimizer is not a torch.optim.Optimizer: {shown(optimizer)} (pass the optimizer)")
    if type(last) is not int or last < 1:
        raise TraceError(f"last is no number of steps: {shown(last)} (must be an int, 1 or more)")
    if type(step) is not int or step < 0:
        raise TraceError(f"step is no number of steps: {shown(step)} (must be an int, 0 or more)")
    if grad_norm is not None and not (isinstance(grad_norm, int | float) and grad_norm > 0):
        raise TraceError(f"grad_norm is no limit: {shown(grad_norm)} (must be a number above 0, or None)")
