"""The cyclic collector runs seldom while a block records: what a recording holds is no garbage, and grows.

Every run of the collector looks at all of it, so that a long block would become slower with every step.
"""

from __future__ import annotations

import gc
import threading

_SELDOM = 70_000  # new objects between two runs over the youngest generation


class SeldomCollector:
    """Counts the blocks that record; the last one to end puts the program's own threshold back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self._own = 0  # the program's threshold, 0 where it is left as it is

    def begin(self) -> None:
        """A block begins."""
        with self._lock:
            self._running += 1
            first, *others = gc.get_threshold()
            if self._running == 1 and 0 < first < _SELDOM:
                self._own = first
                gc.set_threshold(_SELDOM, *others)

    def end(self) -> None:
        """A block has ended."""
        with self._lock:
            self._running -= 1
            first, *others = gc.get_threshold()
            if not self._running and self._own:
                if first == _SELDOM:  # else the program has set it meanwhile
                    gc.set_threshold(self._own, *others)
                self._own = 0


COLLECTOR = SeldomCollector()
