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
    parts = ((len(graph.nodes), "node"), (len(graph.edges), "edge"), (used, "named leaf"))
    counts = ", ".join(_count(number, noun) for number, noun in parts)
    return f"Graph of {counts} (torch {graph.torch})"


def _count(number: int, noun: str) -> str:
    plural = "named leaves" if noun == "named leaf" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
