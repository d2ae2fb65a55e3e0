"""Which steps of a long run are recorded, and which of them stay whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from torch import nn
from torch._C import _len_torch_function_stack
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
from torch.utils.hooks import RemovableHandle

from graphtrace.errors import TraceError, shown
from graphtrace.model import Recording, StepSummary
from graphtrace.recorder.kept_steps import KeptSteps, RecordedStep, StepBlock
from graphtrace.recorder.optimizers import UnhookedOptimizer
from graphtrace.recorder.turns import Turns


@dataclass(frozen=True, slots=True)
class Selection:
    """Steps to record: those that any of the conditions asks for. A step is counted by optimizer steps that ended.

    Attributes:
        every: Every so many steps, from step 0 on.
        steps: These steps.
        last: The last so many; older ones leave their summary.
        when: Called with the number of a step as it begins; True records it.
        until: Called with the summary of a recorded step; once it returns True, nothing is recorded any more.
    """

    every: int | None = None
    steps: frozenset[int] = frozenset()
    last: int | None = None
    when: Callable[[int], bool] | None = None
    until: Callable[[StepSummary], bool] | None = None

    @property
    def first(self) -> int:
        """How many steps from 0 on are asked for by number: they are recorded as one, so a short run is whole."""
        return next(step for step in count() if step not in self.steps)

    def keeps(self, step: int) -> bool:
        """Return whether a step is recorded and stays whole."""
        listed = step in self.steps or (self.every is not None and step % self.every == 0)
        return listed or (self.when is not None and bool(self.when(step)))


def selection(
    every: object,
    steps: object,
    last: object,
    when: object,
    after: object = None,
    to: object = None,
    until: object = None,
) -> Selection | None:
    """Return what was asked for, None for every step in one block; steps that go to a file have blocks of their own.

    Raises:
        TraceError: An argument is of the wrong kind.
    """
    if every is None and steps is None and last is None and when is None:
        if to is None and until is None:
            return None
        every = 1
    if after is not None:
        raise TraceError(f"chosen steps continue no other block: {shown(after)} (leave out after=…)")
    for name, number in (("every", every), ("last", last)):
        if number is not None and (type(number) is not int or number < 1):
            raise TraceError(f"{name} is no number of steps: {shown(number)} (must be an int, 1 or more)")
    chosen = steps if steps is not None else ()
    if not isinstance(chosen, Collection) or not all(type(step) is int and step >= 0 for step in chosen):
        raise TraceError(f"steps are no numbers of steps: {shown(steps)} (give a set of ints, as {{0, 500}})")
    if until is not None and not callable(until):
        raise TraceError(f"until is no function: {shown(until)} (give a function of a step's summary)")
    if when is not None and not callable(when):
        raise TraceError(f"when is no function: {shown(when)} (give a function of the step's number)")
    assert every is None or isinstance(every, int)
    assert last is None or isinstance(last, int)
    return Selection(every, frozenset(chosen), last, when, until)


class SelectedSteps:
    """Records chosen steps, each in a block of its own; between them nothing watches but two hooks of optimizers.

    Args:
        chosen: Which steps.
        make: Makes the block of a step, given the step's number and the optimizer that it is to watch.
        optimizer: Whose steps are counted; None for those of every optimizer that this thread steps.
        summarizes: Whether steps that are no longer among the last leave their summary.
        to: File that whole steps are written to.
    """

    def __init__(
        self,
        chosen: Selection,
        make: Callable[[int, Optimizer], StepBlock],
        optimizer: Optimizer | None,
        summarizes: bool = True,
        to: str | Path | None = None,
    ) -> None:
        self._chosen, self._make, self._optimizer = chosen, make, optimizer
        self._passed_on, self._turns = UnhookedOptimizer(), Turns()
        self._kept = KeptSteps(chosen.last, summarizes, to)
        self._models: list[nn.Module] = []
        self._running: RecordedStep | None = None
        self._handles: tuple[RemovableHandle, ...] = ()
        self._thread = self._modes = self._number = 0
        self._is_over = False
        self._begun = 0.0

    def start(self, step: int) -> None:
        """Begin with the step of this number."""
        self._kept.start()
        self._thread, self._modes = threading.get_ident(), _len_torch_function_stack()
        before, after = (
            register_optimizer_step_pre_hook(self._stepping),
            register_optimizer_step_post_hook(self._stepped),
        )
        self._handles = before, after
        self._begin(step)

    def adopt(self, model: nn.Module) -> None:
        """Take in a model that the program has made."""
        self._models.append(model)
        if self._running is not None:
            self._running.block.adopt(model)

    def end(self) -> None:
        """Stop for good."""
        for handle in self._handles:
            handle.remove()
        self._handles = ()
        if self._running is not None and not len(self._running.block.recording):
            self._running.block.__exit__(None, None, None)
            self._running = None  # the program ended where a step would have begun
        self._close()
        self._kept.end()

    def ended_by(self, error: BaseException) -> None:
        """Record an exception that ends the program's block."""
        if self._running is not None:
            self._running.block.ended_by(error)

    def running(self) -> StepBlock | None:
        """Return the block of the step that is running, None where it is not recorded."""
        return None if self._running is None else self._running.block

    def latest(self) -> StepBlock | None:
        """Return the block of the latest recorded step that has ended."""
        step = self._kept.latest()
        return None if step is None else step.block

    def recording(self) -> Recording:
        """Return the steps that are whole, joined, with the summaries of the others."""
        return self._kept.recording(self.running())

    def _begin(self, step: int) -> None:
        self._number, self._begun = step, time.perf_counter()
        if self._is_over:
            return
        stays = any(self._chosen.keeps(step + more) for more in range(self._turns.steps))
        if stays or self._chosen.last is not None:
            self._running = RecordedStep(step, self._make(step, self._passed_on), stays)
            self._running.block.__enter__()
            for model in self._models:
                self._running.block.adopt(model)

    def _close(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.block.__exit__(None, None, None)
            running.block.read()
            running.seconds = time.perf_counter() - self._begun
            self._kept.add(running)
            self._is_over = self._chosen.until is not None and self._chosen.until(running.summary)

    def _is_counted(self, optimizer: Optimizer) -> bool:
        return threading.get_ident() == self._thread and self._optimizer in (None, optimizer)

    def _stepping(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        if self._is_counted(optimizer):
            self._passed_on.pass_on_begin(optimizer, args, kwargs)

    def _stepped(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        if not self._is_counted(optimizer):
            return
        self._passed_on.pass_on_end(optimizer, args, kwargs)
        ends = self._turns.ends(optimizer) and self._number + 1 >= self._chosen.first
        if not ends or _len_torch_function_stack() != self._modes + (self._running is not None):
            self._number += 1  # inside a mode of the program's own no block may begin or end: this one goes on
            return
        self._close()
        self._begin(self._number + 1)
