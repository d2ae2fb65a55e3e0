"""Charts beside the graph, in groups, of the point in time that the player above them shows."""

from __future__ import annotations

import streamlit as st

from graphtrace.app.lab import branch_charts, node_charts, tensor_charts, training_charts
from graphtrace.app.lab.chart_context import ChartContext
from graphtrace.app.lab.figures import style
from graphtrace.app.lab.forms import switch
from graphtrace.app.lab.player_panel import player_panel, toolbar_alone
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import CHARTS_GROUP
from graphtrace.app.lab.side_by_side import play_side_by_side
from graphtrace.app.texts import say
from graphtrace.lab.running.history_entries import HistoryEntry
from graphtrace.lab.showing.time_points import time_point
from graphtrace.lab.showing.training_curves import forwards_done
from graphtrace.literals import Language

GROUPS = {
    "training": training_charts.training,
    "weights": tensor_charts.weights,
    "node": node_charts.node,
    "data": tensor_charts.data,
    "compare": branch_charts.compare,
}


def charts(session: LabSession, lang: Language) -> None:
    """Draw the player, and under it one group of charts of the point in time that it shows."""
    comparison = session.active_comparison if st.session_state.get(CHARTS_GROUP) == "compare" else None
    if comparison is not None and comparison.side_by_side:
        toolbar_alone(session, lang)
        cursor = play_side_by_side(session, comparison, lang)
    else:
        cursor = player_panel(session, lang, compact=True)
    if session.run:
        return  # the machine belongs to the run
    at = time_point(session.machine, cursor)
    context = ChartContext(session, lang, cursor, at, style(st.context.theme.type == "dark"))
    with st.container(key="lab_charts"):
        with st.container(horizontal=True, vertical_alignment="center", key="lab_charts_bar"):
            group = switch("chart_group", tuple(GROUPS), "chart_", lang, key=CHARTS_GROUP)
            forwards = say("chart_forwards", lang, count=forwards_done(session.machine, at))
            st.markdown(f"{_time_point_text(context)} · {forwards}")
        GROUPS[group](context)


def _time_point_text(context: ChartContext) -> str:
    history, at, lang = context.session.machine.history, context.at, context.lang
    if at.events:
        events = len(history[at.actions].recording or ())
        return say("chart_inside", lang, action=_action_text(history[at.actions]), event=at.events, events=events)
    if not at.actions:
        return say("chart_start", lang)
    return say("chart_after", lang, action=_action_text(history[at.actions - 1]))


def _action_text(entry: HistoryEntry) -> str:
    return f"**{type(entry.action).__name__}**"
