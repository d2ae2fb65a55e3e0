"""What a machine has done: one record for each action, and the end of a long run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor

from graphtrace.lab.records.actions import Action
from graphtrace.lab.running.measures import Measures
from graphtrace.model import Recording

Stop = Callable[[int, float], bool]


@dataclass(frozen=True, slots=True)
class Turn:
    """One action that was done.

    Attributes:
        recording: What happened in it; None for a run that was not watched.
        losses: Loss of each forward pass in it.
        error: What was raised, in words: ``RuntimeError: Trying to …``.
        ended: Why a run ended: ``done``, ``stopped``, ``time``, ``error``; ``done`` for all else.
        measures: Norms of gradients and updates in it; of a long run those of some iterations.
        made: Whether it left another loss, with a graph of its own, than was there before.
    """

    action: Action
    recording: Recording | None = None
    losses: tuple[float, ...] = ()
    error: str | None = None
    ended: str = "done"
    measures: Measures = field(default=Measures())
    made: bool = False


class Until:
    """Ends a run when the caller says so or its time is up, and remembers why."""

    def __init__(self, stop: Stop | None, seconds: float) -> None:
        self._stop, self._end = stop, time.monotonic() + seconds
        self.why = "done"
        self.raised: BaseException | None = None

    def __call__(self, done: int, loss: float) -> bool:
        """Return whether to end after this iteration."""
        if self._stop is not None and self._asked(self._stop, done, loss):
            self.why = "stopped"
        elif time.monotonic() > self._end:
            self.why = "time"
        return self.why != "done"

    def _asked(self, stop: Stop, done: int, loss: float) -> bool:
        """An app may end its own script from inside the callback: then the run ends first, and is written down."""
        try:
            return stop(done, loss)
        except BaseException as error:
            self.raised = error
            return True


def number(loss: Tensor | None) -> float | None:
    """Return a loss that is one number."""
    return loss.item() if loss is not None and loss.numel() == 1 else None


def said(error: Exception | None) -> str | None:
    """Return an exception in words."""
    return None if error is None else f"{type(error).__name__}: {error}"
