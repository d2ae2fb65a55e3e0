"""Warnings that torch raises while a block runs, seen on their way to the user, who gets them as without a recording.

`warnings.warn` is replaced as long as any block runs: torch has no hook for them, and the filters of Python let a
warning pass only once per line and process. Warnings of torch's C++ do not come by there, see `cpp_warnings`.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import torch

from graphtrace.recorder.cpp_warnings import CppWarnings, is_inside, outer

_TORCH = str(Path(torch.__file__).resolve().parent)

Saw = Callable[[str, str, bool], bool]  # is told category, text and whether the recorder called; True: it was recorded


class WarningWatch:
    """Tells a block of the warnings that torch raises on its thread.

    Args:
        saw: Is called after each.
    """

    def __init__(self, saw: Saw) -> None:
        self._saw, self._thread = saw, threading.get_ident()
        _relay.add(self._thread, saw)

    def remove(self) -> None:
        """Stop watching."""
        _relay.remove(self._thread, self._saw)


class _Relay:
    """Stands in for `warnings.warn` while anybody watches."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watching: dict[int, list[Saw]] = defaultdict(list)
        self._warn: Callable[..., None] = warnings.warn
        self._native = CppWarnings(lambda: threading.get_ident() in self._watching, self._take)

    def add(self, thread: int, saw: Saw) -> None:
        with self._lock:
            if not self._watching:
                self._warn, warnings.warn = warnings.warn, self.warn
                self._native.install()
            self._watching[thread].append(saw)

    def remove(self, thread: int, saw: Saw) -> None:
        with self._lock:
            self._watching[thread].remove(saw)
            if not self._watching[thread]:
                del self._watching[thread]
            if self._watching:
                return
            self._native.remove()
            if warnings.warn == self.warn:
                warnings.warn = self._warn

    def come_first(self) -> None:
        """Hear of warnings before the filters that the program has set since."""
        self._native.come_first()

    def warn(
        self, message: object, category: Any = None, stacklevel: int = 1, source: object = None, **how: Any
    ) -> None:
        """Warn as torch or the program asked, then tell who watches, unless the warning was raised as an error."""
        caller = sys._getframe(1)
        self._warn(message, category, _level(caller, stacklevel, how.get("skip_file_prefixes", ())), source, **how)
        if caller.f_code.co_filename.startswith(_TORCH):
            kind = type(message) if isinstance(message, Warning) else category or UserWarning
            for saw in self._watching.get(threading.get_ident(), ()):
                saw(kind.__name__, str(message), is_inside(caller))

    def _take(self, category: type[Warning], text: str, frame: FrameType) -> bool:
        """Tell who watches of a warning from C++; returns False for one of the recorder's own work."""
        inside = is_inside(frame)
        told = [saw(category.__name__, text, inside) for saw in self._watching.get(threading.get_ident(), ())]
        return any(told)


_relay = _Relay()
come_first = _relay.come_first


def _level(caller: FrameType, stacklevel: int, skipped: tuple[str, ...]) -> int:
    """Return the level that names the line that would be named without a recording.

    Frames of the recorder, and the call that torch handed to it, stand between a function of torch and its caller.
    """
    if skipped and caller.f_code.co_filename.startswith(tuple(skipped)):
        return stacklevel
    frame: FrameType | None = caller
    for _ in range(stacklevel - 1):
        frame = outer(frame)
    level, at = 2, caller  # this module's own function is level 1
    while at is not frame and at.f_back is not None:
        level, at = level + 1, at.f_back
    return level if at is frame else stacklevel + level
