"""Errors that a user can cause. Pages and the command line catch only `TraceError`, so that bugs stay visible.

Texts read *what is wrong: the value (how to fix)*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager


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


class MissingPackageError(RenderError):
    """A package is not installed, because the extra that brings it is not."""


class SpecError(TraceError):
    """A net, its data or a link to it is not valid: sizes, ranges, limits, or text that is no link."""


class ServeError(TraceError):
    """The servers of a class cannot be started: a port that is taken, a server that ends."""


def shown(value: object, limit: int = 60) -> str:
    """Return ``repr(value)`` on one line, cut to ``limit`` characters, for use in a message."""
    try:
        text = repr(value)
    except Exception:  # an error in a user's own __repr__ must not hide the first one
        text = object.__repr__(value)
    text = re.sub(r"\s*\n\s*", " ", text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


@contextmanager
def extra(name: str, purpose: str) -> Iterator[None]:
    """Import the packages of an extra inside this block.

    Args:
        name: The extra of the distribution that brings them, as ``files``.
        purpose: What they are needed for, with its article: ``a PNG``.

    Raises:
        MissingPackageError: One of them is not installed; the message is the command that installs it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "graphtrace":
            raise  # a bug, not a missing package
        raise MissingPackageError(
            f'{purpose} needs a package that is not installed: {package} (pip install "graphtrace[{name}]")'
        ) from None
