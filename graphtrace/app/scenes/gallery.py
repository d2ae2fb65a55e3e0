"""All mistakes as cards, by cause, with the first words of what torch says; and the search."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.scenes import shown
from graphtrace.app.scenes.listing import first_words
from graphtrace.app.scenes.session import ScenePlace, go
from graphtrace.app.scenes.stage import say_title
from graphtrace.app.texts import say
from graphtrace.literals import Language
from graphtrace.scenes import GROUPS, ErrorScene, all_scenes, find, get

_COLUMNS = 3


def draw_search(lang: Language) -> str:
    """Draw the field for words and messages, and return what is in it."""
    st.markdown(f"### {say('errors_head', lang)}")
    st.markdown(say("errors_intro", lang))
    asked = st.text_area(
        say("errors_ask", lang), key=keys.SCENE_QUERY, height=150, placeholder=say("errors_example", lang)
    )
    with st.container(horizontal=True):
        st.button(say("errors_find", lang), key="scene_find", type="primary")
        if asked:
            st.button(say("errors_clear", lang), key="scene_clear", type="tertiary", on_click=_clear)
    return asked or ""


def _clear() -> None:
    st.session_state[keys.SCENE_QUERY] = ""


def draw_gallery(asked: str, lang: Language) -> None:
    """Draw the cards: all of them by cause, or those that were found."""
    if asked.strip():
        with st.spinner(say("loading", lang)):
            found = find(asked, shown.documents())
        st.subheader(say("errors_found" if found else "errors_none", lang, n=len(found)), anchor=False)
        _cards([get(name) for name in found], lang)
        if found:
            return
    with st.spinner(say("loading", lang)):
        for scene in all_scenes():
            shown.ran(scene.mistake, 0)
    for group in GROUPS:
        st.markdown(f"##### {say(f'errors_{group}', lang)}")
        _cards([scene for scene in all_scenes() if scene.group == group], lang)


def _cards(scenes: Sequence[ErrorScene], lang: Language) -> None:
    for start in range(0, len(scenes), _COLUMNS):
        row = scenes[start : start + _COLUMNS]
        for column, scene in zip(st.columns(_COLUMNS, gap="small"), row, strict=False):
            with column:
                _card(scene, lang)


def _card(scene: ErrorScene, lang: Language) -> None:
    ran = shown.ran(scene.mistake, 0)
    kind = "failed" if ran.raised else "silent"
    with st.container(border=True, key=f"scene_card_{scene.mistake}", gap=None, height="stretch"):
        place = ScenePlace(scene, 0, "")
        st.button(
            say_title(scene.mistake, lang), key=f"scene_{scene.mistake}", on_click=go, args=(place,), type="tertiary"
        )
        name, colon, rest = first_words(ran).partition(": ") if ran.raised else (say("errors_silent", lang), ": ", "")
        rest = rest or ("" if ran.raised else first_words(ran))
        st.html(f'<p class="scene-said {kind}"><b>{escape(name)}</b>{colon}{escape(rest)}</p>')
