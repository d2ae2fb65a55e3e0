"""What the Lab tells beside its picture: notes, once, and the address that leads back here."""

from __future__ import annotations

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.lab.opening import link
from graphtrace.app.lab.session import AT, HIDE, LINK, VIEW, Lab
from graphtrace.app.pickers import pick_language
from graphtrace.app.texts import say
from graphtrace.errors import TraceError


def tell(one: Lab, lang: str) -> None:
    """Tell what does not fit, as long as it does not; and the note of the last action, once."""
    if one.problems:
        with st.container(key="lab_problems"):
            told = "  \n".join((*one.problems, say("lab_last_good", lang)))
            st.error(told.replace("$", "\\$"), icon=":material/error:")
    if one.note:
        text = say("lab_rebuilt", lang) if one.note == "rebuilt" else one.note
        st.toast(text.replace("$", "\\$"), icon=":material/info:", duration="short" if len(text) < 70 else "long")
        one.note = ""


def finish(one: Lab, lang: str) -> None:
    """End the sidebar, and keep the address at this story."""
    why = address(one, lang)
    with st.sidebar:
        if why:
            st.caption(say("lab_no_link", lang, why=why.replace("$", "\\$")))
        pick_language(lang)


def address(one: Lab, lang: str) -> str:
    """Write the address that rebuilds this story at this place. Returns why there is none.

    Before the player gets a new story: it notes every step in the address by itself from then on.
    """
    wanted, why = {keys.LANGUAGE: lang}, ""
    try:
        wanted[LINK] = link(one)
    except TraceError as error:
        why = str(error)
    if one.place is not None:
        wanted[AT] = str(one.place)
    if one.hidden:
        wanted[HIDE] = ",".join(sorted(one.hidden))
    if one.view:
        wanted[VIEW] = one.view
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
    return why
