"""SIGTERM: something is written first, then what would have happened happens."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType


class Termination:
    """Runs a function before SIGTERM acts.

    Args:
        told: Called with the frame that was running.
    """

    def __init__(self, told: Callable[[FrameType | None], None]) -> None:
        self._told, self._process = told, os.getpid()
        self._former: Callable[[int, FrameType | None], object] | int | None = None
        self._handler = self._run  # one object, to know it again

    def watch(self) -> None:
        """Begin. Only the main thread may: elsewhere nothing is done."""
        if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is not None:
            self._former = signal.signal(signal.SIGTERM, self._handler)

    def restore(self) -> None:
        """Put the former disposition back, unless the program has set another one since."""
        former, self._former = self._former, None
        if former is not None and signal.getsignal(signal.SIGTERM) is self._handler:
            signal.signal(signal.SIGTERM, former)

    def _run(self, number: int, frame: FrameType | None) -> None:
        former = self._former
        self.restore()
        if os.getpid() == self._process:  # a forked worker of a data loader has the handler, too
            self._told(frame)
        if callable(former):
            former(number, frame)
        elif former != signal.SIG_IGN:
            os.kill(os.getpid(), number)
