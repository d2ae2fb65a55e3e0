"""How long rebuilding may take: a link is short, and what it asks for may be hours of computing."""

from __future__ import annotations

import time
from collections.abc import Callable

_LOOK = 0.1  # seconds between two looks at whether anybody still waits


class Budget:
    """Seconds for several things done one after the other, which are ended in between.

    Args:
        seconds: Of the clock.
        still_wanted: Asked ten times a second at most; what it raises ends the work and passes through.
    """

    def __init__(self, seconds: float, still_wanted: Callable[[], object] | None = None) -> None:
        self._still_wanted, self._looked = still_wanted, time.monotonic()
        self._end = self._looked + seconds

    def spent(self) -> bool:
        """Return whether the time is over."""
        now = time.monotonic()
        if self._still_wanted is not None and now - self._looked > _LOOK:
            self._looked = now
            self._still_wanted()
        return now > self._end

    def stop(self, done: int, loss: float) -> bool:
        """Return whether to end a run after this iteration."""
        return self.spent()
