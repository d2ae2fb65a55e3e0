"""What a user can cause. Pages and the command line catch `TraceError` only, so that bugs stay visible.

Texts read *what is wrong: the value (how to fix)*.
"""

from __future__ import annotations

import re


class TraceError(ValueError):
    """Base of every error that a user can cause."""


class NoGraphError(TraceError):
    """The root has no graph to walk: it does not require grad, or it is a leaf."""


class FileError(TraceError):
    """A graph or recording file cannot be read: damaged, hostile, or of a newer schema."""


class LayoutError(TraceError):
    """No engine could place the graph."""


class RenderError(TraceError):
    """A picture cannot be made: a size out of range, an unknown format, a missing package."""


class SpecError(TraceError):
    """A net, its data or a link to it does not fit: sizes, ranges, limits, or text that is no link."""


def shown(value: object, limit: int = 60) -> str:
    """Return ``repr(value)`` on one line, cut to ``limit`` characters, for use in a message."""
    try:
        text = repr(value)
    except Exception:  # a user's own __repr__ must not take the place of what is wrong
        text = object.__repr__(value)
    text = re.sub(r"\s*\n\s*", " ", text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
