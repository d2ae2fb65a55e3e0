"""Charts of one node: the distribution of its value and of its gradient, and their numbers cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import streamlit as st

from graphtrace.app.lab.chart_context import ChartContext, draw
from graphtrace.app.lab.figures import empty, heatmap, histogram
from graphtrace.app.lab.figures.style import HEIGHT, Drawing
from graphtrace.app.lab.net_rows import shape_text
from graphtrace.app.lab.player_panel import PLAYER
from graphtrace.app.payloads import component_state
from graphtrace.app.texts import say
from graphtrace.lab.showing import chart_data
from graphtrace.lab.showing.time_points import node_tensors

if TYPE_CHECKING:
    from graphtrace.lab.showing.chart_data import Numbers

    NowAndBefore = tuple[Numbers | None, Numbers | None]  # at this point, at the beginning of the playback


def node(context: ChartContext) -> None:
    """Draw the charts of the node that is selected in the player, or chosen here."""
    key = _pick_node(context)
    if key is None:
        st.info(say("chart_press_forward", context.lang))
        return
    is_parameter = key in context.session.machine.names()
    value, grad = _parameter_tensors(context, key) if is_parameter else _node_tensors(context, key)
    draw((_histogram(context, key, "value", value), _histogram(context, key, "grad", grad)))
    draw(_cells(context, is_parameter, {"value": value[0], "grad": grad[0]}))


def _pick_node(context: ChartContext) -> str | None:
    graphs = context.full_recording().graphs
    nodes = graphs[-1].nodes if graphs else ()
    keys = list(dict.fromkeys([*context.session.machine.names(), *(node.key for node in nodes)]))
    picked = component_state(PLAYER).get("picked")
    index = keys.index(picked) if isinstance(picked, str) and picked in keys else 0
    key = f"lab_charts_node_{picked}"
    return st.selectbox(say("chart_pick", context.lang), keys, index=index if keys else None, key=key, width=420)


def _parameter_tensors(context: ChartContext, name: str) -> tuple[NowAndBefore, NowAndBefore]:
    now, before = context.tensors(), context.tensors_at_start()
    return (now.get(name), before.get(name)), (now.get(f"{name}.grad"), before.get(f"{name}.grad"))


def _node_tensors(context: ChartContext, key: str) -> tuple[NowAndBefore, NowAndBefore]:
    tensors = node_tensors(context.full_recording(), context.cursor, key)
    return (tensors.value, None), (tensors.grad, None)


def _histogram(context: ChartContext, key: str, hue: str, tensors: NowAndBefore) -> tuple[str, Drawing]:
    now, before = tensors
    title = say(f"chart_node_{hue}", context.lang, node=key)
    if now is None:
        hint = say("chart_no_value", context.lang) if hue == "value" else context.no_gradient_hint()
        return f"node_{hue}", empty(context.style, title, hint)
    if before is not None and before.equal(now):
        before = None
    low, high = chart_data.value_range(now, *([] if before is None else [before]))
    counts = chart_data.histogram(now, low, high)
    counts_before = None if before is None else chart_data.histogram(before, low, high)
    note = _note(context, now, counts, before is not None)
    return f"node_{hue}", histogram(context.style, title, note, counts, counts_before, hue)


def _cells(
    context: ChartContext, is_parameter: bool, tensors: Mapping[str, Numbers | None]
) -> Iterator[tuple[str, Drawing]]:
    """Yield each tensor of several numbers as a heatmap; of a batch of images the first sample."""
    for hue, tensor in tensors.items():
        if tensor is None or tensor.numel() == 1:
            continue
        images = not is_parameter and tensor.dim() == 4
        note = say("chart_first", context.lang) if images else ""
        tiles = chart_data.images(tensor[0]) if images else chart_data.tiles(tensor)
        title = say(f"chart_cells_{hue}", context.lang)
        yield f"cells_{hue}", heatmap(context.style, title, note, tiles, hue, HEIGHT)


def _note(context: ChartContext, tensor: Numbers, counts: chart_data.Histogram, changed: bool) -> str:
    amounts = {"norm": f"{counts.norm:.4g}", "mean": f"{counts.mean:.4g}", "std": f"{counts.std:.4g}"}
    notes = [say("chart_spread", context.lang, shape=shape_text(tensor.shape), **amounts)]
    if counts.non_finite:
        notes.append(say("chart_odd", context.lang, count=counts.non_finite))
    if changed:
        notes.append(say("chart_dotted", context.lang))
    return " · ".join(notes)
