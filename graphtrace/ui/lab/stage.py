"""What is seen: the player over the machine's latest actions, and the program as plain PyTorch."""

from __future__ import annotations

from typing import Any

import streamlit as st

from graphtrace import lab
from graphtrace.lab.story import story
from graphtrace.render.theme import as_dict
from graphtrace.ui.lab.session import Lab
from graphtrace.ui.texts import say
from graphtrace.viewer import CSS, HTML, JS, play
from graphtrace.viewer.texts import texts

_mount = st.components.v2.component("graphtrace_lab", html=HTML, css=CSS, js=JS)
_PALETTE = {"light": as_dict("light"), "dark": as_dict("dark")}


def stage(one: Lab, lang: str) -> None:
    """Play the latest actions, from the beginning of the last one."""
    machine = one.machine
    recording, start = story(machine, one.newest)
    identity = f"lab|{one.serial}|{machine.position}|{len(machine.turns)}|{machine.actions[-1:]}"
    patch: dict[str, Any] = {"title": _title(one, lang), "texts": texts(lang), "palette": _PALETTE, "language": lang}
    patch["languages"] = {lang: texts(lang)}
    _mount(
        data={"id": identity, "play": play(recording), "start": start, "patch": patch},
        key="lab_player",
        on_cursor_change=_nothing,
        on_picked_change=_nothing,
    )


def _nothing() -> None:
    """A state of the component needs a callback to exist."""


def _title(one: Lab, lang: str) -> str:
    losses = one.machine.losses
    done = say("lab_done", lang, count=one.machine.live.steps)
    return f"loss {losses[-1]:.4g} · {done}" if losses else done


def code_panel(one: Lab, lang: str) -> None:
    """Show the same program as plain PyTorch, and offer it as a file that gives the same numbers."""
    texts_of = {
        "usual": lab.program(one.machine.spec).text,
        "done": lab.program(one.machine.spec, one.machine.actions).text,
    }
    with st.container(key="lab_program"):
        with st.container(horizontal=True, vertical_alignment="center"):
            chosen = st.segmented_control(
                say("lab_code", lang),
                tuple(texts_of),
                default="usual",
                required=True,
                format_func=lambda part: say(f"lab_code_{part}", lang),
                label_visibility="collapsed",
            )
            text = texts_of[str(chosen)]
            st.download_button(say("lab_download", lang), text, "program.py", "text/x-python", on_click="ignore")
        st.code(text, language="python", line_numbers=True)
