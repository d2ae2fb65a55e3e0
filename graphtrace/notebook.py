"""Show records in a notebook: the last expression of a cell draws itself."""

from __future__ import annotations

from typing import Any

HEIGHT = 640  # pixels of the frame that plays a recording


def install(record: type) -> None:
    """Give a record class the display method that Jupyter looks for. Records themselves know no renderer."""
    record._repr_mimebundle_ = _mimebundle  # type: ignore[attr-defined]


def _mimebundle(record: Any, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """Return the picture, or the player, and a line of text; the text alone where it cannot be drawn."""
    from graphtrace.errors import TraceError
    from graphtrace.model import Recording

    is_recording = isinstance(record, Recording)
    text = repr(record) if is_recording else summary(record)
    try:
        drawn = {"text/html": frame(record)} if is_recording else {"image/svg+xml": _svg(record)}
        return {**drawn, "text/plain": text}
    except TraceError as error:
        return {"text/plain": f"{text}\n{error}"}


def frame(recording: Any) -> str:
    """Return the player in a sandboxed frame: its scripts see neither the notebook nor each other's page."""
    from html import escape

    from graphtrace.export import to_html

    page = escape(to_html(recording), quote=True)
    style = f"width:100%;height:{HEIGHT}px;border:1px solid #8888;border-radius:8px"
    return (
        f'<iframe sandbox="allow-scripts allow-downloads" style="{style}" title="graphtrace" srcdoc="{page}"></iframe>'
    )


def _svg(graph: Any) -> str:
    from graphtrace.export import to_svg

    return to_svg(graph)


def summary(graph: Any) -> str:
    """Describe a graph in one line, without its thousands of records."""
    used = sum(param.state == "used" for param in graph.params)
    parts = ((len(graph.nodes), "node"), (len(graph.edges), "edge"), (used, "named leaf"))
    counts = ", ".join(_count(number, noun) for number, noun in parts)
    return f"Graph of {counts} (torch {graph.torch})"


def _count(number: int, noun: str) -> str:
    plural = "named leaves" if noun == "named leaf" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
