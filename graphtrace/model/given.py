"""What a user hands over, checked: the wrong kind of thing is an error that says what to pass, not one from inside."""

from __future__ import annotations

import os
from pathlib import Path

from graphtrace.errors import TraceError, shown
from graphtrace.model.graph import Graph
from graphtrace.model.recording import Recording


def a_graph(thing: object) -> Graph:
    """Return the thing if it is a graph.

    Raises:
        TraceError: It is not.
    """
    if isinstance(thing, Graph):
        return thing
    hint = "take one of its .graphs" if isinstance(thing, Recording) else "pass what trace returned"
    raise TraceError(f"not a graph: {shown(thing)} ({hint})")


def a_recording(thing: object) -> Recording:
    """Return the thing if it is a recording.

    Raises:
        TraceError: It is not.
    """
    if isinstance(thing, Recording):
        return thing
    held = isinstance(getattr(thing, "recording", None), Recording)
    hint = "pass its .recording" if held else "pass the .recording of a `with record(…) as rec` block"
    raise TraceError(f"not a recording: {shown(thing)} ({hint})")


def a_path(thing: object) -> Path:
    """Return the path of a file.

    Raises:
        TraceError: It is neither a text nor a path.
    """
    if isinstance(thing, str | os.PathLike):
        return Path(thing)
    raise TraceError(f"not the name of a file: {shown(thing)} (pass a text or a pathlib.Path)")
