"""Charts of tensors: parameters as heatmaps; what the net makes of its data, over the plane or for one sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import streamlit as st

from graphtrace.app.lab.chart_context import ChartContext, draw
from graphtrace.app.lab.figures import bars, boundary, heatmap
from graphtrace.app.lab.figures.style import HEIGHT, Drawing
from graphtrace.app.lab.forms import switch
from graphtrace.app.lab.net_rows import shape_text
from graphtrace.app.lab.training_charts import loss
from graphtrace.app.texts import say
from graphtrace.lab.showing import chart_data

if TYPE_CHECKING:
    from graphtrace.lab.showing.chart_data import Numbers

SHOWN = ("value", "grad", "change")
_TALL = 420  # height in pixels


def weights(context: ChartContext) -> None:
    """Draw every parameter: its value, its ``.grad``, or its change since the beginning of the playback."""
    shown = switch("chart_show", SHOWN, "chart_", context.lang, key="lab_charts_shown")
    tensors = dict(_shown_tensors(context, shown))
    if not tensors:
        st.info(context.no_gradient_hint())
        return
    draw(_heatmaps(context, tensors, "grad" if shown == "grad" else "value"), 3)
    if any(tensor.dim() == 4 and tensor.shape[1] > 1 for tensor in tensors.values()):
        st.caption(say("chart_grid", context.lang))


def _shown_tensors(context: ChartContext, shown: str) -> Iterator[tuple[str, Numbers]]:
    now, before = context.tensors(), context.tensors_at_start() if shown == "change" else {}
    for name in context.session.machine.names():
        tensor = now.get(f"{name}.grad") if shown == "grad" else now[name]
        if tensor is not None:
            yield name, tensor - before[name] if shown == "change" else tensor


def _heatmaps(context: ChartContext, tensors: Mapping[str, Numbers], hue: str) -> Iterator[tuple[str, Drawing]]:
    """Yield one figure per parameter; many parameters of a single number share one figure."""
    singles = [name for name, tensor in tensors.items() if tensor.numel() == 1]
    if len(singles) > 3:
        row = chart_data.number_row(tensors[name] for name in singles)
        yield "weights_singles", heatmap(context.style, say("chart_singles", context.lang), "", row, hue)
    for name, tensor in tensors.items():
        if name not in singles or len(singles) <= 3:
            tiles = chart_data.tiles(tensor)
            yield f"weights_{name}", heatmap(context.style, name, _note(context, tensor, tiles), tiles, hue)


def _note(context: ChartContext, tensor: Numbers, tiles: chart_data.Tiles) -> str:
    shape, stride = shape_text(tensor.shape), max(tiles.strides)
    return f"{shape} · {say('chart_each', context.lang, step=stride)}" if stride > 1 else shape


def data(context: ChartContext) -> None:
    """Draw the net's output over the plane of inputs; if inputs are not pairs of numbers, for one sample."""
    tensors, machine = context.tensors(), context.session.machine
    plane = chart_data.decision_boundary(machine, tensors)
    if plane is not None:
        title = say("chart_boundary", context.lang)
        draw([("boundary", boundary(context.style, title, "", plane, _TALL)), loss(context, _TALL)])
        return
    count = len(tensors["x"])
    sample = _pick_sample(context, count) if count > 1 else 0
    result = chart_data.sample_result(machine, tensors, sample)
    draw(_sample_figures(context, result, sample, count))
    draw(_map_figures(context, result), 3)
    if result.image is None:
        st.caption(say("chart_no_plane", context.lang))


def _pick_sample(context: ChartContext, count: int) -> int:
    label = say("chart_sample", context.lang)
    return int(st.number_input(label, 0, count - 1, 0, key="lab_charts_sample", width=160))


def _sample_figures(
    context: ChartContext, result: chart_data.SampleResult, sample: int, count: int
) -> Iterator[tuple[str, Drawing]]:
    if result.image is not None:
        title = say("chart_image", context.lang, number=sample, count=count)
        tiles = chart_data.images(result.image)
        yield "image", heatmap(context.style, title, shape_text(result.image.shape), tiles, "image", HEIGHT)
    note = say("chart_outputs_class", context.lang, target=result.target) if result.target is not None else ""
    note = note or (say("chart_outputs_wanted", context.lang) if result.target_outputs else "")
    title = say("chart_outputs", context.lang)
    yield "outputs", bars(context.style, title, note, result.outputs, result.target, result.target_outputs)
    if result.image is None:
        yield loss(context)


def _map_figures(context: ChartContext, result: chart_data.SampleResult) -> Iterator[tuple[str, Drawing]]:
    for i, (name, channels) in enumerate(result.maps):
        tiles = chart_data.images(channels)
        yield f"map_{i}", heatmap(context.style, name, shape_text(channels.shape), tiles, "value")
