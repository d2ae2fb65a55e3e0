"""Charts of the selected node: how the numbers of its value and of its gradient are spread, whole, from torch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import streamlit as st

from graphtrace.app.lab.chart_context import ChartContext, draw
from graphtrace.app.lab.figures import empty, heatmap, histogram
from graphtrace.app.lab.figures.style import HEIGHT, Drawing
from graphtrace.app.lab.player_panel import PLAYER
from graphtrace.app.texts import say
from graphtrace.lab.showing import chart_data
from graphtrace.lab.showing.time_points import node_tensors

if TYPE_CHECKING:
    from graphtrace.lab.showing.chart_data import Numbers

    Pair = tuple[Numbers | None, Numbers | None]  # now, at the beginning of what is played


def node(scene: ChartContext) -> None:
    """Draw the histograms of the node that is selected in the player, or chosen here."""
    chosen = _chosen(scene)
    if chosen is None:
        st.info(say("chart_press_forward", scene.lang))
        return
    value, grad = _of_parameter(scene, chosen) if chosen in scene.one.machine.names() else _of_node(scene, chosen)
    draw((_figure(scene, chosen, "value", value), _figure(scene, chosen, "grad", grad)))
    draw(_cells(scene, chosen, {"value": value[0], "grad": grad[0]}))


def _chosen(scene: ChartContext) -> str | None:
    graphs = scene.whole().graphs
    nodes = graphs[-1].nodes if graphs else ()
    keys = list(dict.fromkeys([*scene.one.machine.names(), *(node.key for node in nodes)]))
    picked = (st.session_state.get(PLAYER) or {}).get("picked")
    first = keys.index(picked) if picked in keys else 0
    return st.selectbox(
        say("chart_pick", scene.lang), keys, index=first if keys else None, key=f"lab_charts_node_{picked}", width=420
    )


def _of_parameter(scene: ChartContext, name: str) -> tuple[Pair, Pair]:
    now, first = scene.tensors(), scene.first()
    return (now.get(name), first.get(name)), (now.get(f"{name}.grad"), first.get(f"{name}.grad"))


def _of_node(scene: ChartContext, key: str) -> tuple[Pair, Pair]:
    found = node_tensors(scene.whole(), scene.cursor, key)
    return (found.value, None), (found.grad, None)


def _figure(scene: ChartContext, key: str, hue: str, pair: Pair) -> tuple[str, Drawing]:
    now, before = pair
    title = say(f"chart_node_{hue}", scene.lang, node=key)
    if now is None:
        told = say("chart_no_value", scene.lang) if hue == "value" else scene.no_gradient()
        return f"node_{hue}", empty(scene.look, title, told)
    changed = before is not None and not before.equal(now)
    low, high = chart_data.value_range(now, *([before] if before is not None and changed else []))
    found = chart_data.histogram(now, low, high)
    old = chart_data.histogram(before, low, high) if before is not None and changed else None
    note = _note(scene, now, found, old is not None)
    return f"node_{hue}", histogram(scene.look, title, note, found, old, hue)


def _cells(scene: ChartContext, key: str, found: Mapping[str, Numbers | None]) -> Iterator[tuple[str, Drawing]]:
    """Yield what has more than a few numbers cell by cell; of a batch of images those of the first sample."""
    parameter = key in scene.one.machine.names()
    for hue, tensor in found.items():
        if tensor is None or tensor.numel() == 1:
            continue
        pictures = not parameter and tensor.dim() == 4
        note = say("chart_first", scene.lang) if pictures else ""
        tiles = chart_data.images(tensor[0]) if pictures else chart_data.tiles(tensor)
        title = say(f"chart_cells_{hue}", scene.lang)
        yield f"cells_{hue}", heatmap(scene.look, title, note, tiles, hue, HEIGHT)


def _note(scene: ChartContext, tensor: Numbers, found: chart_data.Histogram, changed: bool) -> str:
    shape = "×".join(map(str, tensor.shape)) or "1"
    numbers = {"norm": found.norm, "mean": found.mean, "std": found.std}
    told = [say("chart_spread", scene.lang, shape=shape, **{name: f"{one:.4g}" for name, one in numbers.items()})]
    if found.non_finite:
        told.append(say("chart_odd", scene.lang, count=found.non_finite))
    if changed:
        told.append(say("chart_dotted", scene.lang))
    return " · ".join(told)
