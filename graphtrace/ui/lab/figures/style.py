"""One rhythm for every figure: heights, margins, type, and the colours of the player."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from graphtrace.render.theme import Palette, palette

HEIGHT = 258
# Okabe and Ito's colours, one per layer; nets of more layers go from one end of a scale to the other.
LAYERS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A93A3")
BRANCHES = {"A": ("#0072B2", "solid", "circle"), "B": ("#CC79A7", "dash", "diamond")}
_DEEP = ((0, 114, 178), (213, 94, 0))  # near the input, near the loss
_MINUS = {"light": ("#7a5fb5", "#9a7a12"), "dark": ("#a78be0", "#c9a640")}
Scale = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Style:
    """What figures look like in one theme."""

    colours: Palette
    dark: bool

    def layout(self, title: str, note: str = "", height: int = HEIGHT) -> dict[str, Any]:
        """Return what every figure has. `title` and `note` are plain text."""
        told = f"<b>{escape(title)}</b>"
        if note:
            told += f"<br><span style='font-size:13px'>{escape(note)}</span>"
        return {
            "title": {
                "text": told,
                "font": {"size": 15, "color": self.colours.ink},
                "x": 0,
                "y": 0.98,
                "yanchor": "top",
            },
            "height": height,
            "margin": {"l": 8, "r": 12, "t": 52 if note else 36, "b": 8},
            "font": {"size": 13, "color": self.colours.ink},
            "legend": {"font": {"size": 13, "color": self.colours.ink}},
            "hoverlabel": {"font": {"size": 14}},
        }

    def axis(self, title: str = "") -> dict[str, Any]:
        """Return what every axis has."""
        small = {"size": 13, "color": self.colours.ink}
        grid = {"gridcolor": self.colours.hairline, "zeroline": False, "automargin": True}
        return {"title": {"text": title, "font": small, "standoff": 6}, "tickfont": small, **grid}

    def scale(self, hue: str) -> Scale:
        """Return the colour scale of ``value`` or ``grad``: less than nothing, nothing, more than nothing."""
        minus = _MINUS["dark" if self.dark else "light"]
        if hue == "grad":
            return [[0, minus[1]], [0.5, self.colours.surface], [1, self.colours.gradient]]
        return [[0, minus[0]], [0.5, self.colours.surface], [1, self.colours.forward]]

    def grey(self) -> Scale:
        """Return the scale of an image: dark is little."""
        return [[0, "#000000"], [1, "#ffffff"]]


@lru_cache(maxsize=2)
def style(dark: bool) -> Style:
    """Return the style of a theme."""
    return Style(palette("dark" if dark else "light"), dark)


def layers(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return per parameter the colour of its layer, and dashes by its role: weights are solid."""
    owners = list(dict.fromkeys(_owner(name) for name in names))
    return {name: (_colour(owners.index(_owner(name)), len(owners)), _dash(name)) for name in names}


def _owner(name: str) -> str:
    return name.rpartition(".")[0] or name


def _dash(name: str) -> str:
    return "dot" if name.endswith("bias") else "solid"


def _colour(number: int, count: int) -> str:
    if count <= len(LAYERS):
        return LAYERS[number]
    part = number / (count - 1)
    mixed = (round(a + (b - a) * part) for a, b in zip(*_DEEP, strict=True))
    return f"rgb({','.join(map(str, mixed))})"


def empty(look: Style, title: str, told: str) -> Any:
    """Draw a figure that has nothing to show yet, and says what to press."""
    import plotly.graph_objects as go

    figure = go.Figure(layout=look.layout(title))
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    said = {"text": escape(told), "showarrow": False, "font": {"size": 15, "color": look.colours.muted}}
    figure.add_annotation(x=0.5, y=0.5, xref="paper", yref="paper", **said)
    return figure
