"""Run one action for real, recorded or not, and describe it as a history entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial

from graphtrace.lab.records.actions import Action, Backward, Edit, Forward, Iterate, Redesign, Step, ZeroGrad
from graphtrace.lab.records.spec import ByHand
from graphtrace.lab.running.action_recorder import ActionRecorder
from graphtrace.lab.running.history_entries import HistoryEntry, StopCondition, describe_error, scalar_loss
from graphtrace.lab.running.measures import (
    LastUpdate,
    Measures,
    NormSampler,
    grads_sample,
    measures_of,
    ratios_sample,
)
from graphtrace.lab.running.redesign import redesign
from graphtrace.lab.running.trainer import Trainer
from graphtrace.lab.writing.program_sources import with_program_source
from graphtrace.literals import Level
from graphtrace.model import Recording

Checkpoint = Callable[[int], None]
Pick = Callable[[int], Callable[[Recording], None] | None] | None
"""Called before each iteration with the number done; returns who takes its recording, None to leave it unrecorded."""


class ActionRunner:
    """Runs actions on a trainer. Keeps no history.

    Attributes:
        recorder: The block that watched the latest forward pass; it knows which operation made which node.
        values: What recordings keep of large tensors, as for `record`.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.recorder: ActionRecorder | None = None
        self.values: Level = "stats"

    def run(self, action: Action) -> HistoryEntry:
        """Run an action under the recorder. What torch raises is an event of the recording, never an exception."""
        if isinstance(action, Redesign):
            return self._redesign(action)
        return self._record(action, lambda: self.trainer.run(action))

    def run_unwatched(self, action: Action) -> HistoryEntry:
        """Run an action without a recording, many times as fast; the state is the same to the bit."""
        if not isinstance(action, Forward | Backward | ZeroGrad | Step):
            return self.run(action)
        trainer, counts = self.trainer, dict(self.trainer.passes.counts)
        before, last = trainer.loss, LastUpdate(trainer.net) if isinstance(action, Step) else None
        if last is not None:
            last.note()
        error = self._run_unwatched(lambda: trainer.run(action), isinstance(action, Backward))
        updates = {} if last is None or error else last.updates(isinstance(trainer.optimizer, ByHand))
        changed = [name for name, count in trainer.passes.counts.items() if count != counts.get(name)]
        grads = grads_sample(trainer.net, changed) if isinstance(action, Backward) else ()
        loss = scalar_loss(trainer.loss) if isinstance(action, Forward) and error is None else None
        return HistoryEntry(
            action,
            losses=() if loss is None else (loss,),
            error=error,
            measures=Measures(grads, ratios_sample(updates)),
            updates=updates,
            new_loss=trainer.loss is not before,
        )

    def run_loop(
        self, action: Iterate, watch: bool, stop: StopCondition, checkpoint: Checkpoint, pick: Pick = None
    ) -> HistoryEntry:
        """Run the training loop, under the recorder if `watch`; the entry has the number of iterations begun.

        Without `watch`, only the iterations that `pick` wants are recorded.
        """
        losses: list[float] = []
        if watch:
            entry = self._record(action, lambda: self.trainer.iterate(action, stop, checkpoint, losses))
        else:
            sampler, before = NormSampler(self.trainer.net), self.trainer.loss
            picked = None if pick is None else partial(self._picked, pick)
            error = self._run_unwatched(lambda: self.trainer.iterate(action, stop, checkpoint, losses, sampler, picked))
            new_loss = self.trainer.loss is not before
            updates = sampler.last_update.updates(isinstance(self.trainer.optimizer, ByHand))
            entry = HistoryEntry(action, error=error, measures=sampler.measures(), updates=updates, new_loss=new_loss)
        failed = entry.error is not None
        return replace(
            entry,
            action=replace(action, n=len(losses) + failed),
            losses=tuple(losses),
            end_reason="error" if failed else stop.reason,
        )

    @contextmanager
    def _picked(self, pick: Pick, done: int) -> Iterator[None]:
        """Record the iteration after `done` others for whoever wants it; recording changes none of its bits."""
        take = None if pick is None else pick(done)
        if take is None:
            yield
            return
        recorder = ActionRecorder(self.trainer.net, self.trainer.torch_optimizer, self.trainer.steps)
        with recorder:
            yield
        take(recorder.recording)

    def rerun(self, entry: HistoryEntry, skip: int, watch: bool) -> HistoryEntry:
        """Do an entry's action again; what it raised, it raises again, and is ignored.

        Args:
            entry: What was done.
            skip: Iterations of a run that are done already.
            watch: Record it, so that the operations behind its graph are known.

        Returns:
            The entry; a recording is that of this time, which a later pass over its graph continues.
        """
        action = entry.action
        if isinstance(action, Iterate):
            rest = replace(action, n=action.n - skip)
            self._run_unwatched(lambda: self.trainer.iterate(rest))
            return entry
        if not watch:
            self.run_unwatched(action)
            return entry
        again = self.run(action)
        return entry if entry.recording is None else replace(entry, recording=again.recording)

    def _redesign(self, action: Redesign) -> HistoryEntry:
        """Take another spec. A program that starts again, or computes another loss, has nothing to show yet."""
        redesign(self.trainer, action)
        if self.trainer.loss is not None:
            return HistoryEntry(action, Recording())
        self.recorder = None
        return HistoryEntry(action, no_loss=True)

    def _record(self, action: Action, run: Callable[[], object]) -> HistoryEntry:
        trainer = self.trainer
        if isinstance(action, Step | Iterate):
            trainer.prepare_optimizer()
        after = self.recorder if isinstance(action, Backward | Edit) else None
        recorder = ActionRecorder(trainer.net, trainer.torch_optimizer, trainer.steps, after, self.values)
        before, error = trainer.loss, None
        try:
            with trainer.random_context(), recorder:
                run()
        except Exception as raised:
            error = raised
        if self.recorder is None or (isinstance(action, Forward | Iterate) and error is None):
            self.recorder = recorder
        spec = replace(trainer.spec, optimizer=trainer.optimizer, scheduler=trainer.scheduler)
        recording = with_program_source(recorder.recording, spec, action)
        trainer.passes.read(recording.events)
        loss = scalar_loss(trainer.loss) if isinstance(action, Forward) and error is None else None
        return HistoryEntry(
            action,
            recording,
            losses=() if loss is None else (loss,),
            error=describe_error(error),
            measures=measures_of(recording, isinstance(action, Iterate)),
            new_loss=trainer.loss is not before,
        )

    def _run_unwatched(self, run: Callable[[], object], count: bool = True) -> str | None:
        """Run without a recorder; returns the error's text. No block knows the graph of a new loss.

        Args:
            run: What to run.
            count: Whether a backward pass may be in it.
        """
        before, passes = self.trainer.loss, self.trainer.passes
        try:
            with self.trainer.random_context(), passes.counting(self.trainer.net) if count else nullcontext():
                run()
        except Exception as error:
            return describe_error(error)
        finally:
            if self.trainer.loss is not before:
                self.recorder = None
        return None
