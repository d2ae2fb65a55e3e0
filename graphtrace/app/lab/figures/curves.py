"""Curves over forward passes, with a mark at the present; and one curve over the depth of the net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from graphtrace.app.lab.figures.style import (
    BRANCH_STYLES,
    HEIGHT,
    Drawing,
    Settings,
    Style,
    dash_of,
    parameter_styles,
)

MAX_IN_LEGEND = 7  # curves in the legend; of more only the weights, or only the first and the last
MAX_TICKS = 10  # parameters that are named along the axis
_MAX_MARKERS = 60  # points up to which each has a marker
Points = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class CurveLabels:
    """Texts and marks of a figure of curves.

    Attributes:
        across: Title of the horizontal axis.
        present: Forward passes done at the present: what lies behind was undone, or is yet to be played.
        guide: A level to compare with, and its name.
        height: In pixels.
    """

    title: str
    note: str
    across: str
    present: int | None = None
    guide: tuple[float, str] | None = None
    height: int = HEIGHT


def curves(style: Style, labels: CurveLabels, series: Mapping[str, Points]) -> Drawing:
    """Draw one curve per parameter on a logarithmic axis.

    Args:
        style: Colours.
        labels: Texts.
        series: Per parameter its points, (forward passes, amount).
    """
    figure = _start(style, labels)
    positive = {name: [point for point in _drawable(points) if point[1] > 0] for name, points in series.items()}
    styles, in_legend = parameter_styles(list(positive)), _in_legend(list(positive))
    for name, points in positive.items():
        colour, dash = styles[name]
        line = {"color": colour, "dash": dash, "width": 2}
        figure.add("scatter", name=name, showlegend=name in in_legend, line=line, **_points(points))
    amounts = [amount for points in positive.values() for _, amount in points]
    if labels.guide is not None and amounts:
        amounts.append(labels.guide[0])
        _guide(style, figure, labels.guide, max(points[-1][0] for points in positive.values() if points))
    _logarithmic(figure, amounts)
    _mark_odd(style, figure, series)
    _finish(style, labels, figure, [x for points in series.values() for x, _ in points])
    return figure


def _in_legend(names: Sequence[str]) -> Sequence[str]:
    weights = [name for name in names if not name.endswith("bias")]
    return next((few for few in (names, weights) if len(few) <= MAX_IN_LEGEND), [*names[:1], *names[-1:]])


def _guide(style: Style, figure: Drawing, guide: tuple[float, str], last: int) -> None:
    level, text = guide
    line = {"color": style.colours.ink, "dash": "dash", "width": 1.5}
    figure.add(
        "scatter", x=[0, last * 1.02 + 0.2], y=[level, level], mode="lines", line=line, name=text, hoverinfo="skip"
    )


def losses(
    style: Style, labels: CurveLabels, series: Mapping[str, Points], marks: Mapping[str, int], fork: int = 0
) -> Drawing:
    """Draw a loss curve, or those of two branches.

    Args:
        style: Colours.
        labels: Texts.
        series: Per branch its points, (forward passes, loss); a single curve is ``A``.
        marks: Per branch the forward passes done at its present.
        fork: Forward passes that two branches have in common.
    """
    figure = _start(style, labels)
    for name, points in series.items():
        colour, dash, symbol = BRANCH_STYLES[name]
        line = {"color": colour, "dash": dash, "width": 2.5}
        shown = _drawable(points)
        figure.add("scatter", name=name, showlegend=len(series) > 1, line=line, **_clickable(_points(shown)))
        marked = [point for point in shown if point[0] == marks.get(name)]
        edge = {"color": style.colours.ink, "width": 2.5}
        ring = {"size": 14, "symbol": symbol, "color": "rgba(0,0,0,0)", "line": edge}
        figure.add("scatter", showlegend=False, marker=ring, hoverinfo="skip", **{**_points(marked), "mode": "markers"})
    amounts = [amount for points in series.values() for _, amount in _drawable(points)]
    if amounts and min(amounts) > 0 and max(amounts) > 100 * min(amounts):
        _logarithmic(figure, amounts)
    elif len(set(amounts)) == 1 and amounts[0] > 0:  # a constant curve: the axis begins at zero
        figure.y(range=[0, 2 * amounts[0]])
    _mark_odd(style, figure, series)
    if fork:
        figure.vertical_line(fork, color=style.colours.muted, dash="dot", width=2)
    _finish(style, labels, figure, [x for points in series.values() for x, _ in points])
    return figure


def depth(style: Style, labels: CurveLabels, norms: Sequence[tuple[str, float | None]], none: str) -> Drawing:
    """Draw gradient norms from the input to the loss.

    Args:
        style: Colours.
        labels: Texts.
        norms: Per parameter the norm of its gradient, None for a gradient of None.
        none: Text at the bottom for None.
    """
    figure = _start(style, labels)
    places = range(1, len(norms) + 1)
    points = [(place, norm) for place, (_, norm) in zip(places, norms, strict=True) if norm and isfinite(norm)]
    for dash in ("solid", "dot"):  # weights, then biases
        of_dash = [(place, norm) for place, norm in points if dash_of(norms[place - 1][0]) == dash]
        _depth_curve(style, figure, of_dash, [norms[place - 1][0] for place, _ in of_dash], dash)
    few = len(norms) <= MAX_TICKS
    for place, (_, norm) in zip(places, norms, strict=True):
        if few and not (norm and isfinite(norm)):
            text = none if norm is None else f"{norm:g}"
            figure.annotate(x=place, yref="paper", y=0, yanchor="bottom", text=text)
    _logarithmic(figure, [norm for _, norm in points])
    ticks: Settings = {"tickvals": list(places), "ticktext": [_short(name) for name, _ in norms], "tickangle": -30}
    across = "" if few else labels.across
    figure.x(**{**style.axis(across), **(ticks if few else {}), "range": [0.5, len(norms) + 0.5]})
    return figure


def _depth_curve(style: Style, figure: Drawing, points: Points, names: Sequence[str], dash: str) -> None:
    colour = style.colours.gradient
    marker = {"size": 9, "color": colour, "symbol": "circle" if dash == "solid" else "circle-open"}
    line = {"color": colour, "width": 2, "dash": dash}
    curve = {**_points(points), "hovertemplate": "%{text}: %{y:.4g}<extra></extra>"}
    figure.add("scatter", marker=marker, line=line, showlegend=False, text=names, **curve)


def _short(name: str) -> str:
    return name if len(name) <= 16 else f"{name[:7]}…{name[-8:]}"


def _start(style: Style, labels: CurveLabels) -> Drawing:
    figure = style.drawing(labels.title, labels.note, labels.height)
    figure.y(**style.axis())
    return figure


def _drawable(points: Points) -> Points:
    """Return the points that an axis can hold: those that are finite."""
    return [point for point in points if isfinite(point[1])]


def _mark_odd(style: Style, figure: Drawing, series: Mapping[str, Points]) -> None:
    """Mark where the first amount that is not finite would be."""
    odd = min((point for points in series.values() for point in points if not isfinite(point[1])), default=None)
    if odd is not None:
        figure.vertical_line(odd[0], color=style.colours.warning, width=2)
        figure.annotate(x=odd[0], yref="paper", y=1, yanchor="top", xanchor="right", text=f"{odd[1]:g}")


def _points(points: Points) -> Settings:
    mode = "lines+markers" if len(points) < _MAX_MARKERS else "lines"
    return {"x": [x for x, _ in points], "y": [y for _, y in points], "mode": mode, "hovertemplate": "%{x}: %{y:.4g}"}


def _clickable(settings: Settings) -> Settings:
    """Give every point of a curve a marker, an invisible one where there are many: a click selects markers only."""
    return settings if settings["mode"] != "lines" else {**settings, "mode": "lines+markers", "marker": _INVISIBLE}


_INVISIBLE = {"size": 9, "opacity": 0}


def _logarithmic(figure: Drawing, amounts: Sequence[float]) -> None:
    """Use a logarithmic axis with plain numbers for a small range, powers of ten for a large one."""
    finite = [amount for amount in amounts if 0 < amount < float("inf")]
    figure.y(type="log")
    ratio = max(finite) / min(finite) if finite else 1.0
    if ratio > 50:
        figure.y(exponentformat="power", dtick=max(1, len(f"{ratio:.0f}") // 5))
    else:
        figure.y(tickformat="~g", dtick="D1" if ratio < 4 else "D2")


def _finish(style: Style, labels: CurveLabels, figure: Drawing, xs: Sequence[int]) -> None:
    """Number the horizontal axis, mark the present, and shade what lies behind it."""
    last = max(xs, default=1)
    figure.x(**style.axis(labels.across), tickformat="d", dtick=_tick(last), range=[0, last * 1.02 + 0.2])
    if labels.present is None or not xs:
        return
    if labels.present < last:
        ground = style.colours.surface if not style.dark else "#12161f"
        figure.shade(labels.present, last * 1.02 + 0.2, fillcolor=ground, opacity=0.66, line={"width": 0})
    figure.vertical_line(labels.present, color=style.colours.ink, width=1.5)


def _tick(last: int) -> int:
    """Return a step of 1, 2 or 5 times a power of ten that gives at most eight ticks."""
    power = 10 ** (len(str(max(1, last // 8))) - 1)
    steps = [int(power * k) for k in (1, 2, 5, 10)]
    return next((step for step in steps if last <= 8 * step), steps[-1])
