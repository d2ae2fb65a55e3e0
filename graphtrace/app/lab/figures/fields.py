"""Numbers in the plane: heatmaps and images, the boundary with its data, histograms, bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphtrace.app.lab.figures.style import LAYERS, Drawing, Style
from graphtrace.explain import number
from graphtrace.lab.showing.chart_data import DecisionBoundary, Histogram, Tiles

PRINTED = (12, 4)  # rows and columns up to which the numbers themselves are printed
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross")


def heatmap(look: Style, title: str, note: str, found: Tiles, hue: str, height: int = 230) -> Drawing:
    """Draw a tensor as coloured cells around zero, or with the hue ``image`` from dark to bright."""
    cells = found.cells.numpy()
    figure = Drawing(look.layout(title, note, height))
    finite = found.cells[found.cells.isfinite()]
    most = float(finite.abs().max()) if len(finite) else 1.0
    limits = {"colorscale": look.grey()} if hue == "image" else _around(look, hue, most or 1.0)
    bar = {"thickness": 12, "nticks": 5, "tickfont": {"size": 12, "color": look.colours.ink}}
    steps = {"dy": found.strides[0], "dx": found.strides[1], "showscale": hue != "image"}
    figure.add("heatmap", z=cells, colorbar=bar, hoverongaps=False, **steps, **limits, **_printed(look, cells))
    square = found.grid != (1, 1) or hue == "image"
    hidden = {"visible": False} if square else {}
    rows, columns = (_tick(size * step) for size, step in zip(cells.shape, found.strides, strict=True))
    figure.y(**{**look.axis(), **hidden}, autorange="reversed", tickformat="d", dtick=rows)
    figure.x(**{**look.axis(), **hidden}, tickformat="d", dtick=columns, tickangle=0)
    figure["layout"]["plot_bgcolor"] = "rgba(0,0,0,0)"
    if square:
        figure.x(constrain="domain", constraintoward="left" if hue == "image" else "center")
        figure.y(scaleanchor="x", constrain="domain")
    return figure


def _around(look: Style, hue: str, most: float) -> dict[str, Any]:
    return {"colorscale": look.scale(hue), "zmin": -most, "zmax": most}


def _printed(look: Style, cells: Any) -> dict[str, Any]:
    if cells.shape[0] > PRINTED[0] or cells.shape[1] > PRINTED[1]:
        return {"hovertemplate": "%{y}, %{x}: %{z:.6g}<extra></extra>"}
    text = [[number(value) for value in row] for row in cells.tolist()]
    shown = {"text": text, "texttemplate": "%{text}", "textfont": {"size": 14, "color": look.colours.ink}}
    return {**shown, "hovertemplate": "%{y}, %{x}: %{z:.6g}<extra></extra>"}


def _tick(count: int) -> int:
    """Return a step of 1, 2 or 5 times a power of ten that gives at most six ticks."""
    power = 10 ** max(0, len(str(count)) - 2)
    steps = [int(power * k) for k in (1, 2, 5, 10, 20)]
    return next((step for step in steps if count <= 6 * step), steps[-1])


def boundary(look: Style, title: str, note: str, found: DecisionBoundary, height: int) -> Drawing:
    """Draw what the net says over its inputs, and the data: colour and shape are its target."""
    figure = Drawing(look.layout(title, note, height))
    axis = {"x": found.axis, "y": found.axis, "z": found.z.numpy()}
    if found.classes > 1:
        ends = {"zmin": -0.5, "zmax": found.classes - 0.5, "opacity": 0.45, "showscale": False}
        figure.add("heatmap", **axis, colorscale=_steps(found.classes), **ends)
    else:
        middle = look.colours.surface
        scale = [[0, LAYERS[4]], [0.5, middle], [1, LAYERS[0]]]
        bar = {"thickness": 12, "nticks": 6, "tickfont": {"size": 13, "color": look.colours.ink}}
        figure.add("contour", **axis, colorscale=scale, line={"width": 0.5}, ncontours=14, colorbar=bar)
    figure.add("scatter", **_data(look, found))
    figure.x(**look.axis("x₀"), range=[found.axis[0], found.axis[-1]], constrain="domain")
    figure.y(**look.axis("x₁"), range=[found.axis[0], found.axis[-1]], scaleanchor="x", constrain="domain")
    return figure


def _data(look: Style, found: DecisionBoundary) -> dict[str, Any]:
    """Return the points. Two classes, as numbers or as outputs, have the two colours of the scale."""
    kinds = [round(target) % len(_SYMBOLS) for target in found.targets]
    pair = (LAYERS[4], LAYERS[0]) if found.classes == 1 else LAYERS
    marker = {
        "symbol": [_SYMBOLS[kind] for kind in kinds],
        "color": [pair[kind % len(pair)] for kind in kinds],
        "size": 12 if len(kinds) < 20 else 8,
        "line": {"color": look.colours.ink, "width": 1.5 if len(kinds) < 20 else 0.8},
    }
    x, y = [point[0] for point in found.points], [point[1] for point in found.points]
    return {"x": x, "y": y, "mode": "markers", "marker": marker, "showlegend": False}


def _steps(count: int) -> list[list[Any]]:
    """Return a scale of plain colours, one per class."""
    colours = [LAYERS[kind % len(LAYERS)] for kind in range(count)]
    return [[(kind + edge) / count, colour] for kind, colour in enumerate(colours) for edge in (0, 1)]


def histogram(look: Style, title: str, note: str, found: Histogram, before: Histogram | None, hue: str) -> Drawing:
    """Draw how numbers are spread now, filled; and how they were before, as an outline."""
    figure = Drawing(look.layout(title, note))
    colour = look.colours.gradient if hue == "grad" else look.colours.forward
    width = found.edges[1] - found.edges[0]
    middles = [edge + width / 2 for edge in found.edges[:-1]]
    drawn = {"width": width * 0.94, "marker": {"color": colour}, "hovertemplate": "%{x:.4g}: %{y}<extra></extra>"}
    figure.add("bar", x=middles, y=found.counts, showlegend=False, **drawn)
    if before is not None:
        line = {"color": look.colours.ink, "width": 2, "shape": "hvh", "dash": "dot"}
        figure.add("scatter", x=middles, y=before.counts, mode="lines", line=line, showlegend=False)
    figure.x(**look.axis())
    most = max(*found.counts, *(before.counts if before else ()))
    figure.y(**look.axis(), rangemode="tozero", tickformat="~s", dtick=_tick(most) if most < 1000 else None)
    return figure


def bars(
    look: Style, title: str, note: str, outputs: Sequence[float], target: int | None, wanted: Sequence[float]
) -> Drawing:
    """Draw the outputs of a net as bars; the class that it should be has a frame, wanted numbers are marks."""
    figure = Drawing(look.layout(title, note))
    widths = [3 if place == target else 0 for place in range(len(outputs))]
    marker = {"color": look.colours.forward, "line": {"color": look.colours.ink, "width": widths}}
    told = {"hovertemplate": "%{x}: %{y:.4g}<extra></extra>", "showlegend": False}
    figure.add("bar", x=list(range(len(outputs))), y=list(outputs), marker=marker, **told)
    if wanted:
        mark = {"symbol": "line-ew", "size": 18, "line": {"color": look.colours.ink, "width": 3}}
        figure.add("scatter", x=list(range(len(wanted))), y=list(wanted), mode="markers", marker=mark, showlegend=False)
    figure.x(**look.axis(), tickformat="d", dtick=_tick(len(outputs)))
    figure.y(**{**look.axis(), "zeroline": True, "zerolinecolor": look.colours.muted})
    return figure
