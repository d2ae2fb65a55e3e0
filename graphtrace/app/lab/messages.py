"""Messages beside the picture, and the address that leads back to it."""

from __future__ import annotations

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.lab.opening import link
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import AT, HIDE, LINK, PART, PARTS, VIEW
from graphtrace.app.pickers import pick_language
from graphtrace.app.texts import say, told
from graphtrace.errors import TraceError
from graphtrace.literals import Language

_REASON = "lab_no_link"  # str: why there is no link to this point, empty if there is
_SHOWN_REASON = "lab_no_link_shown"  # str: the same, as the sidebar has it


def show_messages(session: LabSession, lang: Language) -> None:
    """Show the note, once. What does not fit is marked in the list of layers."""
    if session.note:
        text = say("lab_rebuilt", lang) if session.note == "rebuilt" else told(session.note, lang)
        st.toast(text, icon=":material/info:", duration="short" if len(text) < 70 else "long")
        session.note = ""


def finish(session: LabSession, lang: Language) -> None:
    """Draw the end of the sidebar, and write the address."""
    reason = st.session_state[_SHOWN_REASON] = write_address(session, lang)
    with st.sidebar:
        if reason:
            st.caption(say("lab_no_link", lang, why=told(reason, lang)))
        pick_language(lang)


def reason_is_shown() -> bool:
    """Return whether the sidebar says why there is no link, as of now."""
    return bool(st.session_state.get(_REASON, "") == st.session_state.get(_SHOWN_REASON, ""))


def write_address(session: LabSession, lang: Language) -> str:
    """Write the address that rebuilds this machine at this cursor. Returns why there is no link, empty if there is.

    It must be written before the player gets a new recording: from then on the browser writes the cursor itself.
    """
    parameters: dict[str, str] = {keys.LANGUAGE: lang}
    reason = ""
    try:
        parameters[LINK] = link(session)
    except TraceError as error:
        reason = str(error)
    if session.shown_cursor is not None:
        parameters[AT] = str(session.shown_cursor)
    if session.hidden:
        parameters[HIDE] = ",".join(sorted(session.hidden))
    if session.view:
        parameters[VIEW] = session.view
    if session.part != PARTS[0]:
        parameters[PART] = session.part
    if st.query_params.to_dict() != parameters:
        st.query_params.from_dict(parameters)
    st.session_state[_REASON] = reason
    return reason
