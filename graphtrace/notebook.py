"""Show records in a notebook: the last expression of a cell draws itself."""

from __future__ import annotations

from typing import Any


def install(record: type) -> None:
    """Give a record class the display method that Jupyter looks for. Records themselves know no renderer."""
    record._repr_mimebundle_ = _mimebundle  # type: ignore[attr-defined]


def _mimebundle(record: Any, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """Return the picture and a line of text; the text alone where it cannot be drawn."""
    from graphtrace.errors import TraceError
    from graphtrace.render import to_svg

    text = summary(record)
    try:
        return {"image/svg+xml": to_svg(record), "text/plain": text}
    except TraceError as error:
        return {"text/plain": f"{text}\n{error}"}


def summary(graph: Any) -> str:
    """Describe a graph in one line, without its thousands of records."""
    used = sum(param.state == "used" for param in graph.params)
    return (
        f"Graph of {len(graph.nodes):,} nodes, {len(graph.edges):,} edges, {used:,} named leaves (torch {graph.torch})"
    )
