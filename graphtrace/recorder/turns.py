"""Which optimizer's step ends an iteration of a loop: where several take turns, as in a GAN, the last of them."""

from __future__ import annotations

import weakref

from torch.optim import Optimizer

_PATIENCE = 16  # steps of others, until the last of the turns counts as gone


class Turns:
    """The order in which optimizers step, as it shows itself.

    Attributes:
        steps: How many steps the latest iteration had.
    """

    def __init__(self) -> None:
        self.steps = 1
        self._order: list[weakref.ref[Optimizer]] = []
        self._since = 0

    def ends(self, optimizer: Optimizer) -> bool:
        """Note a step of an optimizer, and return whether an iteration ends with it."""
        self._since += 1
        known = [one() for one in self._order]
        if optimizer not in known:
            self._order.append(weakref.ref(optimizer))
        elif self._since > _PATIENCE:
            self._order = [weakref.ref(optimizer)]
        if self._order[-1]() is not optimizer:
            return False
        self.steps, self._since = self._since, 0
        return True
