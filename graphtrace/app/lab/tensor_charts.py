"""Charts of numbers in the plane: parameters as heatmaps, the boundary with its data, what becomes of an image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import streamlit as st

from graphtrace.app.lab.chart_context import ChartContext, draw
from graphtrace.app.lab.figures import bars, boundary, heatmap
from graphtrace.app.lab.figures.style import HEIGHT, Drawing
from graphtrace.app.lab.forms import switch
from graphtrace.app.lab.training_charts import loss
from graphtrace.app.texts import say
from graphtrace.lab.showing import chart_data

if TYPE_CHECKING:
    from graphtrace.lab.showing.chart_data import Numbers

SHOWN = ("value", "grad", "change")
_HIGH = 420


def weights(scene: ChartContext) -> None:
    """Draw every parameter at this moment: its value, its ``.grad``, or what has changed since the story began."""
    chosen = switch("chart_show", SHOWN, "chart_", scene.lang, key="lab_charts_shown")
    found = dict(_shown(scene, chosen))
    if not found:
        st.info(scene.no_gradient())
        return
    draw(_heatmaps(scene, found, "grad" if chosen == "grad" else "value"), 3)
    if any(one.dim() == 4 and one.shape[1] > 1 for one in found.values()):
        st.caption(say("chart_grid", scene.lang))


def _shown(scene: ChartContext, what: str) -> Iterator[tuple[str, Numbers]]:
    now, first = scene.tensors(), scene.first() if what == "change" else {}
    for name in scene.one.machine.names():
        found = now.get(f"{name}.grad") if what == "grad" else now[name]
        if found is not None:
            yield name, found - first[name] if what == "change" else found


def _heatmaps(scene: ChartContext, found: Mapping[str, Numbers], hue: str) -> Iterator[tuple[str, Drawing]]:
    """Yield one figure per parameter; those of a single number share one."""
    singles = [name for name, one in found.items() if one.numel() == 1]
    if len(singles) > 3:
        row = chart_data.number_row(found[name] for name in singles)
        yield "weights_singles", heatmap(scene.look, say("chart_singles", scene.lang), "", row, hue)
    for name, one in found.items():
        if name not in singles or len(singles) <= 3:
            tiles = chart_data.tiles(one)
            yield f"weights_{name}", heatmap(scene.look, name, _note(scene, one, tiles), tiles, hue)


def _note(scene: ChartContext, tensor: Numbers, tiles: chart_data.Tiles) -> str:
    told = "×".join(map(str, tensor.shape)) or "1"
    step = max(tiles.strides)
    return f"{told} · {say('chart_each', scene.lang, step=step)}" if step > 1 else told


def data(scene: ChartContext) -> None:
    """Draw what the net makes of its data: over the plane of inputs, or of one image."""
    tensors = scene.tensors()
    plane = chart_data.decision_boundary(scene.one.machine, tensors)
    if plane is not None:
        title = say("chart_boundary", scene.lang)
        draw([("boundary", boundary(scene.look, title, "", plane, _HIGH)), loss(scene, _HIGH)])
        return
    count = len(tensors["x"])
    sample = _sample(scene, count) if count > 1 else 0
    found = chart_data.sample_result(scene.one.machine, tensors, sample)
    draw(_sampled(scene, found, sample, count))
    draw(_maps(scene, found), 3)
    if found.image is None:
        st.caption(say("chart_no_plane", scene.lang))


def _sample(scene: ChartContext, count: int) -> int:
    return int(st.number_input(say("chart_sample", scene.lang), 0, count - 1, 0, key="lab_charts_sample", width=160))


def _sampled(
    scene: ChartContext, found: chart_data.SampleResult, sample: int, count: int
) -> Iterator[tuple[str, Drawing]]:
    if found.image is not None:
        title = say("chart_image", scene.lang, number=sample, count=count)
        size = "×".join(map(str, found.image.shape))
        yield "image", heatmap(scene.look, title, size, chart_data.images(found.image), "image", HEIGHT)
    note = say("chart_outputs_class", scene.lang, target=found.target) if found.target is not None else ""
    note = note or (say("chart_outputs_wanted", scene.lang) if found.target_outputs else "")
    title = say("chart_outputs", scene.lang)
    yield "outputs", bars(scene.look, title, note, found.outputs, found.target, found.target_outputs)
    if found.image is None:
        yield loss(scene)


def _maps(scene: ChartContext, found: chart_data.SampleResult) -> Iterator[tuple[str, Drawing]]:
    for number, (name, channels) in enumerate(found.maps):
        note = "×".join(map(str, channels.shape))
        yield f"map_{number}", heatmap(scene.look, name, note, chart_data.images(channels), "value")
