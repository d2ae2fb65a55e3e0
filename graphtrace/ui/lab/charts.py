"""What one sees beside the graph: charts in groups, of the moment that the player above them shows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from graphtrace.lab import history
from graphtrace.lab.moment import Moment, moment
from graphtrace.ui.lab import nodes, tensors
from graphtrace.ui.lab.figures import Curves, curves, depth, empty, losses, style
from graphtrace.ui.lab.scene import Scene, draw
from graphtrace.ui.lab.session import Lab
from graphtrace.ui.lab.stage import stage
from graphtrace.ui.texts import say

GROUPS = ("training", "weights", "node", "data")
GUIDE = 1e-3

_STYLE = """<style>
.st-key-lab_charts { padding: 4px 20px 12px; gap: 4px; }
.st-key-lab_charts [data-testid="stVerticalBlock"] { gap: 4px; }
.st-key-lab_charts [data-testid="stHorizontalBlock"] { gap: 24px; }
.st-key-lab_charts_bar { gap: 16px; }
.st-key-lab_charts_bar p { font-size: 15px; }
.st-key-lab_charts [data-testid="stButtonGroup"] button { padding: 2px 12px; min-height: 34px; }
</style>"""


@st.fragment
def charts(one: Lab, lang: str) -> None:
    """Draw the player, and under it one group of charts of the moment it shows. Runs again when the player rests."""
    st.html(_STYLE)
    cursor = stage(one, lang, compact=True)
    at = moment(one.machine, cursor)
    scene = Scene(one, lang, cursor, at, style(st.context.theme.type == "dark"))
    with st.container(key="lab_charts"):
        with st.container(horizontal=True, vertical_alignment="center", key="lab_charts_bar"):
            chosen = st.segmented_control(
                say("chart_group", lang),
                GROUPS,
                default=GROUPS[0],
                required=True,
                format_func=lambda group: say(f"chart_{group}", lang),
                label_visibility="collapsed",
                key="lab_charts_group",
            )
            st.markdown(_where(scene))
        _GROUPS[str(chosen)](scene)


def _where(scene: Scene) -> str:
    """Tell the moment in words."""
    machine, at = scene.one.machine, scene.at
    done = say("chart_forwards", scene.lang, count=history.forwards(machine, at))
    return f"{_place(machine.turns, at, scene.lang)} · {done}"


def _place(turns: Any, at: Moment, lang: str) -> str:
    if at.events:
        events = len(turns[at.turn].recording or ())
        return say("chart_inside", lang, action=_name(turns[at.turn]), event=at.events, events=events)
    return say("chart_after", lang, action=_name(turns[at.turn - 1])) if at.turn else say("chart_start", lang)


def _name(turn: Any) -> str:
    return f"**{type(turn.action).__name__}**"


def _training(scene: Scene) -> None:
    draw((_loss(scene), _norms(scene), _ratios(scene), _depth(scene)))


def _said(scene: Scene, name: str, note: str = "", guide: tuple[float, str] | None = None) -> Curves:
    across = say("chart_across", scene.lang)
    here = history.forwards(scene.one.machine, scene.at)
    return Curves(say(name, scene.lang), note, across, here, guide)


def _loss(scene: Scene) -> tuple[str, Any]:
    points, said = history.losses(scene.one.machine), _said(scene, "chart_loss")
    if not points:
        told = "chart_no_loss" if said.here else "chart_press_forward"
        return "loss", empty(scene.look, said.title, say(told, scene.lang))
    return "loss", losses(scene.look, said, {"A": points}, {"A": said.here or 0})


def _norms(scene: Scene) -> tuple[str, Any]:
    found, said = history.gradient_norms(scene.one.machine), _said(scene, "chart_norms")
    if not found:
        return "norms", empty(scene.look, said.title, say("chart_press_backward", scene.lang))
    return "norms", curves(scene.look, said, found)


def _ratios(scene: Scene) -> tuple[str, Any]:
    said = _said(scene, "chart_ratios", guide=(GUIDE, say("chart_guide", scene.lang)))
    found = history.update_ratios(scene.one.machine)
    if not found:
        return "ratios", empty(scene.look, said.title, say("chart_press_step", scene.lang))
    return "ratios", curves(scene.look, said, found)


def _depth(scene: Scene) -> tuple[str, Any]:
    norms = scene.by_depth()
    title, across = say("chart_depth", scene.lang), say("chart_depth_across", scene.lang)
    if all(norm is None for _, norm in norms):
        return "depth", empty(scene.look, title, say("chart_press_backward", scene.lang))
    return "depth", depth(scene.look, Curves(title, "", across), norms, say("chart_none", scene.lang))


_GROUPS = {"training": _training, "weights": tensors.weights, "node": nodes.node, "data": tensors.data}
