"""The list of lessons."""

from __future__ import annotations

import streamlit as st

from graphtrace.app.learn.progress import draw_progress
from graphtrace.app.lesson_visit import go
from graphtrace.app.page import TEACHERS
from graphtrace.app.texts import say
from graphtrace.lessons import Lesson, all_lessons
from graphtrace.literals import Language

_COLUMNS = 3


def draw_course(lang: Language) -> None:
    """Draw a card per lesson."""
    st.subheader(say("learn_head", lang), anchor=False)
    with st.container(horizontal=True, key="learn_intro", vertical_alignment="center"):
        st.markdown(say("learn_intro", lang), width="content")
        st.page_link(TEACHERS, label=say("teachers_page", lang), icon=":material/co_present:")
    draw_progress(lang)
    lessons = all_lessons()
    for start in range(0, len(lessons), _COLUMNS):
        for column, lesson in zip(st.columns(_COLUMNS), lessons[start : start + _COLUMNS], strict=False):
            with column:
                _card(lesson, lang)


def _card(lesson: Lesson, lang: Language) -> None:
    with st.container(border=True, key=f"learn_card_{lesson.id}", gap="small", height="stretch"):
        st.caption(say("learn_lesson", lang, n=lesson.number, minutes=lesson.minutes))
        st.markdown(f"##### {lesson.title.of(lang)}")
        st.markdown(lesson.goal.of(lang))
        st.button(
            say("learn_start", lang), key=f"learn_start_{lesson.id}", on_click=go, args=(lesson.id,), width="stretch"
        )
