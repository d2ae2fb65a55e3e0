"""The row of actions: each button runs torch once, under the recorder; they may be pressed in any order."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from graphtrace.app import styles
from graphtrace.app.lab.actions_menu import actions_menu
from graphtrace.app.lab.forms import switch
from graphtrace.app.lab.session import LabSession
from graphtrace.app.texts import say
from graphtrace.lab import limits
from graphtrace.lab.records.actions import Action, Backward, Forward, Step, ZeroGrad
from graphtrace.literals import Language

_ACTIONS: tuple[tuple[str, Callable[[], Action], str], ...] = (
    ("Forward", Forward, "F"),
    ("Backward", Backward, "B"),
    ("Step", Step, "S"),
    ("Zero grad", ZeroGrad, "Z"),
)
PARTS = ("graph", "charts", "code")


def action_bar(session: LabSession, lang: Language) -> str:
    """Draw the buttons; returns which part of the page to show: ``graph``, ``charts`` or ``code``."""
    st.html(styles.LAB)
    if "actions" in session.hidden:
        return PARTS[0]
    with st.container(horizontal=True, gap=6, vertical_alignment="center", key="lab_bar"):
        for label, make, shortcut in _ACTIONS:
            st.button(label, shortcut=shortcut, key=f"lab_{label}", on_click=session.do, args=(make(),))
        st.button(say("lab_iterate", lang), shortcut="I", key="lab_iterate", on_click=_iterate, args=(session,))
        st.number_input("n", 1, limits.current().steps, 100, key="lab_n", label_visibility="collapsed", width=64)
        st.button(say("lab_run", lang), shortcut="T", key="lab_run", on_click=_run, args=(session,))
        with st.popover(say("lab_more", lang), key="lab_more"):
            actions_menu(session, lang)
        _history_buttons(session, lang)
        if session.hidden:
            show = say("lab_show_all", lang)
            st.button("", icon=":material/visibility:", key="lab_show_all", help=show, on_click=session.unhide)
        chosen = switch("lab_show", PARTS, "lab_", lang, key="lab_show")
    return chosen


def _history_buttons(session: LabSession, lang: Language) -> None:
    """Draw undo, redo and restart. The first forward pass cannot be undone: the page does it at the start."""
    machine = session.machine
    first, last = machine.position <= 1, machine.position >= len(machine.history)
    st.button("", icon=":material/undo:", key="lab_undo", help=say("lab_undo", lang), shortcut="U",
              on_click=session.move, args=(-1,), disabled=first)  # fmt: skip
    st.button("", icon=":material/redo:", key="lab_redo", help=say("lab_redo", lang), shortcut="Y",
              on_click=session.move, args=(1,), disabled=last)  # fmt: skip
    restart = say("lab_again", lang)
    st.button("", icon=":material/restart_alt:", key="lab_again", help=restart, on_click=session.restart)


def _run(session: LabSession) -> None:
    """Run as often as the field says: it may have been typed into and this button clicked in one go."""
    session.start_run(int(st.session_state["lab_n"]))


def _iterate(session: LabSession) -> None:
    """Do one iteration of the training loop, recorded."""
    session.do(ZeroGrad(), Forward(), Backward(), Step())
