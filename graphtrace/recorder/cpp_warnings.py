"""Warnings that torch raises from C++. They come past `warnings.warn`, and torch raises many only once per process.

While anybody watches, a filter stands before all others: Python asks it about every warning, and it takes those of
torch's C++, tells who watches, and warns again in their place, at the line that would be named without a recording,
through the program's own filters. `torch.set_warn_always` is on meanwhile, so that what was said once is said again.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import torch

RECORDER = str(Path(__file__).resolve().parent)
_OVERRIDES = torch.overrides.__file__
_NATIVE = " (Triggered internally at "  # torch puts the line of C++ behind its text

Take = Callable[[type[Warning], str, FrameType], bool]  # returns whether the warning shall go on to the program


class _Pending(threading.local):
    """The warning of this thread that Python asks about."""

    text = ""
    frame: FrameType | None = None
    is_reissued = False


class _AnyCategory(type):
    """A class whose subclass is the category of every warning that was taken: asked, it hears the category."""

    hear: Callable[[type[Warning]], bool]

    def __subclasscheck__(cls, category: type) -> bool:
        return cls.hear(category)


class CppWarnings:
    """The filter, and what it does with a warning.

    Args:
        watches: Whether anybody watches this thread.
        take: Is told category, text and frame of a warning.
    """

    def __init__(self, watches: Callable[[], bool], take: Take) -> None:
        self._watches, self._take, self._pending = watches, take, _Pending()
        category = _AnyCategory("AnyCategory", (Warning,), {})
        category.hear = self._hear
        self._filter = ("ignore", self, category, None, 0)
        self._always = False

    def install(self) -> None:
        """Stand before all other filters; what Python noted as said already is forgotten, as by `catch_warnings`."""
        self._always = torch.is_warn_always_enabled()
        torch.set_warn_always(True)
        self.come_first()

    def come_first(self) -> None:
        """Stand before the filters that the program has added since."""
        filters: list[object] = warnings.filters  # type: ignore[assignment]
        if not filters or filters[0] is not self._filter:
            filters.insert(0, self._filter)
            warnings._filters_mutated()  # type: ignore[attr-defined]

    def remove(self) -> None:
        """Stand aside."""
        torch.set_warn_always(self._always)
        filters: list[object] = warnings.filters  # type: ignore[assignment]
        filters[:] = [item for item in filters if item is not self._filter]
        warnings._filters_mutated()  # type: ignore[attr-defined]

    def match(self, text: str) -> bool:
        """Python asks: does the filter apply to a warning of this text?"""
        frame, pending = sys._getframe(1), self._pending
        code = frame.f_code
        from_call = code.co_filename.startswith(RECORDER) and code.co_name != "warn"  # `warn` passes on Python's own
        if pending.is_reissued or not (_NATIVE in text or from_call) or not self._watches():
            pending.frame = None
            return False
        pending.text, pending.frame = text, frame
        return True

    def _hear(self, category: type[Warning]) -> bool:
        """Python asks: and to one of this category? This is the last question, so the warning is taken now."""
        pending, frame = self._pending, self._pending.frame
        if frame is None:
            return False
        text, pending.frame = pending.text, None
        if self._take(category, text.split(_NATIVE)[0], frame):
            pending.is_reissued = True
            try:
                _warn_again(category, text, caller_of(frame))
            finally:
                pending.is_reissued = False
        return True


def _warn_again(category: type[Warning], text: str, frame: FrameType) -> None:
    known = frame.f_globals
    registry = known.setdefault("__warningregistry__", {})
    module = known.get("__name__", "<string>")
    warnings.warn_explicit(text, category, frame.f_code.co_filename, frame.f_lineno, module, registry)


def is_inside(frame: FrameType | None) -> bool:
    """Return whether a frame was called by the recorder."""
    while frame is not None and not frame.f_code.co_filename.startswith(RECORDER):
        frame = frame.f_back
    return frame is not None


def outer(frame: FrameType | None) -> FrameType | None:
    """Return the frame that would have called this one if nothing were recorded."""
    back = None if frame is None else frame.f_back
    if back is None or not back.f_code.co_filename.startswith(RECORDER):
        return back
    while back is not None and back.f_code.co_filename.startswith(RECORDER):
        back = back.f_back
    if back is not None and back.f_code.co_filename == _OVERRIDES and back.f_back is not None:
        back = back.f_back.f_back  # past the function itself, which asked for an override
    return back


def caller_of(frame: FrameType) -> FrameType:
    """Return the frame that would have called torch's C++: this one, or the one outside the recorder."""
    at: FrameType | None = frame
    while at is not None and at.f_code.co_filename.startswith(RECORDER):
        at = at.f_back
    return frame if at is None else at
