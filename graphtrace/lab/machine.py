"""A machine: one program of the Lab that runs for real, remembers what it did, and goes back and forth in it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from graphtrace.errors import SpecError, shown
from graphtrace.lab import limits
from graphtrace.lab.actions import (
    ACTIONS,
    Action,
    Backward,
    Edit,
    Forward,
    Freeze,
    Iterate,
    Step,
    Swap,
    Train,
    ZeroGrad,
)
from graphtrace.lab.code import placed
from graphtrace.lab.fields import problems_of
from graphtrace.lab.live import Live
from graphtrace.lab.past import Past
from graphtrace.lab.spec import Optimizer, Scheduler, Spec
from graphtrace.lab.taped import Taped
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
    """

    action: Action
    recording: Recording | None = None
    losses: tuple[float, ...] = ()
    error: str | None = None
    ended: str = "done"


class Machine:
    """Run a spec: forward, backward, step and zero in any order, each a real execution under the recorder.

    What torch refuses is an event of the recording and `Turn.error`, never an exception; what the
    caller asked wrongly is a `SpecError`, and nothing was done. Not tied to a thread; one at a time.

    Args:
        spec: A spec that runs.

    Raises:
        SpecError: It does not; the text holds every problem.
    """

    def __init__(self, spec: Spec) -> None:
        self.live = Live(spec)
        self.turns: tuple[Turn, ...] = ()
        self.position = 0
        self._past = Past(self.live.snapshot())
        self._tape: Taped | None = None
        self._lock = threading.RLock()

    @property
    def spec(self) -> Spec:
        """The spec it was made from."""
        return self.live.spec

    @property
    def actions(self) -> tuple[Action, ...]:
        """What was done up to here: with the spec, all that makes this state."""
        return tuple(turn.action for turn in self.turns[: self.position])

    @property
    def losses(self) -> tuple[float, ...]:
        """The loss of every forward pass up to here."""
        return tuple(loss for turn in self.turns[: self.position] for loss in turn.losses)

    @property
    def loss(self) -> Tensor | None:
        """The loss with its graph, for tracing; None before Forward. Never keep it."""
        return self.live.loss

    def fingerprint(self) -> str:
        """Return a digest of every bit of the state: parameters, gradients, optimizer, random numbers."""
        return self.live.snapshot().fingerprint()

    def forward(self) -> Recording:
        """Run ``loss = criterion(net(x), y)``."""
        return self.do(Forward())

    def backward(self, retain_graph: bool = False) -> Recording:
        """Run ``loss.backward()``."""
        return self.do(Backward(retain_graph))

    def zero_grad(self, set_to_none: bool = True) -> Recording:
        """Run ``optimizer.zero_grad()``."""
        return self.do(ZeroGrad(set_to_none))

    def step(self) -> Recording:
        """Run ``optimizer.step()``."""
        return self.do(Step())

    def edit(self, tensor: str, index: tuple[int, ...], value: float) -> Recording:
        """Set one number of a parameter, of its ``.grad``, of ``x`` or ``y``."""
        return self.do(Edit(tensor, index, value))

    def freeze(self, parameter: str, frozen: bool = True) -> Recording:
        """Let a parameter require grad no more, or again."""
        return self.do(Freeze(parameter, frozen))

    def train(self, on: bool = True) -> Recording:
        """Switch between training and evaluation."""
        return self.do(Train(on))

    def swap(self, optimizer: Optimizer, scheduler: Scheduler | None = None) -> Recording:
        """Go on with another optimizer."""
        return self.do(Swap(optimizer, scheduler))

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
        until = _Until(stop, limits.current().seconds)
        with self._lock:
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
        error: Exception | None = None
        try:
            with live.drawing(), Taped(live.net, live.made, live.steps, after) as tape:
                live.run(action) if run is None else run()
        except Exception as raised:
            error = raised
        recording = placed(tape.recording, live.spec)
        losses = (_number(live.loss),) if isinstance(action, Forward) and error is None else ()
        kept = tape if isinstance(action, Forward | Iterate) and error is None else self._tape
        return Turn(action, recording, tuple(x for x in losses if x is not None), _said(error)), kept or tape

    def _run(self, action: Iterate, watch: bool, until: _Until) -> Turn:
        """Run the loop; the turn says how many iterations there really were."""
        losses: list[float] = []
        run = lambda: self.live.iterate(action, until, self._mark, losses)  # noqa: E731
        if watch:
            turn, self._tape = self._recorded(action, run)
        else:
            turn, self._tape = Turn(action, error=self._unwatched(run)), None
        begun = len(losses) + (turn.error is not None)
        ended = "error" if turn.error is not None else until.why
        return replace(turn, action=replace(action, n=begun), losses=tuple(losses), ended=ended)

    def _unwatched(self, run: Callable[[], Any]) -> str | None:
        try:
            with self.live.drawing():
                run()
        except Exception as error:
            return _said(error)
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

    def recording(self, number: int) -> Recording:
        """Return what happened in a turn; one that is no longer kept, or was not watched, is run again aside.

        Raises:
            SpecError: There is no such turn, or it is a run too long to watch.
        """
        if not 0 <= number < len(self.turns):
            raise SpecError(f"no such turn: {shown(number)} (there are {len(self.turns)})")
        turn = self.turns[number]
        if turn.recording is not None:
            return turn.recording
        other = self.branch()
        other.go(number)
        return other.do(turn.action)

    def undo(self) -> None:
        """Go back by one action.

        Raises:
            SpecError: This is the start.
        """
        self.go(self.position - 1)

    def redo(self) -> None:
        """Go forward again by one action.

        Raises:
            SpecError: Nothing was undone.
        """
        self.go(self.position + 1)

    def go(self, position: int) -> None:
        """Go to the state after so many actions: bit for bit the one that was, its graph included.

        A graph cannot be copied: actions since the last forward pass are done again, from a snapshot.
        """
        if not 0 <= position <= len(self.turns):
            raise SpecError(f"no such position: {shown(position)} (0 is the start, {len(self.turns)} the end)")
        with self._lock:
            self._tape = None
            start, inner, snapshot = self._past.nearest(position, self._wanted(position))
            self.live.restore(snapshot)
            for turn in self.turns[start:position]:
                self._again(turn, inner)
                inner = 0
            self.position = position

    def _wanted(self, position: int) -> int:
        """Return the position from which the graph at `position` can be made again: before the last forward pass."""
        makers = [i for i, turn in enumerate(self.turns[:position]) if _makes_graph(turn)]
        return makers[-1] if makers else position

    def _again(self, turn: Turn, inner: int) -> None:
        """Do a turn again. What it raised, it raises again."""
        action = turn.action
        if isinstance(action, Iterate):
            left = replace(action, n=action.n - inner)
            self._unwatched(lambda: self.live.iterate(left))
        else:
            _, self._tape = self._recorded(action)

    def branch(self) -> Machine:
        """Return an independent machine with the same past, at the same place."""
        with self._lock:
            other = Machine(self.spec)
            other.turns, other._past = self.turns, copy(self._past)
            other.go(self.position)
            return other

    def replay(self, actions: Iterable[Action]) -> None:
        """Do actions in order, as a link or a file tells them. Runs are not watched."""
        for action in actions:
            if isinstance(action, Iterate):
                self.iterate(action.n, zero=action.zero)
            else:
                self.do(action)

    def tensor(self, name: str) -> Tensor:
        """Return a copy of a parameter, of ``<name>.grad``, ``x`` or ``y``, on the CPU."""
        return self.live.find(name).detach().cpu().clone()

    def names(self) -> tuple[str, ...]:
        """Return the names of the parameters."""
        return tuple(name for name, _ in self.live.net.named_parameters())

    def predict(self, x: Tensor) -> Tensor:
        """Return what the net says of other inputs, as in evaluation. Changes nothing.

        Raises:
            SpecError: The inputs do not fit the net.
        """
        live, mode = self.live, self.live.net.training
        with self._lock, torch.no_grad():
            try:
                out: Tensor = live.net.eval()(x.to(live.device, live.x.dtype))
            except (RuntimeError, ValueError, IndexError) as error:
                raise SpecError(f"the net takes no {tuple(x.shape)}: {error} (give it a batch like x)") from None
            finally:
                live.net.train(mode)
            return out.cpu()


class _Until:
    """Ends a run when the caller says so or its time is up, and remembers why."""

    def __init__(self, stop: Stop | None, seconds: float) -> None:
        self._stop, self._end = stop, time.monotonic() + seconds
        self.why = "done"
        self.raised: BaseException | None = None

    def __call__(self, done: int, loss: float) -> bool:
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


def _makes_graph(turn: Turn) -> bool:
    """Whether the graph of before is surely gone: a forward pass that raised left it."""
    made = turn.error is None or bool(turn.losses)
    return made and isinstance(turn.action, Forward | Iterate)


def _number(loss: Tensor | None) -> float | None:
    return loss.item() if loss is not None and loss.numel() == 1 else None


def _said(error: Exception | None) -> str | None:
    return None if error is None else f"{type(error).__name__}: {error}"
