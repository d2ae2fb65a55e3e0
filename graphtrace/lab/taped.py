"""A `record` block for one action, which goes on where the block of an earlier action ended."""

from __future__ import annotations

from collections import OrderedDict
from types import TracebackType

import torch
from torch import nn

from graphtrace.recorder import record
from graphtrace.recorder.forward import ForwardTape


class Idle(torch.optim.Optimizer):
    """An optimizer that is never stepped.

    With no optimizer given, `record` hooks all optimizers of the process, which another session's
    step may be iterating over at that moment. A real one costs a second to load before it is needed.
    """

    def __init__(self) -> None:
        self._optimizer_step_pre_hooks = OrderedDict()
        self._optimizer_step_post_hooks = OrderedDict()


class Taped(record):
    """Record one action. Nodes that the forward pass of `after` made keep their operations and modules.

    Args:
        net: Names modules and parameters.
        optimizer: The one to watch, None where there is none yet.
        steps: Optimizer steps done before.
        after: The block whose graph this action may run, still holding its tensors weakly.
        values: As for `record`.
    """

    def __init__(
        self,
        net: nn.Module,
        optimizer: torch.optim.Optimizer | None,
        steps: int,
        after: Taped | None = None,
        values: str = "stats",
    ) -> None:
        super().__init__(net, optimizer=optimizer or Idle(), values=values)
        self.tape.step = steps
        self._after = after
        self.kept: ForwardTape | None = None

    def __enter__(self) -> Taped:
        """Start; take over what the earlier block knows of its operations."""
        super().__enter__()
        if self._after is not None and self._after.kept is not None:
            earlier = self._after.recording
            self.tape.ops += earlier.ops
            self.tape.values += earlier.values
            self.forward = self._after.kept
            self.forward._recorder = self
            self._after = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop; keep what a later block needs."""
        self.kept = self.forward
        super().__exit__(kind, error, traceback)
