"""The real actions: each button runs torch once, under the recorder, and may be pressed in any order."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from graphtrace.app.lab.actions_menu import more
from graphtrace.app.lab.forms import switch
from graphtrace.app.lab.session import Lab
from graphtrace.app.texts import say
from graphtrace.lab import limits
from graphtrace.lab.records.actions import Action, Backward, Forward, Step, ZeroGrad

_ACTIONS: tuple[tuple[str, Callable[[], Action], str], ...] = (
    ("Forward", Forward, "F"),
    ("Backward", Backward, "B"),
    ("Step", Step, "S"),
    ("Zero grad", ZeroGrad, "Z"),
)
PARTS = ("graph", "charts", "code")

# Constant text: one row of actions beside Streamlit's own menu, in the colours of what they do.
_STYLE = """<style>
.st-key-lab_bar { padding: 6px 48px 6px 12px; }
.st-key-lab_bar button { padding: 2px 6px; min-height: 34px; }
.st-key-lab_bar [data-testid="stButtonGroup"] button { padding: 2px 8px; min-height: 34px; }
.st-key-lab_bar [data-testid="stNumberInputContainer"] { min-height: 34px; height: 34px; }
.st-key-lab_bar [data-testid="stNumberInput"] button { display: none; }
.st-key-lab_bar [data-testid="stNumberInput"] input { padding: 0 10px; }
.st-key-lab_Forward button { border-color: #0072b2; }
.st-key-lab_Backward button { border-color: #d55e00; }
.st-key-lab_Step button { border-color: #009e73; }
.st-key-lab_problems { padding: 0 12px 8px; }
[data-testid="stMainBlockContainer"] .st-key-lab_problems [data-testid="stAlert"] { margin: 0; }
.st-key-lab_problems [data-testid="stAlertContainer"] { padding: 8px 12px; }
.st-key-lab_progress {
  position: fixed; right: 24px; bottom: 20px; z-index: 1000; width: min(560px, 60vw); padding: 10px 16px;
  background: var(--st-background-color, Canvas); border: 1px solid #8888; border-radius: 10px;
  box-shadow: 0 4px 18px #0003;
}
.st-key-lab_progress [data-testid="stElementContainer"]:has([data-testid="stProgress"]) { flex: 1; }
.st-key-lab_charts { padding: 0 24px; }
.st-key-lab_program { padding: 8px 24px; }
.st-key-lab_layers, .st-key-lab_layers > div { gap: 4px; }
.st-key-lab_layers button { min-height: 32px; padding: 2px 10px; }
.st-key-lab_layers button > div { width: 100%; }
.st-key-lab_layers button > div > div:first-child { flex: 1; }
.st-key-lab_layers button :is([data-has-shortcut], [data-testid="stMarkdownContainer"]) { width: 100%; }
[class*="st-key-lab_inside_"] { padding-left: 12px; border-left: 2px solid var(--st-border-color, #8886); }
[class*="st-key-lab_inside_"], [class*="st-key-lab_inside_"] > div { gap: 4px; }
[class*="st-key-lab_inside_"] [data-testid="stSelectbox"] > div > div { min-height: 30px; height: 30px; }
.st-key-lab_bar :is(.st-key-lab_undo, .st-key-lab_redo) kbd { display: none; }
.st-key-lab_layers button p { display: flex; gap: 6px; width: 100%; }
.st-key-lab_layers button p span { margin-left: auto; font-size: 13px; }
[data-testid="stPopoverBody"] { padding: 12px 14px; min-width: 240px; }
[data-testid="stPopoverBody"] [data-testid="stVerticalBlock"] { gap: 8px; }
:is([data-testid="stPopoverBody"], [data-testid="stSidebar"]) [data-testid="stColumn"] { min-width: 0; }
[data-testid="stPopoverBody"] [data-testid="stColumn"] [data-testid="stNumberInput"] button,
[data-testid="stSidebar"] [data-testid="stColumn"] [data-testid="stNumberInput"] button { display: none; }
[data-testid="stPopoverBody"] label p { font-size: 13px; }
</style>"""


def action_bar(one: Lab, lang: str) -> str:
    """Draw the buttons; returns which part to show: ``graph``, ``charts`` or ``code``."""
    st.html(_STYLE)
    if "actions" in one.hidden:
        return PARTS[0]
    with st.container(horizontal=True, gap=6, vertical_alignment="center", key="lab_bar"):
        for label, make, shortcut in _ACTIONS:
            st.button(label, shortcut=shortcut, key=f"lab_{label}", on_click=one.do, args=(make(),))
        st.button(say("lab_iterate", lang), shortcut="I", key="lab_iterate", on_click=_iterate, args=(one,))
        st.number_input("n", 1, limits.current().steps, 100, key="lab_n", label_visibility="collapsed", width=64)
        st.button(say("lab_run", lang), shortcut="T", key="lab_run", on_click=_run, args=(one,))
        with st.popover(say("lab_more", lang), key="lab_more"):
            more(one, lang)
        _history(one, lang)
        if one.hidden:
            show = say("lab_show_all", lang)
            st.button("", icon=":material/visibility:", key="lab_show_all", help=show, on_click=one.unhide)
        chosen = switch("lab_show", PARTS, "lab_", lang, key="lab_show")
    return chosen


def _history(one: Lab, lang: str) -> None:
    """Draw undo, redo and a fresh start. The first forward pass is part of the start."""
    machine = one.machine
    first, last = machine.position <= 1, machine.position >= len(machine.history)
    st.button("", icon=":material/undo:", key="lab_undo", help=say("lab_undo", lang), shortcut="U", on_click=one.go,
              args=(-1,), disabled=first)  # fmt: skip
    st.button("", icon=":material/redo:", key="lab_redo", help=say("lab_redo", lang), shortcut="Y", on_click=one.go,
              args=(1,), disabled=last)  # fmt: skip
    st.button("", icon=":material/restart_alt:", key="lab_again", help=say("lab_again", lang), on_click=one.again)


def _run(one: Lab) -> None:
    """Run as often as the field says now: a click takes along what was typed, which no script has seen yet."""
    one.run(int(st.session_state["lab_n"]))


def _iterate(one: Lab) -> None:
    """One whole iteration, every event of it recorded."""
    one.do(ZeroGrad(), Forward(), Backward(), Step())
