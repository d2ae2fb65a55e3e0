"""What a machine has done: one entry for each action; and what ends a long run early."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from torch import Tensor

from graphtrace.lab.records import limits
from graphtrace.lab.records.actions import Action, Forward, Redesign
from graphtrace.lab.running.measures import Measures
from graphtrace.lab.running.snapshot_store import recordings_kept
from graphtrace.model import Recording

StopCallback = Callable[[int, float], bool]
"""Called after each iteration with its number, from 1, and its loss; True ends the run."""
EndReason = Literal["done", "stopped", "time", "error"]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One action that was done.

    Attributes:
        recording: Recording of the action; None for a run that was not watched, and for old entries.
        losses: Loss of each forward pass of the action.
        error: What torch raised, as text: ``RuntimeError: Trying to …``.
        end_reason: Why a run ended; ``done`` for every other action.
        measures: Norms of gradients and updates; of a long run those of some iterations.
        updates: Of a run that was not watched: the parameters that its last step updated, before and after it.
        new_loss: Whether the action replaced the loss by another one, with a graph of its own.
        no_loss: Whether no loss is left after the action.
    """

    action: Action
    recording: Recording | None = None
    losses: tuple[float, ...] = ()
    error: str | None = None
    end_reason: EndReason = "done"
    measures: Measures = field(default=Measures())
    updates: Mapping[str, tuple[Tensor, Tensor]] = field(default_factory=dict)
    new_loss: bool = False
    no_loss: bool = False


def entered(done: Sequence[HistoryEntry], entry: HistoryEntry) -> tuple[HistoryEntry, ...]:
    """Return a history with one more entry; the oldest recordings are dropped where there are too many."""
    history = [*done, entry]
    for old in range(len(history) - recordings_kept() - 1, -1, -1):
        if isinstance(history[old].action, Redesign):
            continue
        if history[old].recording is None and not history[old].updates:
            break  # those before it were dropped, too
        history[old] = replace(history[old], recording=None, updates={})
    return tuple(history)


def graph_maker(done: Sequence[HistoryEntry]) -> int | None:
    """Return the index of the entry that made the loss that is left after all of them; None for no loss."""
    for i in reversed(range(len(done))):
        if done[i].new_loss or done[i].no_loss:
            return i if done[i].new_loss else None
    return None


def first_to_record(actions: Sequence[Action]) -> int:
    """Return from which of these actions on recordings are worth their time: those that will be kept.

    Whoever watches a backward pass has watched its forward pass.
    """
    first = max(0, len(actions) - limits.current().recordings)
    while first and not isinstance(actions[first], Forward):
        first -= 1
    return first


class StopCondition:
    """Ends a run when the caller asks for it or its time is up, and remembers why."""

    def __init__(self, callback: StopCallback | None, seconds: float, waits: bool = False) -> None:
        self._clock = time.thread_time if waits else time.monotonic  # a run that waits is charged for computing alone
        self._callback, self._deadline = callback, self._clock() + seconds
        self.reason: EndReason = "done"
        self.raised: BaseException | None = None

    def __call__(self, done: int, loss: float) -> bool:
        """Return whether to end after this iteration."""
        if self._callback is not None and self._ask(self._callback, done, loss):
            self.reason = "stopped"
        elif self._clock() > self._deadline:
            self.reason = "time"
        return self.reason != "done"

    def _ask(self, callback: StopCallback, done: int, loss: float) -> bool:
        """Ask the caller. Streamlit ends a script by raising inside the callback: first the run is entered."""
        try:
            return callback(done, loss)
        except BaseException as error:
            self.raised = error
            return True


def scalar_loss(loss: Tensor | None) -> float | None:
    """Return a loss of one number, None for every other loss."""
    return loss.item() if loss is not None and loss.numel() == 1 else None


def describe_error(error: Exception | None) -> str | None:
    """Return the text of an exception: its type and message."""
    return None if error is None else f"{type(error).__name__}: {error}"
