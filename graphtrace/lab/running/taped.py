"""A `record` block for one action, which goes on where the block of an earlier action ended."""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from graphtrace.model.literals import Level
from graphtrace.recorder import record


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
        values: Level = "stats",
    ) -> None:
        super().__init__(net, optimizer=optimizer or Idle(), values=values, after=after, step=steps)
