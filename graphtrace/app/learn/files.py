"""Files of a step and of its lesson: pictures for one's own slides, and the lesson as one page that works offline."""

from __future__ import annotations

import streamlit as st

from graphtrace.app.learn.stage import run_of
from graphtrace.app.page import TEACHERS
from graphtrace.app.texts import say
from graphtrace.classroom.addresses import HERE
from graphtrace.classroom.offline import lesson_page
from graphtrace.classroom.pack import class_pack
from graphtrace.classroom.pictures import (
    PICTURE_FORMATS,
    SHADES,
    PictureFormat,
    Shade,
    picture_name,
    step_picture,
)
from graphtrace.lessons import Lesson
from graphtrace.literals import Language

_MIME = {"svg": "image/svg+xml", "png": "image/png"}


def draw_files(lesson: Lesson, step: int, lang: Language) -> None:
    """Draw the menu of files of a step, counted from 0."""
    with st.popover(say("learn_files", lang), key="learn_files"):
        shade = pick_shade(lang, "learn_shade")
        with st.container(horizontal=True, key="learn_pictures"):
            for format in PICTURE_FORMATS:
                _picture_button(lesson, step, shade, format, lang)
        st.download_button(
            say("learn_html", lang),
            data=lambda: lesson_page(run_of(lesson)).encode(),
            file_name=f"{lesson.id}.html",
            mime="text/html",
            on_click="ignore",
            width="stretch",
            key="learn_html",
        )
        st.download_button(
            say("learn_pack", lang),
            data=lambda: class_pack([run_of(lesson)], lang, address=app_address()),
            file_name=f"{lesson.id}-class-{lang}.zip",
            mime="application/zip",
            on_click="ignore",
            width="stretch",
            key="learn_pack",
        )
        st.page_link(TEACHERS, label=say("learn_packs", lang))


def app_address() -> str:
    """Return the address under which this page was opened, without the page."""
    found = str(st.context.url or "")
    return found.partition("?")[0].rpartition("/")[0] or HERE


def _picture_button(lesson: Lesson, step: int, shade: Shade, format: PictureFormat, lang: Language) -> None:
    st.download_button(
        say("learn_picture", lang, format=format.upper()),
        data=lambda: step_picture(run_of(lesson), step, lang, shade, format)[1],
        file_name=f"{picture_name(run_of(lesson), step)}.{format}",
        mime=_MIME[format],
        on_click="ignore",
        key=f"learn_picture_{format}",
    )


def pick_shade(lang: Language, key: str) -> Shade:
    """Let the user choose the colours of pictures."""
    chosen = st.segmented_control(
        say("shade", lang),
        SHADES,
        default="light",
        format_func=lambda one: say(f"shade_{one}", lang),
        key=key,
        label_visibility="collapsed",
    )
    return chosen or "light"
