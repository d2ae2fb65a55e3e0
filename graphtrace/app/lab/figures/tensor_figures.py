"""Figures of tensors: heatmaps and images, the decision boundary with its data, histograms, bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from graphtrace.app.lab.figures.style import LAYERS, Drawing, Scale, Settings, Style
from graphtrace.explain import number
from graphtrace.lab.showing.chart_data import DecisionBoundary, Histogram, Tiles

if TYPE_CHECKING:
    from graphtrace.lab.showing.chart_data import Numbers

MAX_PRINTED = (12, 4)  # rows and columns up to which the numbers themselves are printed
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross")


def heatmap(style: Style, title: str, note: str, tiles: Tiles, hue: str, height: int = 230) -> Drawing:
    """Draw a tensor as coloured cells.

    Args:
        style: Colours.
        title: Plain text.
        note: Plain text beside it.
        tiles: The cells.
        hue: ``value`` or ``grad``, coloured around zero; ``image`` from dark to bright.
        height: In pixels.
    """
    figure = style.drawing(title, note, height)
    finite = tiles.cells[tiles.cells.isfinite()]
    largest = float(finite.abs().max()) if len(finite) else 1.0
    image = hue == "image"
    colours = {"colorscale": style.grey()} if image else _around_zero(style, hue, largest or 1.0)
    strides = {"dy": tiles.strides[0], "dx": tiles.strides[1]}
    figure.add(
        "heatmap",
        z=tiles.cells.numpy(),
        colorbar=_colour_bar(style, 12, 5),
        hoverongaps=False,
        showscale=not image,
        hovertemplate="%{y}, %{x}: %{z:.6g}<extra></extra>",
        **strides,
        **colours,
        **_printed_numbers(style, tiles.cells),
    )
    square = tiles.grid != (1, 1) or image
    hidden: Settings = {"visible": False} if square else {}
    rows, columns = (_tick(size * stride) for size, stride in zip(tiles.cells.shape, tiles.strides, strict=True))
    figure.y(**{**style.axis(), **hidden}, autorange="reversed", tickformat="d", dtick=rows)
    figure.x(**{**style.axis(), **hidden}, tickformat="d", dtick=columns, tickangle=0)
    figure.transparent()
    if square:
        figure.x(constrain="domain", constraintoward="left" if image else "center")
        figure.y(scaleanchor="x", constrain="domain")
    return figure


def _around_zero(style: Style, hue: str, largest: float) -> Settings:
    return {"colorscale": style.scale(hue), "zmin": -largest, "zmax": largest}


def _colour_bar(style: Style, font_size: int, ticks: int) -> Settings:
    return {"thickness": 12, "nticks": ticks, "tickfont": style.text(font_size)}


def _printed_numbers(style: Style, cells: Numbers) -> Settings:
    if cells.shape[0] > MAX_PRINTED[0] or cells.shape[1] > MAX_PRINTED[1]:
        return {}
    text = [[number(value) for value in row] for row in cells.tolist()]
    return {"text": text, "texttemplate": "%{text}", "textfont": style.text(14)}


def _tick(count: int) -> int:
    """Return a step of 1, 2 or 5 times a power of ten that gives at most six ticks."""
    power = 10 ** max(0, len(str(count)) - 2)
    steps = [int(power * k) for k in (1, 2, 5, 10, 20)]
    return next((step for step in steps if count <= 6 * step), steps[-1])


def boundary(style: Style, title: str, note: str, plane: DecisionBoundary, height: int) -> Drawing:
    """Draw the net's output over the plane of its inputs, and the data.

    Args:
        style: Colours.
        title: Plain text.
        note: Plain text beside it.
        plane: Outputs and data; a point's colour and symbol are its target.
        height: In pixels.
    """
    figure = style.drawing(title, note, height)
    grid = {"x": plane.axis, "y": plane.axis, "z": plane.z.numpy()}
    if plane.classes > 1:
        ends = {"zmin": -0.5, "zmax": plane.classes - 0.5, "opacity": 0.45, "showscale": False}
        figure.add("heatmap", **grid, colorscale=_one_colour_per_class(plane.classes), **ends)
    else:
        scale: Scale = [(0, LAYERS[4]), (0.5, style.colours.surface), (1, LAYERS[0])]
        bar = _colour_bar(style, 13, 6)
        figure.add("contour", **grid, colorscale=scale, line={"width": 0.5}, ncontours=14, colorbar=bar)
    figure.add("scatter", **_data_points(style, plane))
    ends_of_axis = [plane.axis[0], plane.axis[-1]]
    figure.x(**style.axis("x₀"), range=ends_of_axis, constrain="domain")
    figure.y(**style.axis("x₁"), range=ends_of_axis, scaleanchor="x", constrain="domain")
    return figure


def _data_points(style: Style, plane: DecisionBoundary) -> Settings:
    """Return the points. Two classes of a net with one output have the two colours of the scale."""
    classes, few = [round(target) % len(_SYMBOLS) for target in plane.targets], len(plane.targets) < 20
    colours = (LAYERS[4], LAYERS[0]) if plane.classes == 1 else LAYERS
    marker = {
        "symbol": [_SYMBOLS[label] for label in classes],
        "color": [colours[label % len(colours)] for label in classes],
        "size": 12 if few else 8,
        "line": {"color": style.colours.ink, "width": 1.5 if few else 0.8},
    }
    x, y = [point[0] for point in plane.points], [point[1] for point in plane.points]
    return {"x": x, "y": y, "mode": "markers", "marker": marker, "showlegend": False}


def _one_colour_per_class(count: int) -> Scale:
    colours = [LAYERS[label % len(LAYERS)] for label in range(count)]
    return [((label + edge) / count, colour) for label, colour in enumerate(colours) for edge in (0, 1)]


def histogram(style: Style, title: str, note: str, now: Histogram, before: Histogram | None, hue: str) -> Drawing:
    """Draw the distribution of a tensor's numbers.

    Args:
        style: Colours.
        title: Plain text.
        note: Plain text beside it.
        now: Drawn as bars.
        before: Drawn as an outline; None for none. Its bins are those of `now`.
        hue: ``value`` or ``grad``.
    """
    figure = style.drawing(title, note)
    colour = style.colours.gradient if hue == "grad" else style.colours.forward
    width = now.edges[1] - now.edges[0]
    middles = [edge + width / 2 for edge in now.edges[:-1]]
    bar = {"width": width * 0.94, "marker": {"color": colour}, "hovertemplate": "%{x:.4g}: %{y}<extra></extra>"}
    figure.add("bar", x=middles, y=now.counts, showlegend=False, **bar)
    if before is not None:
        line = {"color": style.colours.ink, "width": 2, "shape": "hvh", "dash": "dot"}
        figure.add("scatter", x=middles, y=before.counts, mode="lines", line=line, showlegend=False)
    figure.x(**style.axis())
    most = max(*now.counts, *(before.counts if before else ()))
    figure.y(**style.axis(), rangemode="tozero", tickformat="~s", dtick=_tick(most) if most < 1000 else None)
    return figure


def bars(
    style: Style,
    title: str,
    note: str,
    outputs: Sequence[float],
    target: int | None,
    target_outputs: Sequence[float],
) -> Drawing:
    """Draw the outputs of a net as bars.

    Args:
        style: Colours.
        title: Plain text.
        note: Plain text beside it.
        outputs: The outputs.
        target: The target class, whose bar has a frame; None for none.
        target_outputs: Target of each output, drawn as marks; empty for none.
    """
    figure = style.drawing(title, note)
    widths = [3 if i == target else 0 for i in range(len(outputs))]
    marker = {"color": style.colours.forward, "line": {"color": style.colours.ink, "width": widths}}
    hover = "%{x}: %{y:.4g}<extra></extra>"
    x = list(range(len(outputs)))
    figure.add("bar", x=x, y=list(outputs), marker=marker, hovertemplate=hover, showlegend=False)
    if target_outputs:
        mark = {"symbol": "line-ew", "size": 18, "line": {"color": style.colours.ink, "width": 3}}
        x = list(range(len(target_outputs)))
        figure.add("scatter", x=x, y=list(target_outputs), mode="markers", marker=mark, showlegend=False)
    figure.x(**style.axis(), tickformat="d", dtick=_tick(len(outputs)))
    figure.y(**{**style.axis(), "zeroline": True, "zerolinecolor": style.colours.muted})
    return figure
