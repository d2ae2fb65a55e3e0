"""Whether anybody still waits for what is being done: Streamlit ends the script of a closed tab where it asks."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx


def wanted() -> None:
    """End this run of the page if its tab was closed: long work calls this again and again, ten times a second or more.

    Streamlit asks a script to stop when its tab is closed; the script hears of it where it uses Streamlit.
    """
    if get_script_run_ctx(suppress_warning=True) is not None:
        st.session_state.get("wanted")


def session_id() -> str:
    """Return the id of the session that runs this page; empty outside of a server."""
    context = get_script_run_ctx(suppress_warning=True)
    return "" if context is None else context.session_id


def is_open(session: str) -> bool:
    """Return whether the tab of a session is open, from any thread; true where there is no server to ask."""
    return not session or not exists() or get_instance().is_active_session(session)
