"""Show records in a notebook: a graph as its picture, a recording as the player."""

from __future__ import annotations

from html import escape

from graphtrace.errors import TraceError
from graphtrace.model import Graph, Recording
from graphtrace.model.display import MimeBundle, show_with

HEIGHT = 640  # of the frame that plays a recording, in pixels


def register() -> None:
    """Let graphs and recordings be displayed by this module."""
    show_with(mime_bundle)


def mime_bundle(record: object) -> MimeBundle:
    """Return the picture, or the player, and a line of text; the text alone where it cannot be drawn."""
    text = summary(record) if isinstance(record, Graph) else repr(record)
    try:
        return {**_drawing(record), "text/plain": text}
    except TraceError as error:
        return {"text/plain": f"{text}\n{error}"}


def _drawing(record: object) -> MimeBundle:
    from graphtrace import export  # only when something is displayed, so that ``import graphtrace`` stays quick

    if isinstance(record, Graph):
        return {"image/svg+xml": export.to_svg(record)}
    return {"text/html": frame(record)} if isinstance(record, Recording) else {}


def frame(recording: Recording) -> str:
    """Return the player in a sandboxed frame: its scripts see neither the notebook nor each other's page."""
    from graphtrace.export import to_html

    page = escape(to_html(recording), quote=True)
    style = f"width:100%;height:{HEIGHT}px;border:1px solid #8888;border-radius:8px"
    return (
        f'<iframe sandbox="allow-scripts allow-downloads" style="{style}" title="graphtrace" srcdoc="{page}"></iframe>'
    )


def summary(graph: Graph) -> str:
    """Describe a graph in one line, without its thousands of records."""
    return f"{graph!r} (torch {graph.torch})"
