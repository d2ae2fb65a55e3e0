"""The parts of a `record` block while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from torch.optim import Optimizer

from graphtrace.recorder.collector import COLLECTOR
from graphtrace.recorder.compiling import CompilerPause
from graphtrace.recorder.compiling import told_of as told_of
from graphtrace.recorder.context import Context
from graphtrace.recorder.dispatch import Dispatcher, RecorderMode
from graphtrace.recorder.forward import ForwardRecorder, RecorderState
from graphtrace.recorder.numbering import TensorNumbers
from graphtrace.recorder.optimizers import OptimizerHooks
from graphtrace.recorder.origins import NodeOrigins
from graphtrace.recorder.torch_warnings import WarningWatch


@dataclass(frozen=True, slots=True, eq=False)
class RunningBlock:
    """The parts of a block while it runs."""

    context: Context
    forward: ForwardRecorder
    optimizers: OptimizerHooks
    mode: RecorderMode
    warnings: WarningWatch
    compiler: CompilerPause

    @classmethod
    def start(cls, context: Context, optimizer: Optimizer | None, state: RecorderState | None) -> Self:
        """Put the parts together, and watch the calls of this thread from now on."""
        origins = NodeOrigins() if state is None else state.origins
        numbers = TensorNumbers() if state is None else state.numbers.copy()
        forward, optimizers = ForwardRecorder(context, origins, numbers), OptimizerHooks(context, optimizer)
        compiler = CompilerPause()
        dispatcher = Dispatcher(context, forward, optimizers, compiler)
        mode = RecorderMode(dispatcher)
        COLLECTOR.begin()
        compiler.begin()
        mode.__enter__()  # type: ignore[no-untyped-call]
        return cls(context, forward, optimizers, mode, WarningWatch(dispatcher.warned), compiler)

    def state(self) -> RecorderState:
        """Return what a later block needs to continue."""
        log = self.context.log
        return RecorderState(log.ops, log.tensors, log.step, self.forward.origins, self.forward.numbers)

    def stop(self) -> RecorderState:
        """Take all hooks off, and return what a later block needs to continue."""
        COLLECTOR.end()
        self.compiler.end()
        self.context.log.catch_up()
        self.warnings.remove()
        self.optimizers.remove()
        self.context.modules.remove()
        self.context.settle()
        return self.state()
