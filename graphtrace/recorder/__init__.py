"""Record one real training step, as events that can be replayed.

A function mode sees the user's torch calls, hooks on nodes, modules and optimizers see the rest, and all of them are
gone when the block ends, also after an exception. Nothing is monkeypatched but `warnings.warn`, see `cpp_warnings`.

Files, from bottom to top; each imports from those above its line only:
    arguments       those of `record`, checked
    calls           a torch call: its role, its tensors, the user's line that made it
    cpp_warnings    warnings of torch from C++, seen on their way to the user
    torch_warnings  those, and torch's warnings from Python
    collector       the cyclic collector, which runs seldom meanwhile
    compiling       torch.compile, which is off meanwhile
    unseen          work of the recorder's own that no mode of the program sees
    memory          the memory of tensors on the CPU as bytes
    statistics      norm, min, max and mean
    capture         what was read of one tensor, in one of four states, on its way to a record
    batches         tensors that are measured many at a time
    copies          copies of small tensors, in one piece of memory
    remembered      what large tensors contained
    tensor_capture  how tensors are read inside hooks
    window          small tensors that wait to be copied together
    put_off         the same, where small tensors may wait
    log             events in order, and their read-out as a `Recording`
    context         what the parts share: log, capture, leaves, modules
    origins         which operation made which node
    initialisation  modules that the block constructs
    numbering       numbers of those tensors
    outputs         what a call made
    forward         operations and the tensors between them
    gradients       how gradients add up, with a proof
    traced_pass     a backward pass before it runs
    backward        hooks on the nodes of one pass
    plain_pass      the same with one hook per node, where nothing but torch's own nodes runs
    nested          gradients that a pass inside a node leaves, or that processes share
    passes          a backward pass, from its trace to its end
    leaf_changes    what happens to leaves and ``.grad`` outside a backward pass
    step_copies     small parameters before and after an optimizer's step
    optimizers      optimizer steps
    dispatch        which of them records a call
    running         the parts of a block while it runs
    turns           which optimizer's step ends an iteration
    kept_steps      the steps that stay, in memory or in a file
    selection       which steps of a long run are recorded, and which stay whole
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import torch
from torch import nn
from torch.autograd.graph import Node

from graphtrace.errors import TraceError, shown
from graphtrace.literals import Level
from graphtrace.model import ForwardTensor, Op, Recording, StepSummary
from graphtrace.recorder.arguments import check_arguments, renamed
from graphtrace.recorder.calls import raised_at
from graphtrace.recorder.context import Context, Leaves, ModuleStack
from graphtrace.recorder.forward import RecorderState
from graphtrace.recorder.log import EventLog, read_out
from graphtrace.recorder.put_off import PatientCapture
from graphtrace.recorder.running import RunningBlock, told_of
from graphtrace.recorder.selection import SelectedSteps, selection
from graphtrace.recorder.tensor_capture import read_tensors

__all__ = ["read_tensors", "record"]


class record:  # noqa: N801 - reads as a verb: `with gt.record(model) as rec`
    """Record everything that autograd does inside a ``with`` block.

    Records forward operations, every ``backward`` and ``autograd.grad``, zeroing, edits of
    ``.grad``, and optimizer steps, on the calling thread. Results, gradients and random numbers
    are those of the unrecorded program. Costs: hooks on every node, copies of small tensors, statistics
    of large ones; the cyclic collector runs seldom, and pauses during a backward pass. A model of
    ``torch.compile`` runs as it was written, with eager torch's digits. Not seen: ``autograd.backward`` of nothing
    but ``GradientEdge``s (``autograd.grad`` of them is). Batched gradients run unrecorded, with a warning.

    Args:
        model: Gives the names of modules and parameters.
        optimizer: The only optimizer to watch; None watches every optimizer that this thread steps.
        values: ``stats``: tensors of up to 1,024 elements whole; of larger ones a sample, norm,
            min, max and mean; above 65,536 float32 elements on the CPU a sample and the norm.
            ``full``: whole tensors of any size, up to `budget_bytes`, and all statistics.
        budget_bytes: Bytes of large whole tensors to keep at most.
        params: Names for leaves that no module owns. Others are named after the user's variable.
        after: An earlier block, ended, that this one continues: operations count on, and what was made
            there keeps its operation and its module.
        step: How many optimizer steps were done before; None continues the count of `after`.
        every: Record every so many steps, from step 0 on. A step lasts until ``optimizer.step()`` ends; where
            optimizers take turns, as in a GAN, a round of them is one. What nothing here asks for runs unwatched.
        steps: Record these steps, as ``{0, 500}``.
        last: Keep the last so many whole; others that nothing asks for leave a summary in ``recording.summaries``.
        when: Record the steps for which this function of the step's number returns True; it is called as one begins.
        until: Called with the summary of each recorded step; once it returns True, nothing is recorded any more.
        to: File, ``run.gtr``, that whole steps are written to as soon as they stay, see `graphtrace.RecordingFile`.
        net: Deprecated name of `model`.

    Raises:
        TraceError: An argument is of the wrong kind.
    """

    def __init__(
        self,
        model: nn.Module | None = None,
        optimizer: torch.optim.Optimizer | None = None,
        values: Level = "stats",
        budget_bytes: int = 256 << 20,
        params: Mapping[str, torch.Tensor] | None = None,
        after: record | None = None,
        step: int | None = None,
        *,
        every: int | None = None,
        steps: Collection[int] | None = None,
        last: int | None = None,
        when: Callable[[int], bool] | None = None,
        until: Callable[[StepSummary], bool] | None = None,
        to: str | Path | None = None,
        net: nn.Module | None = None,
    ) -> None:
        model = renamed(model, net)
        check_arguments(model, optimizer, values, budget_bytes, params, step)
        _check_order(after)
        self._model, self._optimizer, self._params = model, optimizer, params
        self._log, self._capture = EventLog(), PatientCapture(values, budget_bytes)
        self._state: RecorderState | None = None if after is None else after._state
        if self._state is not None:
            self._log.ops, self._log.tensors = list(self._state.ops), list(self._state.tensors)
            self._log.step = self._state.step
        self._log.step = self._log.step if step is None else step
        chosen = selection(every, steps, last, when, after, to, until)
        self._chosen: SelectedSteps | None = None
        if chosen is not None:

            def block(step: int, watched: torch.optim.Optimizer) -> record:
                return record(model, watched, values, budget_bytes, params, step=step)

            self._chosen = SelectedSteps(chosen, block, optimizer, to=to)
        self._running: RunningBlock | None = None
        self._done: Recording | None = None
        self._used = self._ended = False

    @property
    def recording(self) -> Recording:
        """What was recorded; inside the block, what was recorded so far. Put together when first asked for."""
        if self._done is not None:
            return self._done
        recording = read_out(self._log, self._capture) if self._chosen is None else self._chosen.recording()
        if self._ended:
            self._done = recording
        return recording

    @property
    def events_so_far(self) -> int:
        """How many events were recorded so far; of chosen steps it is not known."""
        return self._log.count

    def __enter__(self) -> Self:
        """Start recording.

        Raises:
            TraceError: This recorder was used before.
        """
        if self._used:
            raise TraceError(
                f"this recorder was used before: {shown(self)} (make another with record(…) for another block)"
            )
        self._used = True
        if self._chosen is not None:
            self._chosen.start(self._log.step)
            return self
        with torch._C.DisableTorchFunction():  # the program's own modes do not see what is read here
            leaves = Leaves(self._model, self._params)
        self._log.warnings.update(told_of(self._model))
        context = Context(self._log, self._capture, leaves, ModuleStack(self._model))
        self._running = RunningBlock.start(context, self._optimizer, self._state)
        return self

    def adopt(self, model: nn.Module) -> None:
        """Take in the names of a model that the block itself makes, before its first forward pass.

        Raises:
            TraceError: `model` is no module, or the block is not running.
        """
        if not isinstance(model, nn.Module):
            raise TraceError(f"model is not a torch.nn.Module: {shown(model)} (pass the model)")
        if not self._used or self._ended:
            raise TraceError(f"this recorder is not recording: {shown(self)} (adopt a model inside its block)")
        if self._chosen is not None:
            self._chosen.adopt(model)
        if self._running is not None:
            self._running.context.leaves.adopt(model)
            self._running.context.modules.adopt(model)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop recording. An exception of the block becomes the last event and is raised on."""
        if self._running is not None:
            self._running.mode.__exit__(kind, error, traceback)  # type: ignore[no-untyped-call]
        if error is not None:
            self.ended_by(error)
        if self._chosen is not None:
            self._chosen.end()
        if self._running is not None:
            self._state = self._running.stop()
        self._ended = self._used
        self._running = self._model = self._optimizer = self._params = None

    def made_by(self, nodes: Sequence[Node]) -> list[Op | None]:
        """Return per node of torch the operation that made it; None for leaves and for nodes from elsewhere."""
        state = self._state if self._running is None else self._running.state()
        return [None] * len(nodes) if state is None else state.origins.made_by(nodes, state.ops)

    def read(self) -> None:
        """Read the tensors that wait, once the block has ended, so that their copies can be let go of."""
        with self._log.quietly("contents"):
            self._capture.resolve()

    def roots(self) -> tuple[torch.Tensor, ...]:
        """Return what the latest backward pass of the running block started from."""
        return tuple(self._log.roots)

    def has_failed(self) -> bool:
        """Return whether an exception was recorded."""
        return self._log.errors > 0

    def numbered(self) -> dict[int, tuple[torch.Tensor, ForwardTensor]]:
        """Return the tensors of the block that still live, by identity, each with its record."""
        state = self._state if self._running is None else self._running.state()
        living = () if state is None else state.numbers.living()
        return {id(tensor): (tensor, self._log.tensors[number]) for tensor, number in living}

    def ended_by(self, error: BaseException) -> None:
        """Record an exception that ends the running block, with the line that raised it, unless it was seen before."""
        if self._running is not None:
            self._running.context.failed(error, raised_at(error))
        elif self._chosen is not None:
            self._chosen.ended_by(error)


def _check_order(after: object) -> None:
    if after is not None and not isinstance(after, record):
        raise TraceError(f"after is not a recorder: {shown(after)} (pass the rec of an earlier `with record() as rec`)")
    if isinstance(after, record) and not after._ended:
        raise TraceError(f"after is a recorder that has not ended: {shown(after)} (leave its block first)")
