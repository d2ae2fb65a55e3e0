"""What is seen: the player over the machine's latest actions, and the program as plain PyTorch."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from graphtrace import lab
from graphtrace.app.lab.forms import switch
from graphtrace.app.lab.messages import address
from graphtrace.app.lab.node_actions import act, offers
from graphtrace.app.lab.session import LINK, Lab
from graphtrace.app.texts import say
from graphtrace.lab.showing.playback import Playback, playback
from graphtrace.style.theme import as_dict
from graphtrace.texts import section
from graphtrace.viewer import COMPONENT, CSS, HTML, play

PLAYER = "lab_player"  # component state: cursor ({of: story, at: events that have happened}), picked
_mount = st.components.v2.component("graphtrace_lab", html=HTML, css=CSS, js=COMPONENT)
PATH = "Lab"  # end of this page's address: the browser notes the cursor in no other
ASKING = ".st-key-lab_show, .st-key-lab_share"  # what is pressed here wants to know the cursor
NOBODY = ":not(*)"  # above charts the cursor is told wherever it rests
_PALETTE = {"light": as_dict("light"), "dark": as_dict("dark")}


def stage(one: Lab, lang: str, compact: bool = False) -> int:
    """Play the latest actions, from the beginning of the last one, or from where the user was in them.

    Args:
        one: This session's Lab.
        lang: Language of what is said.
        compact: Leave room for charts: no code beside it, at the end at once, and where it rests is told.

    Returns:
        The cursor, as far as it was told.
    """
    identity, told = one.identity, prepared(one)
    start = told["recording"]["length"] if compact else one.sent[2] if one.sent else 0
    known = one.cursor is not None
    data = {"id": identity, "play": told, "start": one.cursor if known else start, "seek": one.seeking}
    data["patch"] = patch(title(one.machine, lang), lang)
    data |= {"keyboard": True, "autoplay": one.newest > 0 and not (known or compact), "view": one.view}
    data |= {"compact": compact, "rests": compact, "acts": None if compact else offers(one, lang)}
    data |= {"bare": "code" in one.hidden, "present": "all" in one.hidden}
    address(one, lang)
    wanted = st.query_params.to_dict()  # whenever it is another, the browser notes the cursor in it anew
    data |= {
        "address": PATH,
        "wanted": wanted,
        "ask": NOBODY if compact else ASKING,
        "recording": wanted.get(LINK),
        "fresh": one.fresh,
    }
    moved, acted = partial(_moved, one), partial(_acted, one, lang)
    _mount(data=data, key=PLAYER, on_cursor_change=moved, on_picked_change=_nothing, on_act_change=acted)
    return one.cursor if one.cursor is not None else start


def prepared(one: Lab) -> dict[str, Any]:
    """Return the story of this session as the player gets it, made once."""
    if one.sent is None or one.sent[0] != one.identity:
        told = playback(one.machine, one.newest)
        one.sent = one.identity, played(told), told.start
    return one.sent[1]


def patch(text: str, lang: str) -> dict[str, Any]:
    """Return words and colours of a player."""
    words = section("viewer", lang)
    return {"title": text, "texts": words, "palette": _PALETTE, "language": lang, "languages": {lang: words}}


def played(told: Playback) -> dict[str, Any]:
    """Return the story as the viewer's JSON, with the whole loop for its code, and which line runs when."""
    found = play(told.recording)
    file = next((place[0] for place in told.places if place), "")
    code = [{"file": file, "line": line, "text": text} for line, text in told.code]
    return {**found, "recording": {**found["recording"], "code": code, "places": list(told.places)}}


def _moved(one: Lab) -> None:
    """Remember where the user is, for the link and for coming back from the charts."""
    told = st.session_state[PLAYER].get("cursor") or {}
    if told.get("of") == one.identity and isinstance(told.get("at"), int):
        one.cursor, one.view = max(0, told["at"]), str(told.get("view", ""))[:20]


def _acted(one: Lab, lang: str) -> None:
    act(one, st.session_state[PLAYER].get("act"), lang)


def _nothing() -> None:
    """A state of the component needs a callback to exist."""


def title(machine: lab.Machine, lang: str) -> str:
    """Tell how far a machine has come."""
    losses = machine.losses
    done = say("lab_done", lang, count=machine.trainer.steps)
    return f"loss {losses[-1]:.4g} · {done}" if losses else done


def code_panel(one: Lab, lang: str) -> None:
    """Show the same program as plain PyTorch, and offer it as a file that gives the same numbers."""
    machine = one.machine
    errors = [turn.error for turn in machine.history[: machine.position]]
    with st.container(key="lab_program"):
        with st.container(horizontal=True, vertical_alignment="center"):
            chosen = switch("lab_code", ("usual", "done"), "lab_code_", lang, key="lab_code")
            actions = None if chosen == "usual" else machine.actions
            text = lab.program(machine.spec, actions, errors=errors).text
            st.download_button(say("lab_download", lang), text, "program.py", "text/x-python", on_click="ignore")
        if one.loaded:
            st.caption(say("lab_loaded", lang))
        st.code(text, language="python", line_numbers=True)
