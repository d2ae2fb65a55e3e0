"""The Learn page."""

from __future__ import annotations

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import keys, styles
from graphtrace.app.learn import lab_stage, stage
from graphtrace.app.learn.course import draw_course
from graphtrace.app.learn.files import draw_files
from graphtrace.app.learn.question import Asked, safe
from graphtrace.app.lesson_visit import answer_of, go, tries, where, write_address
from graphtrace.app.pickers import pick_language
from graphtrace.app.texts import say
from graphtrace.explain import number
from graphtrace.lessons import Lesson, ResolvedStep, all_lessons, resolve
from graphtrace.literals import Language
from graphtrace.model import Recording
from graphtrace.texts import say as words

_WIDTH = 384  # of the lesson's column
_PROGRAM_PAGE = "pages/1_Programs.py"
_SIGHTS = {  # by the lesson that they belong to
    "vectors": ("doubling",),
    "race": ("race", "valley"),
    "dying": ("stuck", "fading"),
    "training": ("epochs",),
}


def draw() -> None:
    """Draw the list of lessons, or the step of the lesson that is chosen."""
    lesson, step = where()
    lang = ui.setup("learn_page", margins=lesson is None, sidebar=_WIDTH)
    st.html(styles.LEARN + (styles.LESSONS if lesson is None else ""))
    if lesson is None:
        with st.sidebar:
            pick_language(lang)
        draw_course(lang)
    else:
        _draw_lesson(lesson, step, lang)
    write_address(lesson, step, lang)


def _draw_lesson(lesson: Lesson, number_: int, lang: Language) -> None:
    if tries(lesson, number_):
        return _draw_exercise(lesson, number_, lang)
    step = lesson.steps[number_]
    program = lesson.programs[step.run]
    with st.spinner(say("loading", lang)):
        recording = stage.recorded(lesson.id, program.name, program)
    resolved = resolve(step, recording, lang)
    asked, wrong = _asked(lesson, number_, recording, lang)
    told = stage.told(resolved, asked is None or asked.answer.shown, wrong)
    recall = asked.recall if asked else _nothing_asked
    session = lab_stage.open_step(lesson, number_, told, recall) if program.preset else None
    with lab_stage.paused(session), st.sidebar:
        _head(lesson, number_, lang)
        with st.container(key="learn_text"):
            st.markdown(safe(resolved.text))
        if asked:
            asked.draw()
        if session:
            lab_stage.controls(session, lang)
        _foot(lesson, number_, resolved, lang)
    if session:
        lab_stage.show(session, lang)
    else:
        stage.show(lesson, number_, told, lang, recall)


def _asked(lesson: Lesson, number_: int, recording: Recording, lang: Language) -> tuple[Asked | None, str]:
    """Return the question of a step, and the guess where that is wrong; texts repeat it."""
    step = lesson.steps[number_]
    answer = answer_of(lesson, number_)
    guess = "" if answer.number is None else number(answer.number)
    found = resolve(step, recording, lang, guess).question
    asked = Asked(lesson, number_, step.question, found, lang) if step.question and found else None
    return asked, "" if answer.right else guess


def _nothing_asked(_kept: object) -> None:
    """Take no answer."""


def _draw_exercise(lesson: Lesson, number_: int, lang: Language) -> None:
    """Draw the exercise at the end of a lesson: its goal, and the Lab to reach it in."""
    session = lab_stage.open_exercise(lesson)
    with lab_stage.paused(session), st.sidebar:
        _head(lesson, number_, lang)
        with st.container(key="learn_text"):
            st.markdown(safe(lesson.exercise.text.of(lang)))
        with st.container(key="learn_goal", border=True):
            lab_stage.goal(session, lang)
        lab_stage.controls(session, lang)
        _turn(lesson, number_, lang, back=(lesson.id, number_))
        with st.container(key="learn_language"):
            pick_language(lang)
    lab_stage.show(session, lang)


def _head(lesson: Lesson, step: int, lang: Language) -> None:
    with st.container(key="learn_head", gap=None):
        with st.container(horizontal=True, key="learn_top", vertical_alignment="center"):
            st.caption(say("learn_lesson", lang, n=lesson.number, minutes=lesson.minutes), width="stretch")
            st.button(say("learn_all", lang), key="learn_list", on_click=go, args=("",), type="tertiary")
        st.markdown(f"### {lesson.title.of(lang)}")
        dots = "".join(f'<i class="{_dot(i, step)}"></i>' for i in range(len(lesson.steps)))
        st.html(f'<div class="learn-dots" role="img" aria-label="{step + 1} / {len(lesson.steps)}">{dots}</div>')


def _dot(i: int, step: int) -> str:
    return "now" if i == step else "done" if i < step else "to-come"


def _foot(lesson: Lesson, step: int, resolved: ResolvedStep, lang: Language) -> None:
    last = step == len(lesson.steps) - 1
    if last:
        _exercise(lesson, lang)
    _turn(lesson, step, lang, back=(lesson.id, step - 1))
    with st.container(horizontal=True, key="learn_more", vertical_alignment="center"):
        if resolved.notes:
            with st.popover(say("learn_notes", lang), key="learn_notes"):
                st.markdown(safe(resolved.notes))
        draw_files(lesson, step, lang)
        if last:
            _further(lesson, lang)
        with st.container(key="learn_language"):
            pick_language(lang)


def _turn(lesson: Lesson, step: int, lang: Language, back: tuple[str, int]) -> None:
    """Draw the buttons to the place before, and to the next step or lesson."""
    last, after = step == len(lesson.steps) - 1, _next_lesson(lesson)
    target = (lesson.id, step + 1) if not last else (after.id if after else "", 0)
    label = say("learn_next", lang) if not last else say("learn_next_lesson" if after else "learn_all", lang)
    with st.container(horizontal=True, key="learn_turn"):
        st.button(
            say("learn_back", lang),
            key="learn_prev",
            on_click=go,
            args=back,
            disabled=back[1] < 0,
            shortcut="PageUp",
        )
        st.button(
            label, key="learn_next", on_click=go, args=target, type="primary", width="stretch", shortcut="PageDown"
        )


def _further(lesson: Lesson, lang: Language) -> None:
    """Offer the sights and the programs that belong to a lesson."""
    shown = _SIGHTS.get(lesson.id, ())
    if not lesson.further and not shown:
        return
    with st.popover(say("learn_further", lang), key="learn_further"):
        for name in shown:
            label = words(f"sights.{name}_short", lang)
            st.page_link("pages/4_Sights.py", label=f"**{label}**", query_params={keys.SIGHT: name})
        for name in lesson.further:
            st.page_link(_PROGRAM_PAGE, label=_title(name, lang), query_params=_played(name))


def _exercise(lesson: Lesson, lang: Language) -> None:
    with st.container(key="learn_try", gap=None):
        st.markdown(f"**{say('learn_try', lang)}** {safe(lesson.exercise.text.of(lang))}")
        place = (lesson.id, len(lesson.steps) - 1, True)
        st.button(
            say("learn_open_lab", lang),
            key="learn_open_lab",
            on_click=go,
            args=place,
            type="tertiary",
            icon=":material/science:",
        )


def _played(name: str) -> dict[str, str]:
    """Return what an address says to play a program."""
    return {keys.PROGRAM: name, keys.LOOK: "play"}


def _title(name: str, lang: Language) -> str:
    from graphtrace import examples

    example = examples.get(name)
    return example.title_zh if lang == "zh" else example.title


def _next_lesson(lesson: Lesson) -> Lesson | None:
    return next((one for one in all_lessons() if one.number > lesson.number), None)
