"""One rhythm for every figure: heights, margins, type, and the colours of the player."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from graphtrace.style.theme import Palette, palette

HEIGHT = 258
BESIDE = 30  # letters of a note that stands beside the title; a longer one stands below
STRONGEST = 0.62  # how much of its colour the strongest cell has
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
        beside = len(note) <= BESIDE
        told = f"<b>{escape(title)}</b>" + (f"  <span style='font-size:13px'>{escape(note)}</span>" if beside else "")
        under = {"text": escape(note), "x": 0, "y": 1, "xref": "paper", "yref": "paper", "yanchor": "bottom",
                 "xanchor": "left", "showarrow": False, "font": {"size": 13, "color": self.colours.ink}}  # fmt: skip
        font = {"size": 15, "color": self.colours.ink}
        return {
            "title": {"text": told, "font": font, "x": 0, "y": 1, "yanchor": "top", "pad": {"t": 8}},
            "annotations": [] if beside else [under],
            "height": height,
            "margin": {"l": 8, "r": 12, "t": 36 if beside else 54, "b": 8},
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
        value, grad = _MINUS["dark" if self.dark else "light"]
        ends = (grad, self.colours.gradient) if hue == "grad" else (value, self.colours.forward)
        ground = self.colours.surface
        return [[0, _mixed(ground, ends[0])], [0.5, ground], [1, _mixed(ground, ends[1])]]

    def grey(self) -> Scale:
        """Return the scale of an image: dark is little."""
        return [[0, "#000000"], [1, "#ffffff"]]


class Drawing(dict[str, Any]):
    """A figure as plain values: Plotly checks it when it is shown, once, which is three times as quick."""

    def __init__(self, layout: dict[str, Any]) -> None:
        super().__init__(data=[], layout={"xaxis": {}, "yaxis": {}, "shapes": [], "annotations": [], **layout})

    def add(self, kind: str, **trace: Any) -> None:
        """Add a trace."""
        self["data"].append({"type": kind, **trace})

    def x(self, **settings: Any) -> None:
        """Set what the axis across has."""
        self["layout"]["xaxis"].update(settings)

    def y(self, **settings: Any) -> None:
        """Set what the axis upward has."""
        self["layout"]["yaxis"].update(settings)

    def rule(self, x: float, **line: Any) -> None:
        """Draw a line from bottom to top."""
        self.veil(x, x, line=line)

    def veil(self, x0: float, x1: float, **shape: Any) -> None:
        """Lay a band from bottom to top over the curves."""
        band = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "above"}
        self["layout"]["shapes"].append({**band, "x0": x0, "x1": x1, **shape})

    def note(self, **settings: Any) -> None:
        """Write a text into the figure."""
        self["layout"]["annotations"].append({"showarrow": False, **settings})


@lru_cache(maxsize=2)
def style(dark: bool) -> Style:
    """Return the style of a theme."""
    return Style(palette("dark" if dark else "light"), dark)


def layers(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return per parameter the colour of its layer, and dashes by its role: weights are solid."""
    owners = list(dict.fromkeys(_owner(name) for name in names))
    return {name: (_colour(owners.index(_owner(name)), len(owners)), role(name)) for name in names}


def _owner(name: str) -> str:
    return name.rpartition(".")[0] or name


def role(name: str) -> str:
    """Return the dashes of a parameter: a bias is dotted."""
    return "dot" if name.endswith("bias") else "solid"


def _mixed(ground: str, colour: str) -> str:
    """Return the colour of the strongest cell: numbers printed on it stay readable."""
    pairs = zip(_bytes(ground), _bytes(colour), strict=True)
    return f"rgb({','.join(str(round(a + (b - a) * STRONGEST)) for a, b in pairs)})"


def _bytes(colour: str) -> bytes:
    return bytes.fromhex(colour[1:])


def _colour(number: int, count: int) -> str:
    if count <= len(LAYERS):
        return LAYERS[number]
    part = number / (count - 1)
    mixed = (round(a + (b - a) * part) for a, b in zip(*_DEEP, strict=True))
    return f"rgb({','.join(map(str, mixed))})"


def empty(look: Style, title: str, told: str) -> Drawing:
    """Draw a figure that has nothing to show yet, and says what to press."""
    figure = Drawing(look.layout(title))
    figure.x(visible=False)
    figure.y(visible=False)
    said = {"text": escape(told), "font": {"size": 15, "color": look.colours.muted}}
    figure.add("scatter", x=[], y=[])  # Plotly refuses a figure of nothing
    figure.note(x=0.5, y=0.5, xref="paper", yref="paper", **said)
    return figure
