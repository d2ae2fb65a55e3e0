"""Download buttons. Each file is made when its button is pressed, not before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from graphtrace.ui.data import Opened, Source

MIME = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "dot": "text/vnd.graphviz",
    "html": "text/html",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What picture is wanted: the one on screen, in a theme and at a scale."""

    source: Source
    view: str
    opened: Opened
    saved: bool
    theme: str
    scale: int


def download_buttons(order: Order) -> None:
    """Draw one button per format."""
    for row in (("svg", "png", "pdf"), ("dot", "html", "json")):
        for column, suffix in zip(st.columns(3), row, strict=True):
            with column:
                _button(order, suffix)


def _button(order: Order, suffix: str) -> None:
    st.download_button(
        suffix.upper(),
        data=lambda: content(order, suffix),
        file_name=file_name(order, suffix),
        mime=MIME[suffix],
        on_click="ignore",
        width="stretch",
        key=f"download_{suffix}",
    )


def file_name(order: Order, suffix: str) -> str:
    """Return a name that sorts by program, then view: ``lenet_concept.svg``."""
    return f"{order.source.name}.json" if suffix == "json" else f"{order.source.name}_{order.view}.{suffix}"


def content(order: Order, suffix: str) -> bytes:
    """Return the file of one format, of exactly the view on screen."""
    made = _MAKERS[suffix](order)
    return made if isinstance(made, bytes) else made.encode("utf-8")


def _shape(order: Order) -> dict[str, Any]:
    return {"fold": order.view, "opened": order.opened, "saved": order.saved}


def _look(order: Order) -> dict[str, Any]:
    return {**_shape(order), "theme": order.theme}


def _svg(order: Order) -> str | bytes:
    from graphtrace.render import to_svg

    return to_svg(order.source.graph, **_look(order))


def _png(order: Order) -> str | bytes:
    from graphtrace.render import to_png

    return to_png(order.source.graph, scale=order.scale, **_look(order))


def _pdf(order: Order) -> str | bytes:
    from graphtrace.render import to_pdf

    return to_pdf(order.source.graph, **_look(order))


def _dot(order: Order) -> str | bytes:
    from graphtrace.render import to_dot

    return str(to_dot(order.source.graph, **_shape(order)).source)


def _html(order: Order) -> str | bytes:
    from graphtrace.render import to_figure

    return str(to_figure(order.source.graph, **_look(order)).to_html(include_plotlyjs=True))


def _json(order: Order) -> str | bytes:
    from graphtrace.model import dumps

    return dumps(order.source.graph)


_MAKERS: dict[str, Callable[[Order], str | bytes]] = {
    "svg": _svg,
    "png": _png,
    "pdf": _pdf,
    "dot": _dot,
    "html": _html,
    "json": _json,
}
