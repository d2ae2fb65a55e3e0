"""The first page: one living picture, three presses to its surprise, and four doors."""

from __future__ import annotations

from typing import TypedDict

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import assets, keys, styles
from graphtrace.app.component import palette, viewer_texts
from graphtrace.app.learn import stage
from graphtrace.app.page import PAGES
from graphtrace.app.parcels import Parcel
from graphtrace.app.payloads import Patch
from graphtrace.app.pickers import pick_language
from graphtrace.app.texts import say
from graphtrace.explain import number
from graphtrace.lessons import LessonProgram, Story, number_of
from graphtrace.literals import Language

_ID = "front"
_PROGRAM = LessonProgram(
    "fork",
    """import torch
y = torch.tensor(3.0, requires_grad=True)
a = 2 * y
b = y ** 2
L = a + b
L.backward(retain_graph=True)
L.backward()
""",
)
_PLACES = ("before arrival y 2", "made L", "ended 1", "end")  # where the picture stands after so many presses
_DOORS = ("learn_page", "lab_page", "programs_page", "file_page")


class _FrontPayload(TypedDict):
    """What the picture is sent; another `serial` of `seek` moves it."""

    id: str
    recording: str
    play: Parcel
    start: int
    seek: dict[str, object]
    keyboard: bool
    bare: bool
    front: bool
    patch: Patch


def draw() -> None:
    """Draw the first page."""
    lang = ui.setup("front_page", margins=True)
    st.html(styles.FRONT)
    with st.sidebar:
        pick_language(lang)
    st.subheader(say("front_head", lang), anchor=False)
    st.markdown(say("front_about", lang))
    story = Story(stage.recorded(_ID, _PROGRAM.name, _PROGRAM))
    with st.container(border=True, key="front_stage"):
        left, right = st.columns([3, 1])
        with left:
            _picture(story.cursor(_PLACES[_presses()]), lang)
        with right:
            _presses_panel(story, lang)
    for column, door in zip(st.columns(len(_DOORS)), _DOORS, strict=True):
        with column, st.container(border=True, key=f"front_door_{door}", height="stretch"):
            st.page_link(PAGES[door], label=f"**{say(door, lang)}**")
            st.caption(say(f"front_{door}", lang))


def _presses() -> int:
    pressed: int = st.session_state.get(keys.PRESSES, 0)
    return pressed


def _press(number_: int) -> None:
    st.session_state[keys.PRESSES] = number_


def _guess(guess: str) -> None:
    st.session_state[keys.FRONT_GUESS] = guess


def _picture(cursor: int, lang: Language) -> None:
    nothing = assets.no_callback
    data: _FrontPayload = {
        "id": _ID,
        "recording": _ID,
        "play": stage.played(_ID, _PROGRAM.name, _PROGRAM),
        "start": cursor,
        "seek": {"to": cursor, "serial": f"{_presses()}"},
        "keyboard": True,
        "bare": True,
        "front": True,
        "patch": {
            "title": "",
            "name": _ID,
            "language": lang,
            "texts": viewer_texts(lang),
            "palette": palette(),
        },
    }
    assets.mount(
        "graphtrace_front",
        keys.FRONT_PLAYER,
        data=data,
        on_picked_change=nothing,
        on_opened_change=nothing,
        on_cursor_change=nothing,
    )


def _presses_panel(story: Story, lang: Language) -> None:
    """Draw the three presses, the question before the third, and what is said to its answer."""
    pressed = _presses()
    first, both = (number(number_of(story, f"{{y.grad@{place}}}", 0)) for place in _PLACES[2:])
    told = (f"L = {number(number_of(story, '{L@end}', 0))}", f"y.grad = {first}", f"y.grad = {both}")
    st.markdown(f"**{say('front_three', lang)}**")
    for i, name in enumerate(("forward", "backward", "again")):
        done = (
            f"✓ {say(f'front_{name}', lang)} · {told[i]}" if pressed > i else f"{i + 1}  {say(f'front_{name}', lang)}"
        )
        kind = "primary" if pressed == i else "secondary"
        st.button(
            done,
            key=f"front_{name}",
            on_click=_press,
            args=(i + 1,),
            type=kind,  # type: ignore[arg-type]
            width="stretch",
            disabled=pressed < i,
        )
    if pressed == 2:
        _ask((first, both), lang)
    elif pressed == 3:
        _tell(first, both, lang)


def _ask(numbers: tuple[str, str], lang: Language) -> None:
    st.markdown(say("front_ask", lang))
    with st.container(horizontal=True, key="front_chips"):
        for guess in (*numbers, "error"):
            label = say("front_error", lang) if guess == "error" else guess
            chosen = st.session_state.get(keys.FRONT_GUESS) == guess
            kind = "primary" if chosen else "secondary"
            st.button(
                label,
                key=f"front_guess_{guess}",
                on_click=_guess,
                args=(guess,),
                type=kind,  # type: ignore[arg-type]
            )


def _tell(first: str, both: str, lang: Language) -> None:
    guess = st.session_state.get(keys.FRONT_GUESS)
    reply = "right" if guess == both else "kept" if guess == "error" else "added"
    st.markdown(say(f"front_{reply}", lang, first=first, both=both))
    st.page_link(PAGES["learn_page"], label=say("front_more", lang), query_params={keys.LESSON: "buckets"})
