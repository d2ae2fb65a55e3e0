"""Checks of what a user passes in: a wrong type is an error that says what to pass, not one from deep inside."""

from __future__ import annotations

from graphtrace.errors import TraceError, shown
from graphtrace.model.graph import Graph
from graphtrace.model.recording import Recording


def require_graph(value: object) -> Graph:
    """Return `value` if it is a graph.

    Raises:
        TraceError: It is something else.
    """
    if isinstance(value, Graph):
        return value
    hint = "take one of its .graphs" if isinstance(value, Recording) else "pass what trace returned"
    raise TraceError(f"not a graph: {shown(value)} ({hint})")


def require_recording(value: object) -> Recording:
    """Return `value` if it is a recording.

    Raises:
        TraceError: It is something else.
    """
    if isinstance(value, Recording):
        return value
    held = isinstance(getattr(value, "recording", None), Recording)
    hint = "pass its .recording" if held else "pass the .recording of a `with record(…) as rec` block"
    raise TraceError(f"not a recording: {shown(value)} ({hint})")
