"""A machine: one program of the Lab that runs for real, remembers what it did, and goes back and forth in it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace

from torch import Tensor

from graphtrace.errors import SpecError, shown
from graphtrace.lab.records import actions as act
from graphtrace.lab.records import limits
from graphtrace.lab.records.rules import problems_of
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.running.action_methods import ActionMethods
from graphtrace.lab.running.action_runner import ActionRunner, Pick
from graphtrace.lab.running.history_entries import HistoryEntry, StopCallback, StopCondition
from graphtrace.lab.running.snapshot import Snapshot, restore_snapshot, take_snapshot
from graphtrace.lab.running.snapshot_store import SnapshotStore
from graphtrace.lab.running.trainer import Trainer
from graphtrace.model import Recording


class Machine(ActionMethods):
    """Run a spec: forward, backward, step and zero in any order, each a real execution under the recorder.

    What torch refuses is an event of the recording and `HistoryEntry.error`, never an exception; a wrong
    request of the caller is a `SpecError`, and nothing is done. Any thread may use it, one at a time.

    Args:
        spec: A spec that runs.

    Attributes:
        history: Everything that was done, also what is undone now.
        position: How many entries of the history are done and not undone.

    Raises:
        SpecError: The spec does not run; the text holds every problem.
    """

    def __init__(self, spec: Spec) -> None:
        self.trainer = Trainer(spec)
        self.runner = ActionRunner(self.trainer)
        self.history: tuple[HistoryEntry, ...] = ()
        self.position = 0
        self._snapshots = SnapshotStore(take_snapshot(self.trainer))
        self._lock = threading.RLock()

    @property
    def spec(self) -> Spec:
        """The spec it was made from."""
        return self.trainer.spec

    @property
    def done(self) -> tuple[HistoryEntry, ...]:
        """The entries of the history that are not undone."""
        return self.history[: self.position]

    @property
    def actions(self) -> tuple[act.Action, ...]:
        """What was done and not undone: together with the spec, it determines the state."""
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

    def do(self, action: act.Action) -> Recording:
        """Do one action under the recorder.

        Raises:
            SpecError: It is no action, or names something that this machine does not have.
        """
        if isinstance(action, act.Iterate):
            return self.iterate(action.n, watch=True, zero=action.zero).recording or Recording()
        self._validate(action)
        with self._lock:
            self._snapshots.drop_after(self.position)
            return self._append(self.runner.run(action)).recording or Recording()

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

    def replay(self, actions: Iterable[act.Action]) -> None:
        """Do the actions of a link or a file in order. Runs are not recorded."""
        for action in actions:
            if isinstance(action, act.Iterate):
                self.iterate(action.n, zero=action.zero)
            else:
                self.do(action)

    def _validate(self, action: act.Action) -> None:
        if type(action) not in act.ACTIONS.values():
            raise SpecError(f"no action: {shown(action)} (must be one of {list(act.ACTIONS)})")
        for problem in problems_of(action, ""):
            raise SpecError(problem)
        limits.require("history", self.position + 1, f"this machine has done {self.position:,} things")
        self.trainer.validate(action)

    def _checkpoint(self, iterations: int) -> None:
        """Store the state inside a run."""
        snapshot = take_snapshot(self.trainer, self._snapshots.latest)
        self._snapshots.add_inside_run(self.position, iterations, snapshot)

    def _append(self, entry: HistoryEntry) -> HistoryEntry:
        """Enter what was done in place of what was undone; the oldest recordings are dropped."""
        history = [*self.done, entry]
        for i in range(len(history) - limits.current().recordings):
            history[i] = replace(history[i], recording=None, updates={})
        self.history = tuple(history)
        self.position += 1
        self._snapshots.add(self.position, take_snapshot(self.trainer, self._snapshots.latest))
        return entry

    def undo(self) -> None:
        """Go back by one action.

        Raises:
            SpecError: Nothing was done.
        """
        self.go(self.position - 1)

    def redo(self) -> None:
        """Go forward again by one action.

        Raises:
            SpecError: Nothing was undone.
        """
        self.go(self.position + 1)

    def go(self, position: int) -> None:
        """Go to the state after `position` actions, equal to the bit, with its graph.

        Restores a snapshot and runs the actions after it again. A graph cannot be copied: to have it, the snapshot
        must come from before the end of the action that made the latest loss.
        """
        if not 0 <= position <= len(self.history):
            raise SpecError(f"no such position: {shown(position)} (0 is the start, {len(self.history)} the end)")
        with self._lock:
            makers = [i for i, entry in enumerate(self.history[:position]) if entry.new_loss]
            stored = self._snapshots
            place, snapshot = stored.newest_before_end_of(makers[-1]) if makers else stored.newest_until(position)
            self.runner.recorder = None
            restore_snapshot(self.trainer, snapshot)
            history = list(self.history)
            for i in range(place.actions, position):
                history[i] = self.runner.rerun(history[i], skip=place.iterations if i == place.actions else 0)
            self.history, self.position = tuple(history), position

    def branch(self, position: int | None = None) -> Machine:
        """Return an independent machine with the same history, at this position or another one."""
        with self._lock:
            other = Machine(self.spec)
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
        expected = {name: tuple(tensor.shape) for name, tensor in self.trainer.net.state_dict().items()}
        given = {name: tuple(tensor.shape) for name, tensor in weights.items()}
        if expected != given:
            odd = sorted(set(expected.items()) ^ set(given.items()))[0][0]
            raise SpecError(f"the weights are not this net's: {shown(odd)} (save the lab again)")
        with self._lock:
            self.trainer.net.load_state_dict(dict(weights))
            self._snapshots = SnapshotStore(take_snapshot(self.trainer))

    def weights(self) -> dict[str, Tensor]:
        """Return copies of the parameters and buffers, on the CPU."""
        return {name: tensor.detach().cpu().clone() for name, tensor in self.trainer.net.state_dict().items()}

    def tensor(self, name: str) -> Tensor:
        """Return a copy of a parameter, of ``<name>.grad``, ``x`` or ``y``, on the CPU."""
        return self.trainer.find_tensor(name).detach().cpu().clone()

    def names(self) -> tuple[str, ...]:
        """Return the names of the parameters."""
        return tuple(name for name, _ in self.trainer.net.named_parameters())

    def predict(self, x: Tensor) -> Tensor:
        """Return the net's output for other inputs, in evaluation mode. Changes nothing.

        Raises:
            SpecError: The inputs are no tensor, or do not fit the net.
        """
        if not isinstance(x, Tensor):
            raise SpecError(f"no inputs for the net: {shown(x)} (give it a batch like x)")
        with self._lock:
            return self.trainer.predict(x)
