"""What one sees beside the graph: charts in groups, of the moment that the player above them shows."""

from __future__ import annotations

from typing import Any

import streamlit as st

from graphtrace.app import styles
from graphtrace.app.lab import branch_charts, node_charts, tensor_charts, training_charts
from graphtrace.app.lab.chart_context import ChartContext
from graphtrace.app.lab.figures import style
from graphtrace.app.lab.forms import switch
from graphtrace.app.lab.player_panel import stage
from graphtrace.app.lab.session import Lab
from graphtrace.app.lab.side_by_side import beside
from graphtrace.app.texts import say
from graphtrace.lab.showing import training_curves
from graphtrace.lab.showing.time_points import TimePoint, time_point

_PART = "lab_show"  # str: the part of the page that is chosen in the bar
_GROUP = "lab_charts_group"  # str: the group of charts that is shown
GROUPS = ("training", "weights", "node", "data", "compare")


def charts(one: Lab, lang: str) -> None:
    """Draw the player, and under it one group of charts of the moment it shows."""
    _charts(one, lang, one.identity)


@st.fragment
def _charts(one: Lab, lang: str, identity: str) -> None:
    """Draw all of it. Runs again, alone, when the player rests.

    What was pressed elsewhere in the same instant comes with that message: then all of the page has to run.
    """
    if one.identity != identity or st.session_state.get(_PART, "charts") != "charts":
        st.rerun()
    st.html(styles.LAB_CHARTS)
    both = one.compared if st.session_state.get(_GROUP) == "compare" else None
    cursor = beside(one, both, lang) if both and both.beside else stage(one, lang, compact=True)
    at = time_point(one.machine, cursor)
    scene = ChartContext(one, lang, cursor, at, style(st.context.theme.type == "dark"))
    with st.container(key="lab_charts"):
        with st.container(horizontal=True, vertical_alignment="center", key="lab_charts_bar"):
            chosen = switch("chart_group", GROUPS, "chart_", lang, key=_GROUP)
            st.markdown(_where(scene))
        _GROUPS[chosen](scene)


def _where(scene: ChartContext) -> str:
    """Tell the moment in words."""
    machine, at = scene.one.machine, scene.at
    done = say("chart_forwards", scene.lang, count=training_curves.forwards_done(machine, at))
    return f"{_place(machine.history, at, scene.lang)} · {done}"


def _place(turns: Any, at: TimePoint, lang: str) -> str:
    if at.events:
        events = len(turns[at.actions].recording or ())
        return say("chart_inside", lang, action=_name(turns[at.actions]), event=at.events, events=events)
    return say("chart_after", lang, action=_name(turns[at.actions - 1])) if at.actions else say("chart_start", lang)


def _name(turn: Any) -> str:
    return f"**{type(turn.action).__name__}**"


_GROUPS = {
    "training": training_charts.training,
    "weights": tensor_charts.weights,
    "node": node_charts.node,
    "data": tensor_charts.data,
    "compare": branch_charts.compare,
}
