"""Run actions for real, under the recorder, and write down what they did."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from graphtrace.errors import SpecError, shown
from graphtrace.lab.records import limits
from graphtrace.lab.records.actions import (
    ACTIONS,
    Action,
    Backward,
    Forward,
    Iterate,
    Step,
)
from graphtrace.lab.records.fields import problems_of
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.running.live import Live
from graphtrace.lab.running.measures import Sampler, measured
from graphtrace.lab.running.past import Past
from graphtrace.lab.running.taped import Taped
from graphtrace.lab.running.turns import Stop, Turn, Until, number, said
from graphtrace.lab.writing.code import placed
from graphtrace.model import Recording
from graphtrace.model.literals import Level


class Runner:
    """The part of a `Machine` that goes forward."""

    def __init__(self, spec: Spec) -> None:
        self.live = Live(spec)
        self.turns: tuple[Turn, ...] = ()
        self.position = 0
        self._past = Past(self.live.snapshot())
        self._tape: Taped | None = None
        self.values: Level = "stats"  # what recordings keep of large tensors, see `record`
        self._lock = threading.RLock()

    def iterate(self, n: int, watch: bool = False, stop: Stop | None = None, zero: str = "none") -> Turn:
        """Run `n` iterations.

        Args:
            n: How many; limits are ``steps``, and ``watched`` with `watch`.
            watch: Record every one of them.
            stop: Called after each iteration with its number and loss; True ends the run.
            zero: How gradients are cleared before each: ``none``, ``zeros`` or ``never``.
        """
        action = Iterate(n, zero)
        self._check(action)
        limits.require("watched" if watch else "steps", n, f"a run of {n:,} iterations")
        until = Until(stop, limits.current().seconds)
        with self._lock:
            self._past.cut(self.position)
            turn = self._done(self._run(action, watch, until))
        if until.raised is not None:
            raise until.raised
        return turn

    def do(self, action: Action) -> Recording:
        """Do one action.

        Raises:
            SpecError: The action fits no machine, or names what this one does not have.
        """
        if isinstance(action, Iterate):
            return self.iterate(action.n, watch=True, zero=action.zero).recording or Recording()
        self._check(action)
        with self._lock:
            self._past.cut(self.position)
            turn, self._tape = self._recorded(action)
            return self._done(turn).recording or Recording()

    def _check(self, action: Action) -> None:
        if type(action) not in ACTIONS.values():
            raise SpecError(f"no action: {shown(action)} (must be one of {list(ACTIONS)})")
        for problem in problems_of(action, ""):
            raise SpecError(problem)
        limits.require("history", self.position + 1, f"this machine has done {self.position:,} things")
        self.live.check(action)

    def _recorded(self, action: Action, run: Callable[[], Any] | None = None) -> tuple[Turn, Taped]:
        """Run an action under the recorder, and catch what torch raises: it is in the recording."""
        live = self.live
        if isinstance(action, Step | Iterate):
            live.load_optimizer()
        after = self._tape if isinstance(action, Backward) else None
        before = live.loss
        error: Exception | None = None
        try:
            with live.drawing(), Taped(live.net, live.made, live.steps, after, self.values) as tape:
                live.run(action) if run is None else run()
        except Exception as raised:
            error = raised
        recording = placed(tape.recording, live.spec)
        loss = number(live.loss) if isinstance(action, Forward) and error is None else None
        kept = tape if isinstance(action, Forward | Iterate) and error is None else self._tape
        measures = measured(recording, isinstance(action, Iterate))
        losses = () if loss is None else (loss,)
        turn = Turn(action, recording, losses, said(error), measures=measures, made=live.loss is not before)
        return turn, kept or tape

    def _run(self, action: Iterate, watch: bool, until: Until) -> Turn:
        """Run the loop; the turn says how many iterations there really were."""
        losses: list[float] = []
        sampler = None if watch else Sampler(self.live.net)
        run = lambda: self.live.iterate(action, until, self._mark, losses, sampler)  # noqa: E731
        if sampler is None:
            turn, self._tape = self._recorded(action, run)
        else:
            before, error, self._tape = self.live.loss, self._unwatched(run), None
            turn = Turn(action, error=error, measures=sampler.measures(), made=self.live.loss is not before)
        begun = len(losses) + (turn.error is not None)
        ended = "error" if turn.error is not None else until.why
        return replace(turn, action=replace(action, n=begun), losses=tuple(losses), ended=ended)

    def _unwatched(self, run: Callable[[], Any]) -> str | None:
        try:
            with self.live.drawing():
                run()
        except Exception as error:
            return said(error)
        return None

    def _mark(self, done: int) -> None:
        self._past.mark(self.position, done, self.live.snapshot(self._past.latest))

    def _done(self, turn: Turn) -> Turn:
        """Write a turn down; turns that were undone are forgotten."""
        old = self.turns[: self.position]
        stale = len(old) - limits.current().recordings
        if stale >= 0:
            old = (*(replace(one, recording=None) for one in old[: stale + 1]), *old[stale + 1 :])
        self.turns = (*old, turn)
        self.position += 1
        self._past.add(self.position, self.live.snapshot(self._past.latest))
        return turn
