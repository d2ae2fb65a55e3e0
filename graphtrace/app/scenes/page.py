"""The Errors page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import lesson_visit, styles
from graphtrace.app.learn.question import safe
from graphtrace.app.page import PAGES
from graphtrace.app.pickers import pick_language
from graphtrace.app.scenes import shown, stage
from graphtrace.app.scenes.gallery import draw_gallery, draw_search
from graphtrace.app.scenes.listing import output_html, program_html
from graphtrace.app.scenes.session import Run, ScenePlace, go, where, write_address
from graphtrace.app.texts import say
from graphtrace.lessons import get as get_lesson
from graphtrace.literals import Language
from graphtrace.scenes import Told, first_difference, is_here, moral, seen

_WIDTH = 470  # of the scene's column


def draw() -> None:
    """Draw the gallery, or the scene that the address names."""
    place = where()
    lang = ui.setup("errors_page", margins=place is None, sidebar=_WIDTH)
    st.html(styles.SCENES)
    if place is None:
        with st.sidebar:
            asked = draw_search(lang)
            pick_language(lang)
        draw_gallery(asked, lang)
    else:
        _draw_scene(place, lang)
    write_address(place, lang)


def _draw_scene(place: ScenePlace, lang: Language) -> None:
    here = is_here(place.program.needs)
    told = None
    if here:
        with st.spinner(say("loading", lang)):
            told = shown.told(place.scene.mistake, place.case)
    with st.sidebar:
        _head(place, lang)
        ran = told if place.run else None
        st.html(program_html(place.program, ran, place.run == "right", lang))
        if told is None:
            _not_here(place, lang)
        else:
            _buttons(place, lang)
            _said(place, told, lang)
        _foot(place, lang)
    if told is not None:
        stage.show(place, told, lang)


def _head(place: ScenePlace, lang: Language) -> None:
    with st.container(key="scene_head", gap=None):
        with st.container(horizontal=True, key="scene_top", vertical_alignment="center"):
            st.caption(say(f"errors_{place.scene.group}", lang), width="stretch")
            st.button(say("errors_all", lang), key="scene_list", on_click=go, args=(None,), type="tertiary")
        st.markdown(f"### {stage.say_title(place.scene.mistake, lang)}")
    if len(place.scene.programs) > 1:
        _cases(place, lang)


def _cases(place: ScenePlace, lang: Language) -> None:
    """Offer the other programs that make the same mistake."""
    with st.container(horizontal=True, key="scene_cases", gap="small"):
        for case, program in enumerate(place.scene.programs):
            chosen = case == place.case
            st.button(
                safe(program.name.of(lang)),
                key=f"scene_case_{case}",
                on_click=go,
                args=(ScenePlace(place.scene, case, ""),),
                type="primary" if chosen else "secondary",
            )


def _not_here(place: ScenePlace, lang: Language) -> None:
    with st.container(border=True, key="scene_not_here"):
        st.markdown(say(f"scene_needs_{place.program.needs}", lang))


def _buttons(place: ScenePlace, lang: Language) -> None:
    """Draw Run, and Run it repaired: the next of them is the large one."""
    with st.container(horizontal=True, key="scene_run"):
        for run, name in (("wrong", "scene_run"), ("right", "scene_run_repaired")):
            target: Run = "wrong" if run == "wrong" else "right"
            following = (place.run == "") == (target == "wrong") and place.run != "right"
            st.button(
                say(name, lang),
                key=f"scene_run_{run}",
                on_click=go,
                args=(replace(place, run=target),),
                type="primary" if following else "secondary",
                width="stretch",
                disabled=target == "right" and not place.run,
            )


def _said(place: ScenePlace, told: Told, lang: Language) -> None:
    """Draw what people think, what the program put out, and what to remember."""
    scene, program = place.scene, place.program
    if not place.run:
        with st.container(key="scene_expect"):
            st.caption(say("scene_expect", lang))
            st.markdown(safe(scene.expect.of(lang)))
        return
    repaired = place.run == "right"
    st.html(output_html(told.right if repaired else told.wrong, lang))
    with st.container(key="scene_right" if repaired else "scene_wrong"):
        if repaired and told.is_silent:
            _first_difference(place, told, lang)
        text = moral(scene, program, told, lang) if repaired else seen(scene, program, told, lang)
        st.markdown(safe(text))


def _first_difference(place: ScenePlace, told: Told, lang: Language) -> None:
    """Lead to where the two first differ: both players say what happens there."""
    a, b = first_difference(told)
    label = say("scene_first", lang, a=a, b=b)
    st.button(label, key="scene_first", on_click=go, args=(place,), type="tertiary", icon=":material/compare_arrows:")


def _foot(place: ScenePlace, lang: Language) -> None:
    lesson = get_lesson(place.scene.lesson)
    with st.container(horizontal=True, key="scene_foot", vertical_alignment="center"):
        label = say("scene_lesson", lang, n=lesson.number, title=lesson.title.of(lang))
        if st.button(label, key="scene_lesson", type="tertiary", icon=":material/school:"):
            lesson_visit.go(lesson.id, place.scene.step - 1)
            st.switch_page(PAGES["learn_page"])
        with st.container(key="scene_language"):
            pick_language(lang)
