"""A machine: one program of the Lab that runs for real, remembers what it did, and goes back and forth in it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from copy import copy

from torch import Tensor

from graphtrace.errors import SpecError, shown
from graphtrace.lab.records import actions as act
from graphtrace.lab.records import limits
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.running import history_entries, requests
from graphtrace.lab.running.action_methods import ActionMethods
from graphtrace.lab.running.action_runner import ActionRunner, Pick
from graphtrace.lab.running.budget import Budget
from graphtrace.lab.running.history_entries import HistoryEntry, StopCallback, StopCondition
from graphtrace.lab.running.snapshot import Snapshot, restore_snapshot, take_snapshot
from graphtrace.lab.running.snapshot_store import SPACING, SnapshotStore
from graphtrace.lab.running.splitting import SplitRun, split
from graphtrace.lab.running.state_readings import StateReadings
from graphtrace.lab.running.trainer import Trainer
from graphtrace.lab.running.weights import load_weights
from graphtrace.model import Recording


class Machine(ActionMethods, StateReadings):
    """Run a spec: forward, backward, step and zero in any order, each a real execution under the recorder.

    What torch refuses is an event of the recording and `HistoryEntry.error`, never an exception; a wrong
    request of the caller is a `SpecError`, and nothing is done. Any thread may use it, one at a time.

    Args:
        spec: A spec that runs.

    Attributes:
        history: Everything that was done, also what is undone now.
        start_spec: The spec that it began with.
        position: How many entries of the history are done and not undone.

    Raises:
        SpecError: The spec does not run; the text holds every problem.
    """

    def __init__(self, spec: Spec) -> None:
        self.trainer = Trainer(spec)
        self.start_spec = self.trainer.spec
        self.runner = ActionRunner(self.trainer)
        self.history: tuple[HistoryEntry, ...] = ()
        self.position = 0
        self._snapshots = SnapshotStore(take_snapshot(self.trainer))
        self._opened: SplitRun | None = None
        self._lock = threading.RLock()

    @property
    def spec(self) -> Spec:
        """The spec that it runs now."""
        return self.trainer.spec

    @property
    def done(self) -> tuple[HistoryEntry, ...]:
        """The entries that are not undone."""
        return self.history[: self.position]

    @property
    def actions(self) -> tuple[act.Action, ...]:
        """What was done and not undone: together with `start_spec`, it determines the state."""
        return tuple(entry.action for entry in self.done)

    @property
    def losses(self) -> tuple[float, ...]:
        """The loss of every forward pass that is not undone."""
        return tuple(loss for entry in self.done for loss in entry.losses)

    @property
    def loss(self) -> Tensor | None:
        """The loss with its graph, for tracing; None before Forward. Do not keep it: it holds the graph."""
        return self.trainer.loss

    def fingerprint(self) -> str:
        """Return a digest of every bit of the state: parameters, gradients, optimizer, random numbers."""
        return take_snapshot(self.trainer).fingerprint()

    def do(self, action: act.Action, watch: bool = True) -> Recording:
        """Do one action, under the recorder or, which is quicker, without one.

        Raises:
            SpecError: It is no action, or names something that this machine does not have.
        """
        if isinstance(action, act.Iterate):
            return self.iterate(action.n, watch, zero=action.zero).recording or Recording()
        self._validate(action)
        with self._lock:
            self._snapshots.drop_after(self.position)
            entry = self.runner.run(action) if watch else self.runner.run_unwatched(action)
            return self._append(entry, watch or self.position % SPACING == 0).recording or Recording()

    def iterate(
        self, n: int, watch: bool = False, stop: StopCallback | None = None, zero: str = "none", pick: Pick = None
    ) -> HistoryEntry:
        """Run `n` iterations of the training loop.

        Args:
            n: How many; the limits are ``steps``, and with `watch` ``watched``.
            watch: Record every iteration.
            stop: Called after each iteration with its number and loss; True ends the run.
            zero: How gradients are cleared before each iteration: ``none``, ``zeros`` or ``never``.
            pick: Which iterations of an unwatched run are recorded, for pictures of it; it may wait in between.
        """
        self._validate(action := act.Iterate(n, zero))
        limits.require("watched" if watch else "steps", n, f"a run of {n:,} iterations")
        condition = StopCondition(stop, limits.current().seconds, waits=pick is not None)
        with self._lock:
            self._snapshots.drop_after(self.position)
            entry = self._append(self.runner.run_loop(action, watch, condition, self._checkpoint, pick))
        if condition.raised is not None:
            raise condition.raised
        return entry

    def replay(self, actions: Iterable[act.Action], budget: Budget | None = None) -> None:
        """Do the actions of a link or a file within a budget. Runs, and what no player plays, are not recorded."""
        listed, budget = tuple(actions), budget or Budget(limits.current().seconds)
        for i, action in enumerate(listed):
            if budget.spent():
                break
            if isinstance(action, act.Iterate):
                self.iterate(action.n, zero=action.zero, stop=budget.stop)
            else:
                self.do(action, watch=i >= history_entries.first_to_record(listed))

    def _validate(self, action: act.Action) -> None:
        limits.require("history", self.position + 1, f"this machine has done {self.position:,} things")
        requests.require(self.trainer, action)

    def _checkpoint(self, iterations: int) -> None:
        """Store the state inside a run."""
        snapshot = take_snapshot(self.trainer, self._snapshots.latest)
        self._snapshots.add_inside_run(self.position, iterations, snapshot)

    def _append(self, entry: HistoryEntry, snapshot: bool = True) -> HistoryEntry:
        """Enter what was done in place of what was undone; the oldest recordings are dropped."""
        self.history = history_entries.entered(self.done, entry)
        self.position += 1
        if snapshot:
            self._snapshots.add(self.position, take_snapshot(self.trainer, self._snapshots.latest))
        return entry

    def go(self, position: int, record_from: int | None = None) -> None:
        """Go to the state after `position` actions, equal to the bit, with its graph.

        Actions from `record_from` on are recorded anew, if they are done again on the way.

        Restores a snapshot and runs the actions after it again. A graph cannot be copied: to have it, the snapshot
        must come from before the end of the action that made the latest loss.
        """
        if not 0 <= position <= len(self.history):
            raise SpecError(f"no such position: {shown(position)} (0 is the start, {len(self.history)} the end)")
        with self._lock:
            maker = history_entries.graph_maker(self.history[:position])
            stored = self._snapshots
            place, snapshot = stored.newest_until(position) if maker is None else stored.newest_before_end_of(maker)
            self.runner.recorder = None
            restore_snapshot(self.trainer, snapshot)
            history = list(self.history)
            for i in range(place.actions, position):
                skip = place.iterations if i == place.actions else 0
                watch = maker is not None and (i == maker or (i > maker and history[i].recording is not None))
                if record_from is not None and i >= record_from:
                    history[i] = self.runner.run(history[i].action)
                else:
                    history[i] = self.runner.rerun(history[i], skip, watch)
            self.history, self.position = tuple(history), position

    def open_iteration(self, index: int, iteration: int) -> None:
        """Go to the end of the backward pass of one iteration of a run, recorded; what comes after it can be redone.

        Raises:
            SpecError: The action at `index` is no run with such an iteration.
        """
        run = self.history[index]
        pieces = split(run, iteration)
        with self._lock:
            self.history = (*self.history[:index], *pieces, *self.history[index + 1 :])
            self._snapshots.split(index, iteration, len(pieces))
            last = next(i for i, piece in enumerate(pieces) if isinstance(piece.action, act.Backward)) + index
            first = index + (iteration > 1)
            self._opened = SplitRun(index, iteration, run, pieces)
            self.go(last + 1, record_from=first)

    def rejoin(self) -> None:
        """Make the run whole of which an iteration was opened last, if all is there; from inside it, go before it."""
        opened, self._opened = self._opened, None
        if opened is None or not opened.is_in(self.history):
            return
        with self._lock:
            index, end = opened.index, opened.end
            self.history = (*self.history[:index], opened.run, *self.history[end:])
            self._snapshots.rejoin(opened.place_of)
            if self.position >= end:
                self.position -= end - index - 1
            elif self.position > index:
                self.go(index)

    def branch(self, position: int | None = None) -> Machine:
        """Return an independent machine with the same history, at this position or another one."""
        with self._lock:
            other = Machine(self.start_spec)
            other.history, other._snapshots = self.history, copy(self._snapshots)
            other.go(self.position if position is None else position)
            return other

    def at(self, position: int) -> Snapshot:
        """Return the state after `position` actions, without going there.

        Raises:
            SpecError: There is no such position.
        """
        with self._lock:
            if position == self.position:
                return take_snapshot(self.trainer, self._snapshots.latest)
            return self._snapshots.get(position) or take_snapshot(self.branch(position).trainer)

    def recording(self, index: int) -> Recording:
        """Return the recording of an action; if it is not kept, or was not recorded, a branch runs it again.

        Raises:
            SpecError: There is no such action, or it is a run too long to watch.
        """
        if not 0 <= index < len(self.history):
            raise SpecError(f"no such action: {shown(index)} (there are {len(self.history)})")
        entry = self.history[index]
        return entry.recording if entry.recording is not None else self.branch(index).do(entry.action)

    def load(self, weights: Mapping[str, Tensor]) -> None:
        """Start from these parameters and buffers instead of the seed's; before the first action.

        Raises:
            SpecError: They are not this net's, or something was done already.
        """
        if self.history:
            raise SpecError(f"weights come before the first action: {len(self.history)} were done (use a new machine)")
        with self._lock:
            load_weights(self.trainer.net, weights)
            self._snapshots = SnapshotStore(take_snapshot(self.trainer))
