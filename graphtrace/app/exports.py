"""Download buttons. Each file is made when its button is pressed, not before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from graphtrace.app.data import Source
from graphtrace.layout.records import Layout

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
    """What picture is wanted: the layout on screen, in a theme and at a scale."""

    source: Source
    layout: Layout
    theme: str
    scale: int

    @property
    def view(self) -> str:
        """Name of the view on screen."""
        return self.layout.view.name

    @property
    def caption(self) -> str:
        """What is written below the picture."""
        return f"{self.source.title} · {self.view}"


def download_buttons(order: PictureRequest) -> None:
    """Draw one button per format."""
    for row in (("svg", "png", "pdf"), ("dot", "html", "json")):
        for column, suffix in zip(st.columns(3), row, strict=True):
            with column:
                _button(order, suffix)


def _button(order: PictureRequest, suffix: str) -> None:
    st.download_button(
        suffix.upper(),
        data=lambda: content(order, suffix),
        file_name=file_name(order, suffix),
        mime=MIME[suffix],
        on_click="ignore",
        width="stretch",
        key=f"download_{suffix}",
    )


def file_name(order: PictureRequest, suffix: str) -> str:
    """Return a name that sorts by program, then view: ``lenet_concept.svg``."""
    return f"{order.source.name}.json" if suffix == "json" else f"{order.source.name}_{order.view}.{suffix}"


def content(order: PictureRequest, suffix: str) -> bytes:
    """Return the file of one format, of exactly the view on screen."""
    made = _MAKERS[suffix](order)
    return made if isinstance(made, bytes) else made.encode("utf-8")


def _svg(order: PictureRequest) -> str:
    from graphtrace.export import svg

    return svg.draw(order.layout, theme=order.theme, caption=order.caption)


def _png(order: PictureRequest) -> bytes:
    from graphtrace.export import image

    return image.png(_svg(order), order.scale)


def _pdf(order: PictureRequest) -> bytes:
    from graphtrace.export import pdf

    return pdf.pdf([_svg(order)])


def _dot(order: PictureRequest) -> str:
    from graphtrace.export import dot

    return str(dot.draw(order.layout).source)


def _html(order: PictureRequest) -> str:
    from graphtrace.export import figure

    return str(figure.draw(order.layout, order.theme, caption=order.caption).to_html(include_plotlyjs=True))


def _json(order: PictureRequest) -> bytes:
    from graphtrace.model import dumps

    return dumps(order.source.graph)


_MAKERS: dict[str, Callable[[PictureRequest], str | bytes]] = {
    "svg": _svg,
    "png": _png,
    "pdf": _pdf,
    "dot": _dot,
    "html": _html,
    "json": _json,
}
