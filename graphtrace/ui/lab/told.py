"""What the Lab tells beside its picture: notes, once, and what keeps a link from being made."""

from __future__ import annotations

import streamlit as st

from graphtrace.ui.lab.session import Lab, write_link
from graphtrace.ui.texts import say


def tell(one: Lab, lang: str) -> None:
    """Tell the note of the last action, then forget it."""
    if one.note:
        text = say("lab_rebuilt", lang) if one.note == "rebuilt" else one.note
        st.toast(text.replace("$", "\\$"), icon=":material/info:", duration="long")
        one.note = ""


def share(one: Lab, lang: str) -> None:
    """Keep the address at this frame."""
    why = write_link(one)
    if why is not None:
        with st.sidebar:
            st.caption(say("lab_no_link", lang, why=why))
