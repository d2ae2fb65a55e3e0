"""Curves over forward passes, with a mark where time stands; and one curve over the depth of the net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphtrace.app.lab.figures.style import BRANCHES, HEIGHT, Drawing, Style, layers, role

MOST_NAMED = 7  # curves that the legend names; of more the weights alone, or the first and the last
MOST_TICKS = 10  # parameters that are named along the axis
_FEW = 60  # points up to which each has a marker
Points = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Curves:
    """What a figure of curves says.

    Attributes:
        here: Forward passes done where time stands: what lies behind was undone, or is yet to be played.
        guide: A level to compare with, and what it is called.
        height: In pixels.
    """

    title: str
    note: str
    across: str
    here: int | None = None
    guide: tuple[float, str] | None = None
    height: int = HEIGHT


def curves(look: Style, said: Curves, series: Mapping[str, Points]) -> Drawing:
    """Draw one curve per parameter on a log axis."""
    figure = _empty(look, said)
    kept = {name: [point for point in points if point[1] > 0] for name, points in series.items()}
    styles, named = layers(list(kept)), _named(list(kept))
    for name, points in kept.items():
        colour, dash = styles[name]
        figure.add(
            "scatter",
            name=name,
            showlegend=name in named,
            line={"color": colour, "dash": dash, "width": 2},
            **_xy(points),
        )
    amounts = [amount for points in kept.values() for _, amount in points]
    if said.guide is not None and amounts:
        amounts.append(said.guide[0])
        _guide(look, figure, said.guide, max(points[-1][0] for points in kept.values() if points))
    _log(figure, amounts)
    _finish(look, said, figure, [x for points in series.values() for x, _ in points])
    return figure


def _named(names: Sequence[str]) -> Sequence[str]:
    weights = [name for name in names if not name.endswith("bias")]
    return next((few for few in (names, weights) if len(few) <= MOST_NAMED), [*names[:1], *names[-1:]])


def _guide(look: Style, figure: Drawing, guide: tuple[float, str], last: int) -> None:
    level, text = guide
    line = {"color": look.colours.ink, "dash": "dash", "width": 1.5}
    figure.add(
        "scatter", x=[0, last * 1.02 + 0.2], y=[level, level], mode="lines", line=line, name=text, hoverinfo="skip"
    )


def losses(look: Style, said: Curves, series: Mapping[str, Points], marks: Mapping[str, int], fork: int = 0) -> Drawing:
    """Draw a loss curve, or those of two branches.

    Args:
        look: Colours.
        said: Texts.
        series: Per branch its points; a lone curve is ``A``.
        marks: Per branch the forward pass where time stands in it.
        fork: Forward passes that two branches have in common.
    """
    figure = _empty(look, said)
    for name, points in series.items():
        colour, dash, symbol = BRANCHES[name]
        line = {"color": colour, "dash": dash, "width": 2.5}
        figure.add("scatter", name=name, showlegend=len(series) > 1, line=line, **_xy(points))
        there = [point for point in points if point[0] == marks.get(name)]
        ring = {
            "size": 14,
            "symbol": symbol,
            "color": "rgba(0,0,0,0)",
            "line": {"color": look.colours.ink, "width": 2.5},
        }
        figure.add("scatter", showlegend=False, marker=ring, hoverinfo="skip", **{**_xy(there), "mode": "markers"})
    amounts = [amount for points in series.values() for _, amount in points]
    if amounts and min(amounts) > 0 and max(amounts) > 100 * min(amounts):
        _log(figure, amounts)
    elif len(set(amounts)) == 1 and 0 < amounts[0] < float("inf"):  # a level line stands on zero
        figure.y(range=[0, 2 * amounts[0]])
    if fork:
        figure.rule(fork, color=look.colours.muted, dash="dot", width=2)
    _finish(look, said, figure, [x for points in series.values() for x, _ in points])
    return figure


def depth(look: Style, said: Curves, norms: Sequence[tuple[str, float | None]], none: str) -> Drawing:
    """Draw gradient norms from the input's side to the loss's; what is None stands at the bottom and says so."""
    figure = _empty(look, said)
    places = range(1, len(norms) + 1)
    found = [(place, norm) for place, (_, norm) in zip(places, norms, strict=True) if norm]
    for dash in ("solid", "dot"):  # weights, then biases
        points = [(place, norm) for place, norm in found if role(norms[place - 1][0]) == dash]
        _deep(look, figure, points, [norms[place - 1][0] for place, _ in points], dash)
    for place, (_, norm) in zip(places, norms, strict=True):
        if not norm and len(norms) <= MOST_TICKS:
            told = none if norm is None else "0"
            figure.note(x=place, yref="paper", y=0, yanchor="bottom", text=told)
    _log(figure, [norm for _, norm in found])
    named = len(norms) <= MOST_TICKS
    ticks = (
        {"tickvals": list(places), "ticktext": [_short(name) for name, _ in norms], "tickangle": -30} if named else {}
    )
    figure.x(**{**look.axis("" if named else said.across), **ticks, "range": [0.5, len(norms) + 0.5]})
    return figure


def _deep(look: Style, figure: Drawing, points: Points, names: Sequence[str], dash: str) -> None:
    colour = look.colours.gradient
    marker = {"size": 9, "color": colour, "symbol": "circle" if dash == "solid" else "circle-open"}
    line = {"color": colour, "width": 2, "dash": dash}
    shown = {**_xy(points), "hovertemplate": "%{text}: %{y:.4g}<extra></extra>"}
    figure.add("scatter", marker=marker, line=line, showlegend=False, text=names, **shown)


def _short(name: str) -> str:
    return name if len(name) <= 16 else f"{name[:7]}…{name[-8:]}"


def _empty(look: Style, said: Curves) -> Drawing:
    figure = Drawing(look.layout(said.title, said.note, said.height))
    figure.y(**look.axis())
    return figure


def _xy(points: Points) -> dict[str, Any]:
    mode = "lines+markers" if len(points) < _FEW else "lines"
    return {"x": [x for x, _ in points], "y": [y for _, y in points], "mode": mode, "hovertemplate": "%{x}: %{y:.4g}"}


def _log(figure: Drawing, amounts: Sequence[float]) -> None:
    """Use a log axis; one that spans little has its own numbers, one that spans much powers of ten."""
    known = [amount for amount in amounts if 0 < amount < float("inf")]
    figure.y(type="log")
    ratio = max(known) / min(known) if known else 1.0
    if ratio > 50:
        figure.y(exponentformat="power", dtick=max(1, len(f"{ratio:.0f}") // 5))
    else:
        figure.y(tickformat="~g", dtick="D1" if ratio < 4 else "D2")


def _finish(look: Style, said: Curves, figure: Drawing, xs: Sequence[int]) -> None:
    """Number the axis from the start, and veil what lies behind the mark."""
    last = max(xs, default=1)
    figure.x(**look.axis(said.across), tickformat="d", dtick=_tick(last), range=[0, last * 1.02 + 0.2])
    if said.here is None or not xs:
        return
    if said.here < last:
        ground = look.colours.surface if not look.dark else "#12161f"
        figure.veil(said.here, last * 1.02 + 0.2, fillcolor=ground, opacity=0.66, line={"width": 0})
    figure.rule(said.here, color=look.colours.ink, width=1.5)


def _tick(last: int) -> int:
    """Return a step of 1, 2 or 5 times a power of ten that gives at most eight ticks."""
    power = 10 ** (len(str(max(1, last // 8))) - 1)
    steps = [int(power * k) for k in (1, 2, 5, 10)]
    return next((step for step in steps if last <= 8 * step), steps[-1])
