"""Warnings that torch raises while a block runs, seen on their way to the user, who gets them as without a recording.

`warnings.warn` is replaced as long as any block runs: torch has no hook for them, and the filters of Python let a
warning pass only once per line and process. Warnings that torch's C++ raises do not come by here.
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

_RECORDER = str(Path(__file__).resolve().parent)
_TORCH = str(Path(torch.__file__).resolve().parent)
_OVERRIDES = torch.overrides.__file__

Saw = Callable[[str, str, bool], None]  # is told category, text, and whether it comes from a call of the recorder's


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

    def add(self, thread: int, saw: Saw) -> None:
        with self._lock:
            if not self._watching:
                self._warn, warnings.warn = warnings.warn, self.warn
            self._watching[thread].append(saw)

    def remove(self, thread: int, saw: Saw) -> None:
        with self._lock:
            self._watching[thread].remove(saw)
            if not self._watching[thread]:
                del self._watching[thread]
            if not self._watching and warnings.warn == self.warn:
                warnings.warn = self._warn

    def warn(
        self, message: object, category: Any = None, stacklevel: int = 1, source: object = None, **how: Any
    ) -> None:
        """Warn as torch or the program asked, then tell who watches, unless the warning was raised as an error."""
        caller = sys._getframe(1)
        self._warn(message, category, _level(caller, stacklevel, how.get("skip_file_prefixes", ())), source, **how)
        if caller.f_code.co_filename.startswith(_TORCH):
            kind = type(message) if isinstance(message, Warning) else category or UserWarning
            for saw in self._watching.get(threading.get_ident(), ()):
                saw(kind.__name__, str(message), _is_inside(caller))


_relay = _Relay()


def _is_inside(frame: FrameType | None) -> bool:
    while frame is not None and not frame.f_code.co_filename.startswith(_RECORDER):
        frame = frame.f_back
    return frame is not None


def _level(caller: FrameType, stacklevel: int, skipped: tuple[str, ...]) -> int:
    """Return the level that names the line that would be named without a recording.

    Frames of the recorder, and the call that torch handed to it, stand between a function of torch and its caller.
    """
    if skipped and caller.f_code.co_filename.startswith(tuple(skipped)):
        return stacklevel
    frame: FrameType | None = caller
    for _ in range(stacklevel - 1):
        frame = _outer(frame)
    level, at = 2, caller  # this module's own function is level 1
    while at is not frame and at.f_back is not None:
        level, at = level + 1, at.f_back
    return level if at is frame else stacklevel + level


def _outer(frame: FrameType | None) -> FrameType | None:
    """Return the frame that would have called this one if nothing were recorded."""
    back = None if frame is None else frame.f_back
    if back is None or not back.f_code.co_filename.startswith(_RECORDER):
        return back
    while back is not None and back.f_code.co_filename.startswith(_RECORDER):
        back = back.f_back
    if back is not None and back.f_code.co_filename == _OVERRIDES and back.f_back is not None:
        back = back.f_back.f_back  # past the function itself, which asked for an override
    return back
