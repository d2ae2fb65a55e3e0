"""The pulse on the page: ten times a second and more, a picture of the net that trains goes to the viewer."""

from __future__ import annotations

from typing import TypedDict

import streamlit as st

from graphtrace.app import assets
from graphtrace.app.lab.exercise import goal_reached, opened
from graphtrace.app.lab.live_payload import LivePayload, live_payload
from graphtrace.app.lab.session import LabSession

EVERY = 0.08  # seconds
KEY = "lab_pulse"
_SENT = "lab_pulse_sent"  # (Picture, _Sent): what was sent last


class _Sent(TypedDict):
    of: str  # what the player plays
    picture: LivePayload


@st.fragment(run_every=EVERY)
def pulse(session: LabSession) -> None:
    """Send pictures until the run is over."""
    run = session.run
    if run is None or run.pulse is None or run.over:
        st.rerun()
    if (exercise := opened()) is not None and not exercise.reached and goal_reached(session):
        st.rerun()  # the sidebar says so at once
    shown = run.pulse.look()
    if shown is None:
        return
    known = st.session_state.get(_SENT)
    if known is None or known[0] is not shown:  # else it was sent already: the same message again costs little
        sent: _Sent = {"of": session.playback_id, "picture": live_payload(shown, session.pace)}
        known = st.session_state[_SENT] = (shown, sent)
    assets.mount_pulse("graphtrace_pulse", KEY, data=known[1])
