"""End a program at one of its own lines: never inside the recorder, whose records would be torn."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from graphtrace.runner.records import FILE, Ended, RunLimits

_LOOK = 0.05  # seconds between two looks
_OURS = str(Path(__file__).parents[1])


class Stop(BaseException):
    """A program is over a limit."""

    def __init__(self, why: Ended) -> None:
        super().__init__(why)
        self.why: Ended = why


class Watch:
    """Stops a program that needs too much.

    Args:
        limits: What it may use.
        position: Says how many events have happened.
    """

    def __init__(self, limits: RunLimits, position: Callable[[], int]) -> None:
        self._limits, self._position = limits, position
        self._end = time.monotonic() + limits.seconds
        self._cpu = time.process_time() + limits.cpu
        self.why: Ended | None = None

    def stop(self, why: Ended) -> None:
        """Stop the program at its next line."""
        self.why = self.why or why
        self._from(sys._getframe(1))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Look again and again while the program runs. Windows and other threads have no such timer."""
        if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, _LOOK, _LOOK)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            sys.settrace(None)

    def _look(self, number: int, frame: FrameType | None) -> None:
        if self.why is None:
            if time.monotonic() > self._end or time.process_time() > self._cpu:
                self.why = "time"
            elif self._position() > self._limits.events:
                self.why = "events"
        if self.why is not None:
            self._from(frame)

    def _from(self, frame: FrameType | None) -> None:
        """Stop here if nothing of ours is running, else when the program's own line is done."""
        own = None
        ours = False
        while frame is not None and own is None:
            file = frame.f_code.co_filename
            own = frame if file == FILE else None
            ours = ours or (file.startswith(_OURS) and file != __file__)
            frame = frame.f_back
        if own is None:
            return
        if not ours:
            raise Stop(self.why or "time")
        while own is not None:
            if own.f_code.co_filename == FILE:
                own.f_trace = self._line
            own = own.f_back
        sys.settrace(self._line)

    def _line(self, frame: FrameType, event: str, value: object) -> Any:
        if frame.f_code.co_filename != FILE:
            return None
        if event in ("line", "call"):
            self._raise()
        return self._line

    def _raise(self) -> NoReturn:
        sys.settrace(None)
        raise Stop(self.why or "time")
