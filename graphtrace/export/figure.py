"""A Layout as a Plotly figure: the same picture with zoom, pan and details on hover.

Plotly keeps the size of text when the figure is zoomed or shown smaller, so that texts would leave their
cards. The texts are therefore one SVG image in the axes' coordinates, which scales with the cards.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from graphtrace.errors import extra
from graphtrace.export import foot, marks, svg
from graphtrace.layout.records import Layout, Rectangle
from graphtrace.literals import ThemeName
from graphtrace.model import Box
from graphtrace.style.safe_text import visible
from graphtrace.style.theme import Palette, palette

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_LONGEST = 200  # characters of one line on hover


def draw(layout: Layout, theme: ThemeName = "light", *, caption: str = "") -> Figure:
    """Return the picture as a Plotly figure whose axes are in pixels of the layout.

    One invisible trace holds the middle of every box, its id in ``customdata`` and its details on hover.
    """
    with extra("app", "a Plotly figure"):
        from plotly.graph_objects import Figure, Scatter

    colours = palette(theme)
    figure = Figure(Scatter(**_centres(layout), **_hover(layout, colours)))
    figure.update_layout(**_page(layout, colours, caption), shapes=list(_shapes(layout, colours)))
    return figure


def _centres(layout: Layout) -> dict[str, object]:
    return {
        "x": [round(place.x + place.width / 2, 2) for place in layout.places],
        "y": [round(place.y + place.height / 2, 2) for place in layout.places],
        "customdata": [[box.id] for box in layout.view.boxes],
    }


def _hover(layout: Layout, colours: Palette) -> dict[str, object]:
    label = {"bgcolor": colours.surface, "bordercolor": colours.hairline, "font": {"color": colours.ink}}
    return {
        "mode": "markers",
        "marker": {"size": 24, "opacity": 0},
        "hovertext": [details(box) for box in layout.view.boxes],
        "hoverinfo": "text",
        "hoverlabel": label | {"align": "left"},
        "showlegend": False,
    }


def details(box: Box) -> str:
    """Return all that a box says, for a label that Plotly reads as markup."""
    lines = (escape(visible(line, _LONGEST), quote=False) for line in svg.full_text(box))
    return "<br>".join(lines) or "constant or unneeded input"


def _page(layout: Layout, colours: Palette, caption: str) -> dict[str, object]:
    width, height = svg.size(layout, foot.lines(layout, caption))
    left = (layout.width - width) / 2  # the graph stands in the middle of a wide caption
    axis = {"visible": False, "autorange": False}
    return {
        "width": width,
        "height": height,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": colours.background,
        "plot_bgcolor": colours.background,
        "xaxis": axis | {"range": [left, left + width]},
        "yaxis": axis | {"range": [height, 0], "scaleanchor": "x"},
        "dragmode": "pan",
        "hovermode": "closest",
        "hoverdistance": 60,
        "images": [_words(layout, colours, caption) | {"x": left, "y": 0, "sizex": width, "sizey": height}],
    }


def _words(layout: Layout, colours: Palette, caption: str) -> dict[str, object]:
    drawn = svg.words(layout, theme=colours.name, caption=caption)
    source = "data:image/svg+xml;base64," + b64encode(drawn.encode()).decode()
    return {"source": source, "xref": "x", "yref": "y", "sizing": "stretch", "layer": "above"}


def _shapes(layout: Layout, colours: Palette) -> Iterator[dict[str, object]]:
    """Yield one shape for all that looks alike, painted from the ground up."""
    frames = [Rectangle(frame.x, frame.y, frame.width, frame.height) for frame in layout.frames]
    yield from _shape([marks.rounded(frame, 12) for frame in frames], colours.frame, colours.frame_line)
    routes = [route.points for route in layout.routes]
    yield from _shape([marks.curve(points) for points in routes], None, colours.line, 1.3)
    yield from _shape([marks.polygon(marks.arrow(points)) for points in routes], colours.line)
    pairs = list(zip(layout.view.boxes, layout.places, strict=True))
    stubs = [marks.rounded(place, 4) for box, place in pairs if box.kind == "stub"]
    yield from _shape(stubs, colours.constant)
    cuts = [marks.rounded(place) for box, place in pairs if box.kind == "cut"]
    yield from _shape(cuts, colours.surface, colours.line, dash="dash")
    cards = [(box, place) for box, place in pairs if box.kind not in ("stub", "cut")]
    yield from _sheets(cards, colours)
    for colour in dict.fromkeys(colours.bar(box.kind) for box, _ in cards):
        bars = [marks.bar(place) for box, place in cards if colours.bar(box.kind) == colour]
        yield from _shape(bars, colour)


def _sheets(cards: list[tuple[Box, Rectangle]], colours: Palette) -> Iterator[dict[str, object]]:
    for offset in (5.0, 2.5):  # an openable box is the first of a stack
        stack = [
            marks.rounded(Rectangle(place.x + offset, place.y + offset, place.width, place.height))
            for box, place in cards
            if box.openable
        ]
        yield from _shape(stack, colours.surface, colours.hairline)
    yield from _shape([marks.rounded(place) for _, place in cards], colours.surface, colours.hairline)


def _shape(
    paths: list[str], fill: str | None, line: str | None = None, width: float = 1.0, dash: str = "solid"
) -> Iterator[dict[str, object]]:
    found = {"type": "path", "path": "".join(paths), "layer": "below", "fillrule": "nonzero"}
    stroke = {"color": line or "rgba(0,0,0,0)", "width": width if line else 0, "dash": dash}
    if found["path"]:
        yield found | {"fillcolor": fill or "rgba(0,0,0,0)", "line": stroke}
