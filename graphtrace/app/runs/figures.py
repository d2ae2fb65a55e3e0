"""Figures of a run: the loss, the numbers of all parameters over the steps, the graph in colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from math import isfinite
from typing import TYPE_CHECKING

from graphtrace.app.lab.figures.style import BRANCH_STYLES, Drawing, Style
from graphtrace.app.runs import flow
from graphtrace.app.texts import say
from graphtrace.export import marks
from graphtrace.layout.records import Layout
from graphtrace.literals import Language
from graphtrace.model import Graph
from graphtrace.runs import WatchedRun, WatchedStep

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MOST_STEPS = 400  # that a figure draws
Points = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class RunLook:
    """How figures look.

    Attributes:
        measure: What colours stand for.
    """

    style: Style
    lang: Language
    measure: flow.Measure


def thinned(steps: Sequence[WatchedStep]) -> list[WatchedStep]:
    """Return evenly chosen steps, with the last."""
    if len(steps) <= MOST_STEPS:
        return list(steps)
    stride = -(-len(steps) // MOST_STEPS)
    return [*steps[: len(steps) - 1 : stride], steps[-1]]


def losses(look: RunLook, runs: Mapping[str, Points], present: int | None, whole: Points, height: int) -> Drawing:
    """Draw the losses of one or two runs, the present step, and marks at the steps that were recorded whole."""
    figure = look.style.drawing(say("runs_loss", look.lang), "", height)
    shown: list[float] = []
    for (name, points), key in zip(runs.items(), BRANCH_STYLES, strict=False):
        line_colour, dash, _ = BRANCH_STYLES[key]
        drawn = [point for point in points if isfinite(point[1])]
        shown += [loss for _, loss in drawn]
        line = {"color": line_colour, "dash": dash, "width": 2}
        x, y = [step for step, _ in drawn], [loss for _, loss in drawn]
        figure.add("scatter", name=name, showlegend=len(runs) > 1, mode="lines", line=line, x=x, y=y, hoverinfo="x+y")
        odd = next((step for step, loss in points if not isfinite(loss)), None)
        if odd is not None:
            figure.vertical_line(odd, color=look.style.colours.warning, width=2)
    top = max(shown, default=1.0)
    marked = {"symbol": "diamond", "size": 13, "color": look.style.colours.warning}
    edge = {"color": look.style.colours.ink, "width": 1}
    heights = [loss if isfinite(loss) else top for _, loss in whole]
    words = [say("runs_whole", look.lang)] * len(whole)
    figure.add(
        "scatter", showlegend=False, mode="markers", marker={**marked, "line": edge}, x=[x for x, _ in whole],
        y=heights, hovertext=words, hoverinfo="x+text",
    )  # fmt: skip
    figure.x(**look.style.axis(say("runs_step", look.lang)), tickformat="~d")
    figure.y(**look.style.axis())
    if shown and min(shown) > 0 and top > 100 * min(shown):
        figure.y(type="log", exponentformat="power", dtick=1)
    if present is not None:
        figure.vertical_line(present, color=look.style.colours.ink, width=1.5)
    return figure


def table(look: RunLook, run: WatchedRun, scale: flow.Scale, present: int | None, height: int) -> Drawing:
    """Draw the numbers of all parameters over the steps, a row per parameter, the first layer on top."""
    figure = look.style.drawing(say(f"runs_title_{look.measure}", look.lang), "", height)
    steps = thinned(run.steps)
    rows = range(len(run.parameters))
    values = [[flow.value_of(run, step, i, look.measure) for step in steps] for i in rows]
    places = [[scale.place(value) for value in row] for row in values]
    words = [["–" if value is None else f"{value:.3g}" for value in row] for row in values]
    colours = look.style.colours
    ends = (0.0 if scale.middle is None else -1.0, 1.0)
    stops = [(i / 8, flow.colour(ends[0] + (ends[1] - ends[0]) * i / 8, colours)) for i in range(9)]
    few = len(run.parameters) <= 24
    names = [_short(name) for name in run.parameters] if few else list(rows)
    figure.add(
        "heatmap", x=[step.step for step in steps], y=names,
        z=places, zmin=ends[0], zmax=ends[1], colorscale=stops, text=words, customdata=[[name] * len(steps) for name in
        map(escape, run.parameters)], hovertemplate="%{customdata}<br>%{x}: %{text}<extra></extra>",
        colorbar=_bar(look, scale), hoverongaps=False,
    )  # fmt: skip
    odd = [[1 if _is_odd(value) else None for value in row] for row in values]
    if any(any(row) for row in odd):
        amber = [(0, colours.warning), (1, colours.warning)]
        figure.add(
            "heatmap", x=[step.step for step in steps], y=names, z=odd, zmin=0, zmax=1, colorscale=amber,
            showscale=False, hoverinfo="skip", hoverongaps=False,
        )  # fmt: skip
    figure.x(**look.style.axis(say("runs_step", look.lang)), tickformat="~d")
    figure.y(**look.style.axis(), autorange="reversed", showgrid=False, showticklabels=few)
    if present is not None:
        figure.vertical_line(present, color=colours.ink, width=1.5)
    return figure


def _is_odd(value: float | None) -> bool:
    return value is not None and not isfinite(value)


def _short(name: str) -> str:
    return name if len(name) <= 26 else f"{name[:10]}…{name[-15:]}"


def _bar(look: RunLook, scale: flow.Scale) -> dict[str, object]:
    """Return the legend of the colours, in numbers of the measure."""
    if scale.middle is None:
        places, words = [0.0, 0.5, 1.0], ["0 %", "50 %", "100 %"]
    else:
        places = [-1.0, 0.0, 1.0]
        words = [f"{10 ** (scale.middle + place * flow.DECADES):.0e}" for place in places]
    font = look.style.text(12)
    return {"tickvals": places, "ticktext": words, "tickfont": font, "thickness": 12, "outlinewidth": 0, "len": 1.0}


def picture(look: RunLook, graph: Graph, layout: Layout, run: WatchedRun, step: WatchedStep, scale: flow.Scale,
            height: int) -> Figure:  # fmt: skip
    """Draw the graph with every box in the colour of its number at a step."""
    from graphtrace.export.figure import details, draw

    colours = look.style.colours
    figure = draw(replace(layout, view=replace(layout.view, folded=0)), colours.name)
    boxes = flow.parameters_of(graph, layout.view, run.parameters)
    values = flow.box_values(run, step, boxes, look.measure)
    shapes = list(figure.layout.shapes)
    for box, place in zip(layout.view.boxes, layout.places, strict=True):
        if values.get(box.id) is not None:
            at = scale.place(values[box.id])
            ground = flow.colour(at, colours, 0.4)
            edge = {"width": 1, "color": colours.line} if at is not None else {"width": 3, "color": colours.warning}
            shapes.append(_path(marks.rounded(place), fillcolor=ground, line=edge))
            shapes.append(_path(marks.bar(place), fillcolor=colours.bar(box.kind), line={"width": 0}))
    words = {box: say(f"runs_{look.measure}", look.lang) + f": {value:.3g}" for box, value in values.items() if value}
    hover = [details(box) + (f"<br><b>{words[box.id]}</b>" if box.id in words else "") for box in layout.view.boxes]
    figure.update_traces(hovertext=hover)
    figure.update_layout(shapes=shapes, width=None, height=height, autosize=True)
    figure.update_layout(paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)")
    return figure


def _path(path: str, **look: object) -> dict[str, object]:
    return {"type": "path", "path": path, "layer": "below", **look}
