"""A graph as a picture, one function per format. Each loads what it needs only when it is called."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from graphtrace.literals import Language, ThemeName, ViewName
from graphtrace.model import Graph, Recording, RecordingFile, View

if TYPE_CHECKING:
    import graphviz
    from plotly.graph_objects import Figure

    from graphtrace.layout.records import Layout


def to_dot(
    graph: Graph,
    fold: ViewName = "autograd",
    *,
    opened: Collection[str] | None = None,
    saved: bool = False,
    limit: int = 400,
) -> graphviz.Digraph:
    """Return the graph as a ``graphviz.Digraph``, every node a box unless folded.

    Args:
        graph: What `graphtrace.trace` returned.
        fold: ``autograd`` (every node), ``concept`` or ``module``.
        opened: Paths of the modules that the module view draws open.
        saved: Whether boxes list the tensors saved for backward.
        limit: Most boxes to draw; what is left out is stated in the picture.

    Raises:
        TraceError: `graph` is no graph, or an option is out of range.
    """
    from graphtrace.export import dot

    return dot.draw(_view(graph, fold, opened, saved, limit))


def to_svg(
    graph: Graph,
    *,
    fold: ViewName | None = None,
    theme: ThemeName = "light",
    saved: bool = False,
    opened: Collection[str] | None = None,
    caption: str = "",
    limit: int = 400,
) -> str:
    """Return the picture as standalone SVG, sizes in pixels.

    Args:
        graph: What `graphtrace.trace` returned.
        fold: ``autograd`` (every node), ``concept`` or ``module``; None for the one that suits the graph.
        theme: ``light`` or ``dark``.
        saved: Whether cards list the tensors saved for backward.
        opened: Paths of the modules that the module view draws open.
        caption: A sentence written below the graph.
        limit: Most boxes to draw; what is left out is stated in the picture.

    Raises:
        TraceError: `graph` is no graph, or an option is out of range; `LayoutError` if nothing can place it.
    """
    from graphtrace.export import svg

    return svg.draw(_placed(graph, fold, opened, saved, limit), theme=theme, caption=caption)


def to_png(
    graph: Graph,
    *,
    scale: float = 2,
    fold: ViewName | None = None,
    theme: ThemeName = "light",
    saved: bool = False,
    opened: Collection[str] | None = None,
    caption: str = "",
    limit: int = 400,
) -> bytes:
    """Return the picture as PNG.

    Args:
        graph: What `graphtrace.trace` returned.
        scale: Pixels per pixel of the SVG, 1 to 4.
        fold: View to draw; this and all below as for `to_svg`.
        theme: ``light`` or ``dark``.
        saved: Whether cards list the tensors saved for backward.
        opened: Paths of the modules that the module view draws open.
        caption: A sentence written below the graph.
        limit: Most boxes to draw.

    Raises:
        TraceError: As for `to_svg`.
        RenderError: `scale` is out of range, or the picture would have more than 100 million pixels.
    """
    from graphtrace.export import image

    return image.png(
        to_svg(graph, fold=fold, theme=theme, saved=saved, opened=opened, caption=caption, limit=limit), scale
    )


def to_pdf(
    graph: Graph,
    *,
    fold: ViewName | None = None,
    theme: ThemeName = "light",
    saved: bool = False,
    opened: Collection[str] | None = None,
    caption: str = "",
    limit: int = 400,
) -> bytes:
    """Return the picture as one PDF page with text that can be selected.

    Args:
        graph: What `graphtrace.trace` returned.
        fold: View to draw; this and all below as for `to_svg`.
        theme: ``light`` or ``dark``.
        saved: Whether cards list the tensors saved for backward.
        opened: Paths of the modules that the module view draws open.
        caption: A sentence written below the graph.
        limit: Most boxes to draw.

    Raises:
        TraceError: As for `to_svg`.
    """
    from graphtrace.export import pdf

    return pdf.pdf([to_svg(graph, fold=fold, theme=theme, saved=saved, opened=opened, caption=caption, limit=limit)])


def to_figure(
    graph: Graph,
    *,
    fold: ViewName | None = None,
    theme: ThemeName = "light",
    saved: bool = False,
    opened: Collection[str] | None = None,
    caption: str = "",
    limit: int = 400,
) -> Figure:
    """Return the picture as a Plotly figure with details on hover.

    Args:
        graph: What `graphtrace.trace` returned.
        fold: View to draw; this and all below as for `to_svg`.
        theme: ``light`` or ``dark``.
        saved: Whether cards list the tensors saved for backward.
        opened: Paths of the modules that the module view draws open.
        caption: A sentence written below the graph.
        limit: Most boxes to draw.

    Raises:
        TraceError: As for `to_svg`.
    """
    from graphtrace.export import figure

    return figure.draw(_placed(graph, fold, opened, saved, limit), theme, caption=caption)


def to_html(
    graph: Graph | Recording | RecordingFile,
    *,
    title: str = "",
    fold: ViewName | None = None,
    opened: Collection[str] | None = None,
    saved: bool = False,
    limit: int = 400,
    theme: ThemeName | None = None,
    language: Language = "en",
    start: int = 0,
) -> str:
    """Return one self-contained page: a graph to look around in, or a recording to play.

    It opens from disk, works offline with every step in it, and sends no request. Steps of a file lie packed in the
    page until they are looked at; as many as fit into 5 MB, from both ends of the run.

    Args:
        graph: A graph, a recording, or a file of recorded steps.
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
    from graphtrace.export import html, run_page

    if isinstance(graph, RecordingFile):
        found = run_page.page(graph, title=title, fold=fold, limit=limit, theme=theme, language=language)
        return found.text
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


def _view(graph: Graph, name: ViewName | None, opened: Collection[str] | None, saved: bool, limit: int) -> View:
    from graphtrace.views import default_view, fold

    return fold(graph, default_view(graph) if name is None else name, opened=opened, saved=saved, limit=limit)


def _placed(graph: Graph, name: ViewName | None, opened: Collection[str] | None, saved: bool, limit: int) -> Layout:
    from graphtrace.layout import place

    return place(_view(graph, name, opened, saved, limit))
