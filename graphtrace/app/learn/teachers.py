"""For teachers: how to run a class, the course, what is often answered, and the pack."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import keys, styles
from graphtrace.app.learn.files import app_address, pick_shade
from graphtrace.app.learn.question import safe
from graphtrace.app.learn.stage import run_of
from graphtrace.app.page import PAGES
from graphtrace.app.pickers import pick_language
from graphtrace.app.texts import say
from graphtrace.classroom.addresses import checked_address
from graphtrace.classroom.handouts import usual_wrong
from graphtrace.classroom.pack import class_pack
from graphtrace.classroom.pictures import PICTURE_FORMATS
from graphtrace.lessons import Lesson, all_lessons, get, resolve, right_answer
from graphtrace.literals import Language

_RUNS = ("serve", "predict", "remote", "large", "offline")


def draw() -> None:
    """Draw the page."""
    lang = ui.setup("teachers_page", margins=True)
    st.html(styles.TEACHERS)
    with st.sidebar:
        st.page_link(PAGES["learn_page"], label=say("learn_all", lang), icon=":material/school:")
        pick_language(lang)
    st.subheader(say("teachers_head", lang), anchor=False)
    st.markdown("\n".join(f"{i}. {say(f'teachers_{name}', lang)}" for i, name in enumerate(_RUNS, 1)))
    st.markdown(f"##### {say('teachers_course', lang)}")
    with st.container(key="teachers_course"):
        st.markdown(_course(lang))
    st.markdown(f"##### {say('teachers_answers', lang)}")
    _answers(lang)
    st.markdown(f"##### {say('teachers_pack', lang)}")
    _pack(lang)
    st.query_params.from_dict({keys.LANGUAGE: lang})


def _course(lang: Language) -> str:
    """Return the course as a table."""
    heads = [say(f"teachers_{name}", lang) for name in ("lesson", "shows", "needs", "minutes", "asks")]
    rows = [heads, ["---"] * len(heads), *(_row(lesson, lang) for lesson in all_lessons())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(lesson: Lesson, lang: Language) -> list[str]:
    query = urlencode({keys.LESSON: lesson.id, keys.STEP: 1, keys.LANGUAGE: lang})
    large = f"[{say('teachers_wall', lang)}](Learn?{query}&{keys.LESSON_PRESENT}=1)"
    needs = ", ".join(str(get(name).number) for name in lesson.needs) or "–"
    asks = sum(step.question is not None for step in lesson.steps)
    title = f"[{lesson.number} · {safe(lesson.title.of(lang))}](Learn?{query})"
    return [
        f"{title} ({large})",
        safe(lesson.goal.of(lang)),
        needs,
        str(lesson.minutes),
        f"{asks} / {len(lesson.steps)}",
    ]


def _answers(lang: Language) -> None:
    """Let the user choose a lesson, and show its right and usual wrong answers, computed from its recordings."""
    lesson = st.selectbox(
        say("teachers_answers", lang),
        all_lessons(),
        format_func=lambda one: f"{one.number} · {one.title.of(lang)}",
        key="teachers_lesson",
        label_visibility="collapsed",
    )
    run = run_of(lesson)
    lines = []
    for i, step in enumerate(lesson.steps, 1):
        found = resolve(step, run.recordings[step.run], lang).question
        if found is not None:
            lines.append(f"- **{i}. {safe(found.text)}** {safe(right_answer(found))} · {safe(found.right)}")
            lines += [f"    - {safe(value)} · {safe(reply)}" for value, reply in usual_wrong(found)]
    st.markdown("\n".join(lines))


def _pack(lang: Language) -> None:
    """Let the user choose what is in a pack, and make it."""
    names = [lesson.id for lesson in all_lessons()]
    with st.container(key="teachers_pack", border=True):
        st.markdown(say("pack_about", lang))
        chosen = st.multiselect(
            say("pack_lessons", lang),
            names,
            format_func=lambda name: f"{get(name).number} · {get(name).title.of(lang)}",
            placeholder=say("pack_all", lang),
            key=keys.PACK_LESSONS,
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            address = st.text_input(say("pack_address", lang), app_address(), key=keys.PACK_ADDRESS)
            format = st.segmented_control(
                say("pack_pictures", lang), PICTURE_FORMATS, format_func=str.upper, key="pack_pictures"
            )
            shade = pick_shade(lang, "pack_shade")
        base = checked_address(address)
        lessons = [lesson for lesson in all_lessons() if lesson.id in chosen or not chosen]
        st.download_button(
            say("pack_make", lang, n=len(lessons)),
            data=lambda: class_pack(map(run_of, lessons), lang, address=base, pictures=format, shade=shade),
            file_name=f"graphtrace-class-{lang}.zip",
            mime="application/zip",
            on_click="ignore",
            type="primary",
            key="pack_make",
        )
