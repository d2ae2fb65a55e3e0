"""How far one got in the lessons: kept by the browser and drawn there; the server never learns of it."""

from __future__ import annotations

from typing import TypedDict

import streamlit as st

from graphtrace.app import assets, keys
from graphtrace.app.lesson_visit import go
from graphtrace.app.payloads import as_mapping, component_state
from graphtrace.app.texts import say
from graphtrace.lessons import all_lessons
from graphtrace.literals import Language

_HTML = '<div class="gt-progress"></div>\n'


class _Known(TypedDict):
    """A lesson that there is."""

    id: str
    label: str
    steps: int


class _ProgressPayload(TypedDict):
    """What the list of lessons is sent."""

    lessons: list[_Known]
    texts: dict[str, str]


def draw_progress(lang: Language) -> None:
    """Draw which lessons were begun in this browser, each a way back to where one was."""
    data: _ProgressPayload = {
        "lessons": [
            {"id": one.id, "label": f"{one.number} · {one.title.of(lang)}", "steps": len(one.steps)}
            for one in all_lessons()
        ],
        "texts": {name: say(f"progress_{name}", lang) for name in ("head", "forget")},
    }
    assets.mount("graphtrace_progress", keys.LESSON_PROGRESS, _HTML, data=data, on_go_change=_go_on)


def _go_on() -> None:
    """Go to the step that was pressed."""
    told = as_mapping(component_state(keys.LESSON_PROGRESS).get("go"))
    step = told.get("step")
    if isinstance(step, int | float) and any(one.id == told.get("lesson") for one in all_lessons()):
        go(str(told["lesson"]), int(step) - 1)
    st.session_state.setdefault(keys.LESSON, "")
