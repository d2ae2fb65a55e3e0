"""Charts beside the graph, in groups, of the point in time that the player above them shows."""

from __future__ import annotations

import streamlit as st

from graphtrace.app import styles
from graphtrace.app.lab import branch_charts, node_charts, tensor_charts, training_charts
from graphtrace.app.lab.chart_context import ChartContext
from graphtrace.app.lab.figures import style
from graphtrace.app.lab.forms import switch
from graphtrace.app.lab.player_panel import player_panel
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.side_by_side import play_side_by_side
from graphtrace.app.texts import say
from graphtrace.lab.running.history_entries import HistoryEntry
from graphtrace.lab.showing.time_points import time_point
from graphtrace.lab.showing.training_curves import forwards_done
from graphtrace.literals import Language

_PART = "lab_show"  # str: the part of the page that is chosen in the bar
_GROUP = "lab_charts_group"  # str: the group of charts that is shown
GROUPS = {
    "training": training_charts.training,
    "weights": tensor_charts.weights,
    "node": node_charts.node,
    "data": tensor_charts.data,
    "compare": branch_charts.compare,
}


def charts(session: LabSession, lang: Language) -> None:
    """Draw the player, and under it one group of charts of the point in time that it shows."""
    _charts(session, lang, session.playback_id)


@st.fragment
def _charts(session: LabSession, lang: Language, playback_id: str) -> None:
    """Draw all of it. Runs again, alone, when the player reports a cursor.

    A button elsewhere that was pressed in the same instant comes with that report: then the whole page must run.
    """
    if session.playback_id != playback_id or st.session_state.get(_PART, "charts") != "charts":
        st.rerun()
    st.html(styles.LAB_CHARTS)
    comparison = session.active_comparison if st.session_state.get(_GROUP) == "compare" else None
    if comparison is not None and comparison.side_by_side:
        cursor = play_side_by_side(session, comparison, lang)
    else:
        cursor = player_panel(session, lang, compact=True)
    at = time_point(session.machine, cursor)
    context = ChartContext(session, lang, cursor, at, style(st.context.theme.type == "dark"))
    with st.container(key="lab_charts"):
        with st.container(horizontal=True, vertical_alignment="center", key="lab_charts_bar"):
            group = switch("chart_group", tuple(GROUPS), "chart_", lang, key=_GROUP)
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
