"""A `record` block for one action, which continues where the block of an earlier action ended."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from graphtrace.literals import Level
from graphtrace.recorder import record


class NullOptimizer(torch.optim.Optimizer):
    """An optimizer that is never stepped, for machines that have not made theirs yet.

    Without an optimizer, `record` hooks every optimizer of the process, and another session may be stepping
    its own at that moment. Loading a real optimizer takes a second, so it is put off until a step needs it.
    """

    def __init__(self) -> None:
        self._optimizer_step_pre_hooks = OrderedDict()
        self._optimizer_step_post_hooks = OrderedDict()


class ActionRecorder(record):
    """Record one action. Nodes made by the forward pass of `after` keep their operations and modules.

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
        super().__init__(net, optimizer=optimizer or NullOptimizer(), values=values, after=after, step=steps)
