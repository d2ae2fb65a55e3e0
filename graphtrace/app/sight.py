"""The page of sights: one is chosen, predicted and played."""

from __future__ import annotations

import streamlit as st

from graphtrace import app as ui
from graphtrace import sights
from graphtrace.app import assets, keys
from graphtrace.app.address import write_query
from graphtrace.app.pickers import pick_language
from graphtrace.app.texts import say
from graphtrace.lessons import all_lessons
from graphtrace.literals import THEMES, Language
from graphtrace.sights.records import HEIGHT, WIDTH
from graphtrace.style.theme import FONT_FAMILY, as_dict
from graphtrace.texts import say as words
from graphtrace.texts import section


def draw() -> None:
    """Draw the sight that is chosen, or that the address names."""
    lang = ui.setup("sights_page")
    name = _where()
    with st.sidebar:
        for one in sights.SIGHTS:
            _choice(one, one == name, lang)
    with st.spinner(say("loading", lang)):
        sight = sights.open_sight(name, lang)
    with st.sidebar:
        _links(sight, lang)
        pick_language(lang)
    assets.mount_sight("graphtrace_sight", keys.SIGHT_PLAYER, data=_payload(sight, lang))
    parameters = {keys.SIGHT: name, keys.LANGUAGE: lang}
    write_query(parameters)


def _where() -> str:
    """Return the sight that a link has led to, else the one that was chosen, else the first."""
    state, address = st.session_state, st.query_params.get(keys.SIGHT)
    linked = address is not None and address != state.get(keys.SIGHT_WRITTEN)
    wanted = address if linked else state.get(keys.SIGHT)
    name = wanted if wanted in sights.SIGHTS else sights.SIGHTS[0]
    state[keys.SIGHT] = state[keys.SIGHT_WRITTEN] = name
    return name


def _go(name: str) -> None:
    st.session_state[keys.SIGHT] = name


def _choice(name: str, chosen: bool, lang: Language) -> None:
    st.button(
        words(f"sights.{name}_short", lang),
        key=f"sight_{name}",
        on_click=_go,
        args=(name,),
        type="primary" if chosen else "secondary",
        width="stretch",
    )


def _links(sight: sights.Sight, lang: Language) -> None:
    """Link the lesson, and the presets of the Lab."""
    lesson = next(one for one in all_lessons() if one.id == sight.lesson)
    st.page_link(
        "pages/0_Learn.py",
        label=say("sights_lesson", lang),
        help=lesson.title.of(lang),
        query_params={keys.LESSON: lesson.id},
        icon=":material/school:",
    )
    if len(sight.presets) > 1:
        with st.popover(say("sights_labs", lang), width="stretch"):
            _lab_links(sight.presets, lang)
    else:
        _lab_links(sight.presets, lang)


def _lab_links(presets: tuple[str, ...], lang: Language) -> None:
    """Link presets of the Lab, each in a visit of its own: it leaves alone what is built there."""
    from graphtrace import lab

    for name in presets:
        preset = lab.preset(name)
        title = preset.title_zh if lang == "zh" else preset.title
        label = say("sights_lab", lang, preset=title)
        st.link_button(label, f"Lab?preset={name}&lang={lang}", width="stretch")


def _payload(sight: sights.Sight, lang: Language) -> dict[str, object]:
    asked = sight.prediction
    return {
        "name": sight.name,
        "title": sight.title,
        "size": [WIDTH, HEIGHT],
        "font": FONT_FAMILY,
        "ground": [sights.plain(shape) for shape in sight.ground],
        "moments": [
            {"shapes": [sights.plain(shape) for shape in one.shapes], "sentence": one.sentence} for one in sight.moments
        ],
        "prediction": {"text": asked.text, "options": list(asked.options), "right": asked.right},
        "pace": sight.pace,
        "palette": {name: as_dict(name) for name in THEMES},
        "texts": dict(section("sights", lang)),
    }
