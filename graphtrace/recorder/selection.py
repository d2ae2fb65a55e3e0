"""Which steps of a long run are recorded, and which of them stay whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Protocol

from torch import nn
from torch._C import _len_torch_function_stack
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
from torch.utils.hooks import RemovableHandle

from graphtrace.errors import TraceError, shown
from graphtrace.model import Recording, StepSummary, summary_of
from graphtrace.model.join import join
from graphtrace.recorder.optimizers import UnhookedOptimizer


class StepBlock(Protocol):
    """A `record` block of one step."""

    @property
    def recording(self) -> Recording:
        """What was recorded."""
        ...

    def adopt(self, model: nn.Module) -> None:
        """Take in a model that the program has made."""
        ...

    def read(self) -> None:
        """Read the tensors that wait, so that their copies can be let go of."""
        ...

    def __enter__(self) -> object: ...
    def __exit__(self, kind: None, error: None, traceback: None) -> object: ...
    def ended_by(self, error: BaseException) -> None:
        """Record an exception that ends the block."""
        ...


@dataclass(frozen=True, slots=True)
class Selection:
    """Steps to record: those that any of the conditions asks for. A step is counted by optimizer steps that ended.

    Attributes:
        every: Every so many steps, from step 0 on.
        steps: These steps.
        last: The last so many; older ones leave their summary.
        when: Called with the number of a step as it begins; True records it.
    """

    every: int | None = None
    steps: frozenset[int] = frozenset()
    last: int | None = None
    when: Callable[[int], bool] | None = None

    def keeps(self, step: int) -> bool:
        """Return whether a step is recorded and stays whole."""
        listed = step in self.steps or (self.every is not None and step % self.every == 0)
        return listed or (self.when is not None and bool(self.when(step)))


def selection(every: object, steps: object, last: object, when: object, after: object = None) -> Selection | None:
    """Return what was asked for, None for every step.

    Raises:
        TraceError: An argument is of the wrong kind.
    """
    if every is None and steps is None and last is None and when is None:
        return None
    if after is not None:
        raise TraceError(f"chosen steps continue no other block: {shown(after)} (leave out after=…)")
    for name, number in (("every", every), ("last", last)):
        if number is not None and (type(number) is not int or number < 1):
            raise TraceError(f"{name} is no number of steps: {shown(number)} (must be an int, 1 or more)")
    chosen = steps if steps is not None else ()
    if not isinstance(chosen, Collection) or not all(type(step) is int and step >= 0 for step in chosen):
        raise TraceError(f"steps are no numbers of steps: {shown(steps)} (give a set of ints, as {{0, 500}})")
    if when is not None and not callable(when):
        raise TraceError(f"when is no function: {shown(when)} (give a function of the step's number)")
    assert every is None or isinstance(every, int)
    assert last is None or isinstance(last, int)
    return Selection(every, frozenset(chosen), last, when)


@dataclass(slots=True)
class _Step:
    """A recorded step."""

    number: int
    block: StepBlock
    stays: bool
    seconds: float = 0.0


class SelectedSteps:
    """Records chosen steps, each in a block of its own; between them nothing watches but two hooks of optimizers.

    Args:
        chosen: Which steps.
        make: Makes the block of a step, given the step's number and the optimizer that it is to watch.
        optimizer: Whose steps are counted; None for those of every optimizer that this thread steps.
        summarizes: Whether steps that are no longer among the last leave their summary.
    """

    def __init__(
        self,
        chosen: Selection,
        make: Callable[[int, Optimizer], StepBlock],
        optimizer: Optimizer | None,
        summarizes: bool = True,
    ) -> None:
        self._chosen, self._make, self._optimizer, self._summarizes = chosen, make, optimizer, summarizes
        self._passed_on = UnhookedOptimizer()
        self._steps: dict[int, _Step] = {}
        self._summaries: list[StepSummary] = []
        self._models: list[nn.Module] = []
        self._running: _Step | None = None
        self._handles: tuple[RemovableHandle, ...] = ()
        self._thread = self._modes = self._number = 0
        self._begun = 0.0

    def start(self, step: int) -> None:
        """Begin with the step of this number."""
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

    def ended_by(self, error: BaseException) -> None:
        """Record an exception that ends the program's block."""
        if self._running is not None:
            self._running.block.ended_by(error)

    def running(self) -> StepBlock | None:
        """Return the block of the step that is running, None where it is not recorded."""
        return None if self._running is None else self._running.block

    def latest(self) -> StepBlock | None:
        """Return the block of the latest recorded step that has ended."""
        return next((step.block for step in reversed(self._steps.values())), None)

    def recording(self) -> Recording:
        """Return the steps that are whole, joined, with the summaries of the others."""
        blocks = [step.block for step in self._steps.values()]
        if self._running is not None:
            blocks.append(self._running.block)
        return replace(join([block.recording for block in blocks]), summaries=tuple(self._summaries))

    def _begin(self, step: int) -> None:
        self._number, self._begun = step, time.perf_counter()
        stays = self._chosen.keeps(step)
        if stays or self._chosen.last is not None:
            self._running = _Step(step, self._make(step, self._passed_on), stays)
            self._running.block.__enter__()
            for model in self._models:
                self._running.block.adopt(model)

    def _close(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.block.__exit__(None, None, None)
            running.block.read()
            running.seconds = time.perf_counter() - self._begun
            self._steps[running.number] = running
            self._let_go()

    def _let_go(self) -> None:
        """Keep the summary alone of the step that is no longer among the last."""
        passing = [number for number, step in self._steps.items() if not step.stays]
        if self._chosen.last is not None and len(passing) > self._chosen.last:
            dropped = self._steps.pop(passing[0])
            if self._summarizes:
                self._summaries.append(summary_of(dropped.block.recording, passing[0], dropped.seconds))

    def _is_counted(self, optimizer: Optimizer) -> bool:
        return threading.get_ident() == self._thread and self._optimizer in (None, optimizer)

    def _stepping(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        if self._is_counted(optimizer):
            self._passed_on.pass_on_begin(optimizer, args, kwargs)

    def _stepped(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        if not self._is_counted(optimizer):
            return
        self._passed_on.pass_on_end(optimizer, args, kwargs)
        if _len_torch_function_stack() != self._modes + (self._running is not None):
            self._number += 1  # inside a mode of the program's own no block may begin or end: this one goes on
            return
        self._close()
        self._begin(self._number + 1)
