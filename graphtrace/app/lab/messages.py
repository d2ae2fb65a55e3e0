"""Messages beside the picture, and the address that leads back to it."""

from __future__ import annotations

import streamlit as st

from graphtrace.app import keys, server_settings
from graphtrace.app.lab.exercise import opened
from graphtrace.app.lab.opening import link
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import AT, EXERCISE, HIDE, LINK, PART, PARTS, VIEW
from graphtrace.app.pickers import pick_language
from graphtrace.app.texts import say, told
from graphtrace.errors import TraceError
from graphtrace.literals import Language

ADDRESS = "lab_address"  # dict[str, str]: the query parameters that lead back here; the browser writes them
_REASON = "lab_no_link"  # str: why there is no link to this point, or what it leaves out; empty for a whole link
_SHOWN_REASON = "lab_no_link_shown"  # str: the same, as the sidebar has it


def show_messages(session: LabSession, lang: Language) -> None:
    """Show the note, once. What does not fit is marked in the list of layers."""
    if session.note:
        text = say("lab_rebuilt", lang) if session.note == "rebuilt" else told(session.note, lang)
        st.toast(text, icon=":material/info:", duration="short" if len(text) < 70 else "long")
        session.note = ""


def finish(session: LabSession, lang: Language) -> None:
    """Draw the end of the sidebar, and write the address."""
    reason = note_address(session, lang)
    with st.sidebar:
        if reason:
            st.caption(reason)
        pick_language(lang)


def note_address(session: LabSession, lang: Language) -> str:
    """Write the address, and return what is wrong with it, which counts as said."""
    reason = st.session_state[_SHOWN_REASON] = write_address(session, lang)
    return reason


def reason_is_shown() -> bool:
    """Return whether the sidebar says what is wrong with the link, as of now."""
    return bool(st.session_state.get(_REASON, "") == st.session_state.get(_SHOWN_REASON, ""))


def write_address(session: LabSession, lang: Language) -> str:
    """Note the address that rebuilds this machine at this cursor. Returns in words what is wrong with it, or nothing.

    The browser writes it, in place of the one before: through Streamlit each would be a page to go back to.
    """
    parameters: dict[str, str] = {keys.LANGUAGE: lang}
    reason = ""
    try:
        server_settings.require_links()
        parameters[LINK], left_out = link(session)
        if left_out:
            reason = say("lab_link_left_out", lang, count=f"{left_out:,}")
    except TraceError as error:
        reason = say("lab_no_link", lang, why=told(error, lang))
    if session.shown_cursor is not None:
        parameters[AT] = str(session.shown_cursor)
    exercise = opened()
    if exercise is not None:
        parameters[EXERCISE] = exercise.lesson.id
    if session.hidden:
        parameters[HIDE] = ",".join(sorted(session.hidden))
    if session.view:
        parameters[VIEW] = session.view
    if session.part != PARTS[0]:
        parameters[PART] = session.part
    st.session_state[ADDRESS], st.session_state[_REASON] = parameters, reason
    return reason
