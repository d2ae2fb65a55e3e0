"""A `record` block for one action, which continues where the block of an earlier action ended."""

from __future__ import annotations

import torch
from torch import nn

from graphtrace.literals import Level
from graphtrace.recorder import record
from graphtrace.recorder.optimizers import UnhookedOptimizer


class ActionRecorder(record):
    """Record one action. Nodes made by the forward pass of `after` keep their operations and modules.

    Without an optimizer, `record` would hook every optimizer of the process, and another session may be stepping
    its own at that moment. Loading a real optimizer takes a second, so it is put off until a step needs it.

    Args:
        net: Gives the names of modules and parameters.
        optimizer: The optimizer to watch, None if it is not made yet.
        steps: Optimizer steps done before.
        after: The block whose graph this action may run; it still holds its tensors weakly.
        values: What to keep of large tensors, as for `record`.
    """

    def __init__(
        self,
        net: nn.Module,
        optimizer: torch.optim.Optimizer | None,
        steps: int,
        after: ActionRecorder | None = None,
        values: Level = "stats",
    ) -> None:
        super().__init__(net, optimizer=optimizer or UnhookedOptimizer(), values=values, after=after, step=steps)
