"""Watch a long run: numbers of every so many steps, appended to a file that can be read while it grows."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

from graphtrace.errors import TraceError, shown
from graphtrace.model import dumps
from graphtrace.recorder.unseen import unseen
from graphtrace.runs.folder import GRAPH, WATCHED, RunFolder, append_line, write_whole
from graphtrace.runs.loss import LossWatch
from graphtrace.runs.measures import ActivationMeasures, ParameterMeasures


class watch:  # noqa: N801 - reads as a verb: `with gt.watch(model, optimizer)`
    """Write numbers of every so many steps of a run, from now on until the block ends or `close` is called.

    Per parameter: norm of the gradient, update over weight, shares of zeros and of units whose gradient is zero. Per
    module that makes zeros, as ``ReLU``: shares of zeros and of units that never fire. Besides the loss, the learning
    rate and the seconds. One line of ``watched.jsonl`` a watched step; the app shows the folder while it grows.
    Parameters, gradients and random numbers are those of the run without it. Steps between watched ones run as they
    would; nothing is kept in memory.

    Args:
        model: What is trained.
        optimizer: Its optimizer; a step ends when its ``step`` has ended.
        every: Watch every so many steps, from step 0 on.
        to: The folder, made if it is missing; one that a run wrote before is continued.
        step: How many steps were done before.

    Raises:
        TraceError: An argument is of the wrong kind.
        FileError: The folder cannot be written.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        every: int = 10,
        to: str | Path = "run",
        *,
        step: int = 0,
    ) -> None:
        _check(model, optimizer, every, step)
        named = {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
        self._every, self._step, self._thread = every, step, threading.get_ident()
        self._parameters = ParameterMeasures(tuple(named.values()))
        self._activations = ActivationMeasures(model)
        self._loss = LossWatch(model, self._thread)
        self._folder = RunFolder.made(to, {"model": type(model).__name__, "torch": torch.__version__})
        self._loss.wants_graph = not (self._folder.path / GRAPH).is_file()
        sizes = [parameter.numel() for parameter in named.values()]
        append_line(
            self._folder.path / WATCHED,
            {"every": every, "parameters": list(named), "sizes": sizes, "modules": list(self._activations.names)},
        )
        self._handles: list[RemovableHandle] = [
            optimizer.register_step_pre_hook(self._stepping),
            optimizer.register_step_post_hook(self._stepped),
        ]
        self._armed = self._measured = self._failed = False
        self._begun = time.perf_counter()
        self._arm()

    def __enter__(self) -> Self:
        """Return itself: watching has begun."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop watching."""
        self.close()

    def close(self) -> None:
        """Stop watching."""
        for handle in self._handles:
            handle.remove()
        self._handles = []
        self._disarm()

    def _arm(self) -> None:
        if self._step % self._every == 0:
            self._activations.arm()
            self._loss.arm()
            self._armed = True

    def _disarm(self) -> None:
        self._activations.disarm()
        self._loss.disarm()
        self._armed = False

    def _stepping(self, optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
        if self._armed and threading.get_ident() == self._thread:
            try:
                with unseen():
                    self._parameters.before_step()
                self._measured = True
            except RuntimeError as error:
                self._say(error)

    def _stepped(self, optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
        if threading.get_ident() != self._thread:
            return
        if self._measured:
            try:
                with unseen():
                    self._write(optimizer)
            except (RuntimeError, OSError) as error:
                self._say(error)
        if self._armed:
            self._disarm()
        self._measured = False
        self._step += 1
        self._arm()

    def _write(self, optimizer: torch.optim.Optimizer) -> None:
        measured = self._parameters.after_step()
        outputs = self._activations.measured()
        values = _numbers([*measured, *outputs])
        rows = self._parameters.rows(values[: len(measured)])
        modules = self._activations.rows(values[len(measured) :])
        rate, root = optimizer.param_groups[0].get("lr"), self._loss.root
        line: dict[str, object] = {"step": self._step}
        if root is not None and root.numel() == 1:
            line["loss"] = plain(float(root))
        if rate is not None:
            line["lr"] = plain(float(rate))
        line["seconds"] = round(time.perf_counter() - self._begun, 3)
        line["p"] = [None if row is None else [plain(value) for value in row] for row in rows]
        line["m"] = [None if row is None else [plain(value) for value in row] for row in modules]
        append_line(self._folder.path / WATCHED, line)
        if self._loss.graph is not None:
            graph, self._loss.graph = self._loss.graph, None
            write_whole(self._folder.path / GRAPH, dumps(graph, compress=True))

    def _say(self, error: Exception) -> None:
        if not self._failed:
            self._failed = True
            said = f"graphtrace: step {self._step:,} could not be watched: {type(error).__name__}: {error}"
            print(said, file=sys.stderr, flush=True)


def plain(value: float | None) -> object:
    """Return a number with four digits, for a file; one that is not finite as a word."""
    if value is None:
        return None
    return float(f"{value:.4g}") if value - value == 0 else str(value)


def _numbers(measured: list[torch.Tensor]) -> list[float]:
    """Bring all measures over, of each device at once."""
    if not measured:
        return []
    if len({one.device for one in measured}) == 1:
        return [float(value) for value in torch.stack(measured).tolist()]
    return [float(one) for one in measured]


def _check(model: object, optimizer: object, every: object, step: object) -> None:
    if not isinstance(model, nn.Module):
        raise TraceError(f"model is not a torch.nn.Module: {shown(model)} (pass the model)")
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TraceError(f"optimizer is not a torch.optim.Optimizer: {shown(optimizer)} (pass the optimizer)")
    if type(every) is not int or every < 1:
        raise TraceError(f"every is no number of steps: {shown(every)} (must be an int, 1 or more)")
    if type(step) is not int or step < 0:
        raise TraceError(f"step is no number of steps: {shown(step)} (must be an int, 0 or more)")
