"""What is beside the sidebar: toolbar and player, and below them charts or code. A press runs this part alone."""

from __future__ import annotations

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.lab.actions_menu import MORE
from graphtrace.app.lab.background_run import paused, run_progress
from graphtrace.app.lab.charts import charts
from graphtrace.app.lab.exercise import goal_reached
from graphtrace.app.lab.lesson_place import place_is_left
from graphtrace.app.lab.messages import reason_is_shown, show_messages
from graphtrace.app.lab.node_actions import numbers_dialog
from graphtrace.app.lab.player_panel import code_panel, player_panel, toolbar_alone
from graphtrace.app.lab.pulse import pulse
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import KEY
from graphtrace.app.lab.share import SHARE
from graphtrace.literals import Language

_OPENED = (MORE, SHARE)  # parts of the sidebar that are about the latest action, where they are open
_DRAWN = "lab_sidebar"  # tuple: what the sidebar was drawn from


def sidebar_drawn(session: LabSession) -> None:
    """Remember what the sidebar was drawn from."""
    st.session_state[_DRAWN] = _sidebar_state(session)


def _sidebar_state(session: LabSession) -> tuple[object, ...]:
    """Return everything that the sidebar shows of a session: another one needs a run of the whole page."""
    latest = (session.playback_id,) if any(st.session_state.get(key) for key in _OPENED) else ()
    hooks = tuple(sorted(session.machine.trainer.hooks.does.items()))
    shown = (session.spec, session.problems, session.preset, session.form_count, session.machine_count)
    return (
        *shown,
        session.hidden,
        session.run is None,
        session.edited_tensor,
        session.choice,
        hooks,
        goal_reached(session),
        place_is_left(session),
        st.session_state.get(keys.LESSON_VISIT),
        *latest,
    )


@st.fragment
def stage(session: LabSession, lang: Language) -> None:
    """Draw it. What was pressed has been done by then; where that changes the sidebar, the whole page runs.

    The component is always the second element there, so that it stays when the part of the page changes.
    """
    with paused(session.run):
        if st.session_state[KEY] is not session or st.session_state.get(_DRAWN) != _sidebar_state(session):
            st.rerun()
        with st.container(key="lab_stage", gap=None):
            with st.container():
                show_messages(session, lang)
            _part(session, lang)
        if session.trains:
            pulse(session)
        elif session.run:
            run_progress(session.run, lang)
        numbers_dialog(session, lang)
        if not reason_is_shown():
            st.rerun()


def _part(session: LabSession, lang: Language) -> None:
    if "actions" in session.hidden or session.part == "graph":
        player_panel(session, lang)
    elif session.part == "charts":
        charts(session, lang)
    else:
        toolbar_alone(session, lang)
        code_panel(session, lang)
