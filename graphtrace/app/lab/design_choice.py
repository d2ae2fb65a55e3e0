"""After a change of the design: go on with the weights, or start again. What is likelier is done already."""

from __future__ import annotations

import streamlit as st

from graphtrace.app.lab.session import LabSession
from graphtrace.app.texts import say
from graphtrace.literals import Language

_CHOICES = {True: "lab_choice_keep", False: "lab_choice_again"}


def design_choice(session: LabSession, lang: Language) -> None:
    """Draw the choice, as long as nothing was done since."""
    choice = session.choice
    if choice is None:
        return
    with st.container(key="lab_choice"):
        chosen = st.segmented_control(
            say("lab_choice", lang, count=f"{choice.steps:,}"),
            tuple(_CHOICES),
            default=choice.keep,
            required=True,
            format_func=lambda keep: say(_CHOICES[keep], lang),
            key=f"lab_choice_{session.press_count}",
        )
    if chosen is not None and chosen != choice.keep:
        session.choose(bool(chosen))
        st.rerun()
