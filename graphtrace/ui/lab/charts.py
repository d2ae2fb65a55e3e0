"""What one sees beside the graph: loss, gradient norms, the decision boundary, weights, update ratios."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from graphtrace import lab
from graphtrace.lab import look
from graphtrace.ui.lab.session import Lab
from graphtrace.ui.texts import say

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F")
_DASHES = ("solid", "dash", "dot", "dashdot")  # lines differ by more than colour
_HEIGHT, _HEATMAP = 300, 210
Series = Mapping[str, Sequence[tuple[int, float]]]


def charts(one: Lab, lang: str) -> None:
    """Draw the charts of the machine as it stands now, two in a row."""
    with st.container(key="lab_charts"):
        figures = tuple(_figures(one.machine, lang))
        for pair in zip(figures[::2], (*figures[1::2], None), strict=False):
            for column, found in zip(st.columns(2), pair, strict=True):
                if found is not None:
                    name, figure = found
                    config = {"displaylogo": False}
                    column.plotly_chart(figure, width="stretch", key=f"lab_chart_{name}", config=config)


def _figures(machine: lab.Machine, lang: str) -> Iterator[tuple[str, Any]]:
    losses = list(enumerate(machine.losses, 1))
    styles = {name: i for i, name in enumerate(machine.names())}
    yield "loss", _lines({"loss": losses}, {}, say("lab_loss_curve", lang), log=_wide(losses))
    found = look.boundary(machine)
    if found is not None:
        yield "boundary", _boundary(found, say("lab_boundary", lang))
    yield "norms", _lines(look.gradient_norms(machine), styles, say("lab_grad_norms", lang), log=True)
    yield "ratios", _lines(look.update_ratios(machine), styles, say("lab_ratios", lang), log=True)
    for name, rows in look.weights(machine).items():
        yield f"weights_{name}", _heatmap(name, rows)


def _wide(points: Sequence[tuple[int, float]]) -> bool:
    """Whether a curve spans so many powers of ten that only a log axis shows it."""
    values = [value for _, value in points if value > 0]
    return len(values) == len(points) > 0 and max(values) > 100 * min(values)


def _lines(series: Series, styles: Mapping[str, int], title: str, log: bool) -> Any:
    """Draw curves; a parameter has the same colour and dashes in every chart."""
    import plotly.graph_objects as go

    figure = go.Figure(layout=_layout(title))
    for name, points in sorted(series.items(), key=lambda pair: styles.get(pair[0], 0)):
        i = styles.get(name, 0)
        line = {"color": _COLOURS[i % len(_COLOURS)], "dash": _DASHES[i // len(_COLOURS) % len(_DASHES)], "width": 2}
        x, y = [point[0] for point in points], [point[1] for point in points]
        mode = "lines+markers" if len(points) < 40 else "lines"
        figure.add_scatter(x=x, y=y, name=name, mode=mode, line=line)
    most = max((points[-1][0] for points in series.values() if points), default=1)
    figure.update_xaxes(tickformat="d", rangemode="tozero", dtick=max(1, most // 8))
    if log:
        figure.update_yaxes(type="log", exponentformat="power", dtick=1)
    return figure


def _boundary(found: look.Boundary, title: str) -> Any:
    import plotly.graph_objects as go

    figure = go.Figure(layout=_layout(title))
    scale = [[0, "#E69F00"], [0.5, "#F7F7F7"], [1, "#0072B2"]]
    figure.add_contour(x=found.x, y=found.y, z=found.z, colorscale=scale, line={"width": 0.5}, ncontours=12)
    x, y = [point[0] for point in found.points], [point[1] for point in found.points]
    shapes = ["circle" if target < 0.5 else "diamond" for target in found.targets]
    colours = ["#E69F00" if target < 0.5 else "#0072B2" for target in found.targets]
    marker = {"symbol": shapes, "color": colours, "size": 11, "line": {"color": "#1a1d26", "width": 1.5}}
    figure.add_scatter(x=x, y=y, mode="markers", marker=marker, showlegend=False)
    return figure


def _heatmap(name: str, rows: Sequence[Sequence[float]]) -> Any:
    import plotly.graph_objects as go

    most = max((abs(value) for row in rows for value in row), default=1.0) or 1.0
    scale = [[0, "#7B61A8"], [0.5, "#F7F7F7"], [1, "#0072B2"]]
    figure = go.Figure(layout={**_layout(name), "height": _HEATMAP})
    figure.add_heatmap(z=rows, colorscale=scale, zmin=-most, zmax=most, colorbar={"nticks": 4})
    figure.update_yaxes(autorange="reversed", dtick=max(1, len(rows) // 6), showticklabels=len(rows) > 1)
    figure.update_xaxes(dtick=max(1, len(rows[0]) // 10))
    return figure


def _layout(title: str) -> dict[str, Any]:
    margin = {"l": 48, "r": 16, "t": 40, "b": 32}
    return {"title": {"text": title, "font": {"size": 15}}, "height": _HEIGHT, "margin": margin}
