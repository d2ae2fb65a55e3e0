"""Choices that pages share: each keeps its value when the page changes; those in the address can be linked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypedDict, TypeVar

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.address import write_query
from graphtrace.app.texts import say
from graphtrace.literals import LANGUAGES, LOOKS, THEMES, VIEWS, Language, Look, ThemeName, ViewName

T = TypeVar("T", bound=str)

SCALES = ("1", "2", "3", "4")
_OWN_FILE = "file"  # among the programs
_LINKED = frozenset(keys.IN_URL) - {keys.LANGUAGE}  # the language of a visit is above that of a link within it


def language() -> Language:
    """Return the chosen language, at first the browser's."""
    locale = st.context.locale or "en"
    return _remembered(keys.LANGUAGE, LANGUAGES, "zh" if locale.lower().startswith("zh") else "en")


def pick_program(lang: Language, *, own: bool = False) -> str:
    """Let the user choose an example and return its name. A file of one's own is one more, on a page of its own.

    Args:
        lang: Language of the page.
        own: Whether the page shows such a file.
    """
    from graphtrace import examples

    page = st.session_state.pop(keys.GO_TO, "")
    if page:
        st.switch_page(page)
    names = examples.names()
    chosen = _remembered(keys.PROGRAM, names, examples.OPENING)
    widget = keys.widget(keys.PROGRAM)
    st.session_state[widget] = _OWN_FILE if own else chosen
    st.selectbox(
        say("program", lang),
        (*names, _OWN_FILE),
        format_func=lambda name: say("file_page", lang) if name == _OWN_FILE else _title(name, lang),
        key=widget,
        on_change=_choose_program,
    )
    return chosen


def _choose_program() -> None:
    program = st.session_state[keys.widget(keys.PROGRAM)]
    if program == _OWN_FILE:
        st.session_state[keys.GO_TO] = "pages/2_Your_file.py"
        return
    st.session_state[keys.PROGRAM] = program
    st.session_state[keys.GO_TO] = "pages/1_Programs.py"


def chosen_look() -> Look:
    """Return how a program is to be looked at."""
    return _remembered(keys.LOOK, LOOKS, LOOKS[0])


def pick_look(looks: Sequence[Look], lang: Language, key: str = keys.LOOK) -> Look:
    """Let the user choose how to look at a program.

    Args:
        looks: Those that it has.
        lang: Language of the page.
        key: Of the choice: a file has its own.
    """
    return _segments(key, "look", looks, looks[0], lang, lambda look: say(f"look_{look}", lang))


def pick_view(lang: Language) -> ViewName:
    """Let the user choose among the three views and return its name."""
    return _segments(keys.VIEW, "view", VIEWS, VIEWS[0], lang, lambda view: say(f"view_{view}", lang))


def pick_steps(lang: Language) -> int:
    """Let the user choose how many training steps to record and return the number."""
    return int(_segments(keys.STEPS, "steps", ("1", "2", "3"), "1", lang, str))


def pick_saved(lang: Language) -> bool:
    """Let the user show saved tensors on the cards and return whether they are shown."""
    chosen = _remembered(keys.SAVED, ("0", "1"), "0")
    widget = keys.widget(keys.SAVED)
    st.session_state[widget] = chosen == "1"
    st.toggle(say("saved", lang), key=widget, on_change=_copy_flag, args=(keys.SAVED,))
    return chosen == "1"


def pick_language(lang: Language) -> None:
    """Let the user change the language. The choices say by themselves what they are: their title is for readers."""
    names: dict[Language, str] = {"en": "English", "zh": "中文"}
    options: tuple[Language, ...] = tuple(names)
    bound = _bound(keys.LANGUAGE, _remembered(keys.LANGUAGE, options, lang))
    st.segmented_control(
        say("language", lang),
        options,
        required=True,
        format_func=names.__getitem__,
        width="stretch",
        label_visibility="collapsed",
        **bound,
    )


def pick_export(lang: Language) -> tuple[ThemeName, int]:
    """Let the user choose theme and scale of exported pictures and return them."""
    left, right = st.columns(2)
    with left:
        current: ThemeName = "dark" if st.context.theme.type == "dark" else "light"
        theme = _segments(keys.EXPORT_THEME, "theme", THEMES, current, lang, lambda name: say(f"theme_{name}", lang))
    with right:
        scale = _remembered(keys.EXPORT_SCALE, SCALES, "2")
        bound = _bound(keys.EXPORT_SCALE, scale)
        st.selectbox(say("scale", lang), SCALES, format_func="{}×".format, **bound)
    return theme, int(scale)


def write_url() -> None:
    """Write what is shown into the address, so that it can be shared."""
    parameters = {key: str(st.session_state[key]) for key in keys.IN_URL if key in st.session_state}
    st.session_state[keys.WRITTEN] = parameters
    write_query(parameters)


def _segments(key: str, label: str, options: Sequence[T], first: T, lang: Language, name_of: Callable[[T], str]) -> T:
    chosen = _remembered(key, options, first)
    bound = _bound(key, chosen)
    st.segmented_control(say(label, lang), options, required=True, format_func=name_of, width="stretch", **bound)
    return chosen


def _title(name: str, lang: Language) -> str:
    from graphtrace import examples

    example = examples.get(name)
    return example.title_zh if lang == "zh" else example.title


def _remembered(key: str, options: Sequence[T], first: T) -> T:
    """Return the choice `key`: that of an address which a link has led to, else the session's, else `first`."""
    state = st.session_state
    address = st.query_params.get(key)
    linked = address is not None and address != state.get(keys.WRITTEN, {}).get(key)
    choice = address if linked and (key in _LINKED or key not in state) else state.get(key, first)
    chosen = next((option for option in options if option == choice), first)
    state[key] = chosen
    return chosen


class _Binding(TypedDict):
    """Arguments that tie a widget to a choice."""

    key: str
    on_change: Callable[[str], None]
    args: tuple[str]


def _bound(key: str, chosen: str) -> _Binding:
    widget = keys.widget(key)
    st.session_state[widget] = chosen
    return {"key": widget, "on_change": _copy, "args": (key,)}


def _copy(key: str) -> None:
    st.session_state[key] = st.session_state[keys.widget(key)]


def _copy_flag(key: str) -> None:
    st.session_state[key] = "1" if st.session_state[keys.widget(key)] else "0"
