"""Which steps of a long run are recorded, and which of them stay whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Protocol

from torch._C import _len_torch_function_stack
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook

from graphtrace.errors import TraceError, shown
from graphtrace.model import Recording, StepSummary
from graphtrace.model.join import join
from graphtrace.recorder.step_summary import summary_of


class Block(Protocol):
    """A `record` block of one step."""

    @property
    def recording(self) -> Recording:
        """What was recorded."""
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


def selection(every: object, steps: object, last: object, when: object) -> Selection | None:
    """Return what was asked for, None for every step.

    Raises:
        TraceError: An argument is of the wrong kind.
    """
    if every is None and steps is None and last is None and when is None:
        return None
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


def counted_by(optimizer: Optimizer | None, after: object) -> Optimizer:
    """Return the optimizer that counts the steps.

    Raises:
        TraceError: There is none, or the block shall continue another one.
    """
    if optimizer is None:
        raise TraceError("chosen steps need an optimizer to count them: None (pass optimizer=…)")
    if after is not None:
        raise TraceError(f"chosen steps continue no other block: {shown(after)} (leave out after=…)")
    return optimizer


@dataclass(slots=True)
class _Step:
    """A recorded step."""

    number: int
    block: Block
    stays: bool
    seconds: float = 0.0


class SelectedSteps:
    """Records chosen steps, each in a block of its own; between them nothing watches but one hook of the optimizer.

    Args:
        chosen: Which steps.
        make: Makes the block of a step, given the step's number.
        optimizer: Whose steps are counted; those that other threads do are not.
    """

    def __init__(self, chosen: Selection, make: Callable[[int], Block], optimizer: Optimizer) -> None:
        self._chosen, self._make, self._optimizer = chosen, make, optimizer
        self._thread = threading.get_ident()
        self._steps: dict[int, _Step] = {}
        self._summaries: list[StepSummary] = []
        self._running: _Step | None = None
        self._number = 0
        self._modes = _len_torch_function_stack()
        # a hook of all optimizers runs after the optimizer's own ones, which a block takes off and puts on
        self._handle = register_optimizer_step_post_hook(self._stepped)
        self._begun = time.perf_counter()

    def begin(self, step: int) -> None:
        """Begin with the step of this number."""
        self._number, self._begun = step, time.perf_counter()
        stays = self._chosen.keeps(step)
        if stays or self._chosen.last is not None:
            self._running = _Step(step, self._make(step), stays)
            self._running.block.__enter__()

    def end(self, error: BaseException | None) -> None:
        """Stop for good; an exception that ends the program's block becomes the last event."""
        self._handle.remove()
        if self._running is not None and error is not None:
            self._running.block.ended_by(error)
        if self._running is not None and not len(self._running.block.recording):
            self._running.block.__exit__(None, None, None)
            self._running = None  # the program ended where a step would have begun
        self._close()

    def _close(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.block.__exit__(None, None, None)
            running.seconds = time.perf_counter() - self._begun
            self._steps[running.number] = running
            self._let_go()

    def _let_go(self) -> None:
        """Keep the summary alone of the step that is no longer among the last."""
        passing = [number for number, step in self._steps.items() if not step.stays]
        if self._chosen.last is not None and len(passing) > self._chosen.last:
            dropped = self._steps.pop(passing[0])
            self._summaries.append(summary_of(dropped.block.recording, passing[0], dropped.seconds))

    def _stepped(self, optimizer: Optimizer, args: object, kwargs: object) -> None:
        if optimizer is not self._optimizer or threading.get_ident() != self._thread:
            return
        if _len_torch_function_stack() != self._modes + (self._running is not None):
            self._number += 1  # inside a mode of the program's own no block may begin or end: this one goes on
            return
        self._close()
        self.begin(self._number + 1)

    def recording(self) -> Recording:
        """Return the steps that are whole, joined, with the summaries of the others."""
        blocks = [step.block for step in self._steps.values()]
        if self._running is not None:
            blocks.append(self._running.block)
        return replace(join([block.recording for block in blocks]), summaries=tuple(self._summaries))
