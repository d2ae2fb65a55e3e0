"""The real actions: each button runs torch once, under the recorder, and may be pressed in any order."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from graphtrace.errors import TraceError
from graphtrace.lab.actions import Action, Backward, Forward, Step, ZeroGrad
from graphtrace.ui.lab.session import Lab
from graphtrace.ui.texts import say

_ACTIONS: tuple[tuple[str, Callable[[], Action], str], ...] = (
    ("Forward", Forward, "F"),
    ("Backward", Backward, "B"),
    ("Step", Step, "S"),
    ("Zero grad", ZeroGrad, "Z"),
)


# Constant text: one row of actions beside Streamlit's own menu.
_STYLE = """<style>
.st-key-lab_bar { padding: 6px 56px 6px 12px; }
.st-key-lab_bar [data-testid="stButton"] button { padding: 2px 9px; min-height: 34px; }
.st-key-lab_bar [data-testid="stButtonGroup"] button { padding: 2px 8px; min-height: 32px; }
.st-key-lab_bar [data-testid="stNumberInputContainer"] { min-height: 34px; height: 34px; }
.st-key-lab_bar [data-testid="stNumberInput"] button { display: none; }
.st-key-lab_charts { padding: 0 24px; }
.st-key-lab_program { padding: 8px 24px; }
</style>"""


def action_bar(one: Lab, lang: str) -> str:
    """Draw the buttons; returns which part to show: ``graph``, ``charts`` or ``code``."""
    st.html(_STYLE)
    with st.container(horizontal=True, gap=8, vertical_alignment="center", key="lab_bar"):
        for label, make, shortcut in _ACTIONS:
            st.button(label, shortcut=shortcut, key=f"lab_{label}", on_click=one.do, args=(make(),))
        st.button(say("lab_iterate", lang), shortcut="I", key="lab_iterate", on_click=_iterate, args=(one,))
        count = st.number_input("n", 1, 100_000, 100, key="lab_n", label_visibility="collapsed", width=76)
        st.button(say("lab_run", lang), key="lab_run", on_click=_run, args=(one, int(count)))
        _history(one, lang)
        chosen = st.segmented_control(
            say("lab_show", lang),
            ("graph", "charts", "code"),
            default="graph",
            required=True,
            format_func=lambda part: say(f"lab_{part}", lang),
            label_visibility="collapsed",
            key="lab_show",
        )
    return str(chosen)


def _history(one: Lab, lang: str) -> None:
    """Draw undo, redo and a fresh start. The first forward pass is part of the start."""
    machine = one.machine
    first, last = machine.position <= 1, machine.position >= len(machine.turns)
    moves = (
        ("lab_undo", ":material/undo:", machine.undo, (), first),
        ("lab_redo", ":material/redo:", machine.redo, (), last),
        ("lab_again", ":material/restart_alt:", one.start, (machine.spec,), False),
    )
    for name, icon, run, args, disabled in moves:
        st.button(icon, key=name, help=say(name, lang), on_click=run, args=args, disabled=disabled)


def _iterate(one: Lab) -> None:
    """One whole iteration, every event of it recorded."""
    one.do(ZeroGrad(), Forward(), Backward(), Step())


def _run(one: Lab, count: int) -> None:
    """Many iterations without watching, then one forward pass to see where it got to."""
    try:
        turn = one.machine.iterate(count)
        one.machine.forward()
    except TraceError as error:
        one.note = str(error)
        return
    if turn.error is not None:
        one.note = turn.error
