"""Pictures of a graph, one function per format. Each loads what it needs only when it is called.

All take the same options:
    fold: ``autograd`` (every node), ``concept`` or ``module``; None for the one that suits the graph.
    opened: Paths of the modules that the module view draws open.
    saved: Whether cards list the tensors saved for backward.
    limit: Most boxes to draw; what is left out is stated in the picture.
    theme: ``light`` or ``dark``.
    caption: A sentence written below the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphtrace.errors import RenderError, shown
from graphtrace.model import Graph, Recording, View, dumps, require_path

if TYPE_CHECKING:
    import graphviz
    from plotly.graph_objects import Figure

    from graphtrace.layout.records import Layout

__all__ = ["SUFFIXES", "to_dot", "to_figure", "to_html", "to_pdf", "to_png", "to_svg", "write"]


def to_dot(
    graph: Graph,
    fold: str = "autograd",
    *,
    opened: Collection[str] | None = None,
    saved: bool = False,
    limit: int = 400,
) -> graphviz.Digraph:
    """Return the graph as a ``graphviz.Digraph``, every node a box unless folded.

    Raises:
        TraceError: `graph` is no graph, or an option is out of range.
    """
    from graphtrace.export import dot

    return dot.draw(_view(graph, fold, opened, saved, limit))


def to_svg(
    graph: Graph,
    *,
    fold: str | None = None,
    theme: str = "light",
    saved: bool = False,
    opened: Collection[str] | None = None,
    caption: str = "",
    limit: int = 400,
) -> str:
    """Return the picture as standalone SVG, sizes in pixels. `graphtrace.export` explains the options.

    Raises:
        TraceError: `graph` is no graph, or an option is out of range; `LayoutError` if nothing can place it.
    """
    from graphtrace.export import svg

    return svg.draw(_placed(graph, fold, opened, saved, limit), theme=theme, caption=caption)


def to_png(graph: Graph, *, scale: float = 2, **options: Any) -> bytes:
    """Return the picture as PNG, `scale` (1 to 4) pixels per pixel of the SVG; options and errors as for `to_svg`.

    Raises:
        RenderError: `scale` is out of range, or the picture would have more than 100 million pixels.
    """
    from graphtrace.export import image

    return image.png(to_svg(graph, **options), scale)


def to_pdf(graph: Graph, **options: Any) -> bytes:
    """Return the picture as one PDF page with text that can be selected; options and errors as for `to_svg`."""
    from graphtrace.export import pdf

    return pdf.pdf([to_svg(graph, **options)])


def to_figure(
    graph: Graph,
    *,
    fold: str | None = None,
    theme: str = "light",
    saved: bool = False,
    opened: Collection[str] | None = None,
    caption: str = "",
    limit: int = 400,
) -> Figure:
    """Return the picture as a Plotly figure with details on hover; options and errors as for `to_svg`."""
    from graphtrace.export import figure

    return figure.draw(_placed(graph, fold, opened, saved, limit), theme, caption=caption)


def to_html(
    graph: Graph | Recording,
    *,
    title: str = "",
    fold: str | None = None,
    opened: Collection[str] | None = None,
    saved: bool = False,
    limit: int = 400,
    theme: str | None = None,
    language: str = "en",
    start: int = 0,
) -> str:
    """Return one self-contained page: a graph to look around in, or a recording to play.

    It opens from disk, works offline with every step in it, and sends no request.

    Args:
        graph: A graph, or a recording.
        title: Title of the page.
        fold: View to open on; None for the one that suits.
        opened: Paths of the modules that the module view draws open.
        saved: Whether cards of a graph list the tensors saved for backward.
        limit: Most boxes to draw of a graph, or of each graph of a recording; the rest is counted in one box.
            A page draws any number: what is far away is a sketch.
        theme: ``light`` or ``dark``; None follows the reader's system.
        language: ``en`` or ``zh``; the page has a switch.
        start: Cursor to open a recording at: how many events have happened.

    Raises:
        RenderError: `graph` is neither, or an option is out of range.
    """
    from graphtrace.export import html

    return html.page(
        graph,
        title=title,
        fold=fold,
        opened=opened,
        saved=saved,
        limit=limit,
        theme=theme,
        language=language,
        start=start,
    )


def write(graph: Graph, path: str | Path, **options: Any) -> Path:
    """Write the graph in the format that the suffix of `path` names; options as for that format.

    Raises:
        TraceError: `graph` is no graph, or `path` no path.
        RenderError: The suffix is unknown, or the file cannot be written.
    """
    path = require_path(path)
    made = _content(graph, path, options)
    try:
        path.write_bytes(made)
    except OSError as error:
        raise RenderError(f"the file cannot be written: {shown(str(path))} ({error.strerror})") from error
    return path


def _content(graph: Graph, path: Path, options: dict[str, Any]) -> bytes:
    name = path.name.lower()
    for suffix, make in SUFFIXES.items():
        if name.endswith(suffix):
            return make(graph, **options)
    raise RenderError(f"unknown format: {shown(path.name)} (end the name in {', '.join(SUFFIXES)})")


def _view(graph: Graph, name: str | None, opened: Collection[str] | None, saved: bool, limit: int) -> View:
    from graphtrace.views import default_view, fold

    return fold(graph, default_view(graph) if name is None else name, opened=opened, saved=saved, limit=limit)


def _placed(graph: Graph, name: str | None, opened: Collection[str] | None, saved: bool, limit: int) -> Layout:
    from graphtrace.layout import place

    return place(_view(graph, name, opened, saved, limit))


def _svg(graph: Graph, **options: Any) -> bytes:
    return to_svg(graph, **options).encode()


def _dot(graph: Graph, **options: Any) -> bytes:
    source: str = to_dot(graph, **options).source
    return source.encode()


def _html(graph: Graph, **options: Any) -> bytes:
    return to_html(graph, **options).encode()


def _json(graph: Graph) -> bytes:
    return dumps(graph)


def _json_gz(graph: Graph) -> bytes:
    return dumps(graph, compress=True)


SUFFIXES: dict[str, Callable[..., bytes]] = {
    ".svg": _svg,
    ".png": to_png,
    ".pdf": to_pdf,
    ".dot": _dot,
    ".html": _html,
    ".json": _json,
    ".json.gz": _json_gz,
}
