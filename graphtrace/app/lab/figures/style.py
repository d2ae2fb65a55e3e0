"""What all figures share: heights, margins, fonts, and the colours of the player."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from graphtrace.lab.showing.pulse import layer_of
from graphtrace.style.theme import Palette, palette

HEIGHT = 258  # in pixels
MAX_NOTE_BESIDE = 30  # characters of a note that stands beside the title; a longer one stands below
STRONGEST = 0.62  # share of its colour that the strongest cell has
# Okabe and Ito's colours, one per layer; a net of more layers goes from one end of a scale to the other.
LAYERS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A93A3")
BRANCH_STYLES = {"A": ("#0072B2", "solid", "circle"), "B": ("#CC79A7", "dash", "diamond")}
_SCALE_OF_LAYERS = ((0, 114, 178), (213, 94, 0))  # near the input, near the loss
_NEGATIVE = {"light": ("#7a5fb5", "#9a7a12"), "dark": ("#a78be0", "#c9a640")}
Settings = dict[str, object]  # a part of a Plotly figure
Scale = list[tuple[float, str]]  # a Plotly colour scale: places from 0 to 1, and colours


@dataclass(frozen=True, slots=True)
class Style:
    """The look of figures in one theme."""

    colours: Palette
    dark: bool

    def text(self, size: int = 13) -> Settings:
        """Return the font of a text; `size` in pixels."""
        return {"size": size, "color": self.colours.ink}

    def drawing(self, title: str, note: str = "", height: int = HEIGHT) -> Drawing:
        """Return an empty figure.

        Args:
            title: Plain text, no markup.
            note: Plain text beside the title, or below it if it is long.
            height: In pixels.
        """
        beside = len(note) <= MAX_NOTE_BESIDE
        head = f"<b>{escape(title)}</b>" + (f"  <span style='font-size:13px'>{escape(note)}</span>" if beside else "")
        figure = Drawing(
            title={"text": head, "font": self.text(15), "x": 0, "y": 1, "yanchor": "top", "pad": {"t": 8}},
            height=height,
            margin={"l": 8, "r": 12, "t": 36 if beside else 54, "b": 8},
            font=self.text(),
            legend={"font": self.text()},
            hoverlabel={"font": {"size": 14}},
        )
        if not beside:
            top_left = {"x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
            figure.annotate(text=escape(note), font=self.text(), **top_left)
        return figure

    def axis(self, title: str = "") -> Settings:
        """Return the settings of every axis."""
        grid = {"gridcolor": self.colours.hairline, "zeroline": False, "automargin": True}
        return {"title": {"text": title, "font": self.text(), "standoff": 6}, "tickfont": self.text(), **grid}

    def scale(self, hue: str) -> Scale:
        """Return the colour scale of ``value`` or ``grad``: negative, zero, positive."""
        negative_value, negative_grad = _NEGATIVE["dark" if self.dark else "light"]
        grad = hue == "grad"
        negative = negative_grad if grad else negative_value
        positive = self.colours.gradient if grad else self.colours.forward
        ground = self.colours.surface
        return [(0, _blend(ground, negative)), (0.5, ground), (1, _blend(ground, positive))]

    def grey(self) -> Scale:
        """Return the scale of an image: small numbers are dark."""
        return [(0, "#000000"), (1, "#ffffff")]


class Drawing(dict[str, object]):
    """A Plotly figure as plain values. Plotly checks it once, when it is shown: that takes a third of the time."""

    def __init__(self, **layout: object) -> None:
        self._traces: list[Settings] = []
        self._x: Settings = {}
        self._y: Settings = {}
        self._shapes: list[Settings] = []
        self._annotations: list[Settings] = []
        self._layout: Settings = {
            "xaxis": self._x,
            "yaxis": self._y,
            "shapes": self._shapes,
            "annotations": self._annotations,
            **layout,
        }
        super().__init__(data=self._traces, layout=self._layout)

    def add(self, kind: str, **trace: object) -> None:
        """Add a trace."""
        self._traces.append({"type": kind, **trace})

    def x(self, **settings: object) -> None:
        """Set up the horizontal axis."""
        self._x.update(settings)

    def y(self, **settings: object) -> None:
        """Set up the vertical axis."""
        self._y.update(settings)

    def transparent(self) -> None:
        """Leave the plot without a background."""
        self._layout["plot_bgcolor"] = "rgba(0,0,0,0)"

    def vertical_line(self, x: float, **line: object) -> None:
        """Draw a line from bottom to top."""
        self.shade(x, x, line=line)

    def shade(self, x0: float, x1: float, **shape: object) -> None:
        """Draw a band from bottom to top over the curves."""
        band = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "above"}
        self._shapes.append({**band, "x0": x0, "x1": x1, **shape})

    def annotate(self, **settings: object) -> None:
        """Write a text into the figure."""
        self._annotations.append({"showarrow": False, **settings})


@lru_cache(maxsize=2)
def style(dark: bool) -> Style:
    """Return the style of a theme."""
    return Style(palette("dark" if dark else "light"), dark)


def parameter_styles(names: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return per parameter the colour of its layer, and its dashes: weights are solid, biases dotted."""
    layers = list(dict.fromkeys(layer_of(name) for name in names))
    return {name: (_colour(layers.index(layer_of(name)), len(layers)), dash_of(name)) for name in names}


def dash_of(parameter: str) -> str:
    """Return the dashes of a parameter's curve: a bias is dotted."""
    return "dot" if parameter.endswith("bias") else "solid"


def _blend(ground: str, colour: str) -> str:
    """Return the colour of the strongest cell: numbers printed on it stay readable."""
    pairs = zip(_bytes(ground), _bytes(colour), strict=True)
    return f"rgb({','.join(str(round(a + (b - a) * STRONGEST)) for a, b in pairs)})"


def _bytes(colour: str) -> bytes:
    return bytes.fromhex(colour[1:])


def _colour(index: int, count: int) -> str:
    if count <= len(LAYERS):
        return LAYERS[index]
    share = index / (count - 1)
    blend = (round(a + (b - a) * share) for a, b in zip(*_SCALE_OF_LAYERS, strict=True))
    return f"rgb({','.join(map(str, blend))})"


def empty(style: Style, title: str, hint: str) -> Drawing:
    """Draw a figure that has nothing to show yet, with a hint what to press."""
    figure = style.drawing(title)
    figure.x(visible=False)
    figure.y(visible=False)
    figure.add("scatter", x=[], y=[])  # Plotly refuses a figure without a trace
    font = {"size": 15, "color": style.colours.muted}
    figure.annotate(x=0.5, y=0.5, xref="paper", yref="paper", text=escape(hint), font=font)
    return figure
