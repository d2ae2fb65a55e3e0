"""Download buttons for pictures of a graph. Each file is made when its button is pressed, not before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from graphtrace.app.sources import GraphSource, OpenedModules
from graphtrace.layout.records import Layout
from graphtrace.literals import ThemeName

MIME = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "dot": "text/vnd.graphviz",
    "html": "text/html",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """A picture to make: the layout on screen, in a theme.

    Attributes:
        scale: Pixels of a PNG per pixel of the layout.
        opened: Modules that the module view draws open.
        saved: Whether cards show saved tensors.
    """

    source: GraphSource
    layout: Layout
    theme: ThemeName
    scale: int
    opened: OpenedModules = None
    saved: bool = False

    @property
    def view(self) -> str:
        """Name of the view on screen."""
        return self.layout.view.name

    @property
    def caption(self) -> str:
        """The line below the picture."""
        return f"{self.source.title} · {self.view}"


def download_buttons(request: PictureRequest) -> None:
    """Draw one button per format."""
    for row in (("svg", "png", "pdf"), ("dot", "html", "json")):
        for column, suffix in zip(st.columns(3), row, strict=True):
            with column:
                _button(request, suffix)


def _button(request: PictureRequest, suffix: str) -> None:
    st.download_button(
        suffix.upper(),
        data=lambda: content(request, suffix),
        file_name=file_name(request, suffix),
        mime=MIME[suffix],
        on_click="ignore",
        width="stretch",
        key=f"download_{suffix}",
    )


def file_name(request: PictureRequest, suffix: str) -> str:
    """Return a name that sorts by program, then view: ``lenet_concept.svg``."""
    return f"{request.source.name}.json" if suffix == "json" else f"{request.source.name}_{request.view}.{suffix}"


def content(request: PictureRequest, suffix: str) -> bytes:
    """Return the file of one format, of exactly the view on screen."""
    file = _MAKERS[suffix](request)
    return file if isinstance(file, bytes) else file.encode("utf-8")


def _svg(request: PictureRequest) -> str:
    from graphtrace.export import svg

    return svg.draw(request.layout, theme=request.theme, caption=request.caption)


def _png(request: PictureRequest) -> bytes:
    from graphtrace.export import image

    return image.png(_svg(request), request.scale)


def _pdf(request: PictureRequest) -> bytes:
    from graphtrace.export import pdf

    return pdf.pdf([_svg(request)])


def _dot(request: PictureRequest) -> str:
    from graphtrace.export import dot

    return str(dot.draw(request.layout).source)


def _html(request: PictureRequest) -> str:
    from graphtrace.export import to_html

    return to_html(
        request.source.graph,
        title=request.caption,
        fold=request.layout.view.name,
        opened=request.opened,
        saved=request.saved,
        theme=request.theme,
    )


def _json(request: PictureRequest) -> bytes:
    from graphtrace.model import dumps

    return dumps(request.source.graph)


_MAKERS: dict[str, Callable[[PictureRequest], str | bytes]] = {
    "svg": _svg,
    "png": _png,
    "pdf": _pdf,
    "dot": _dot,
    "html": _html,
    "json": _json,
}
