"""The real player of a scene; of a mistake that raises nothing, two of them: as it was, and repaired."""

from __future__ import annotations

from typing import TypedDict

import streamlit as st

from graphtrace.app import assets, keys
from graphtrace.app.component import palette, viewer_texts
from graphtrace.app.parcels import Parcel
from graphtrace.app.payloads import Patch, as_mapping, component_state
from graphtrace.app.scenes import shown
from graphtrace.app.scenes.listing import first_words
from graphtrace.app.scenes.session import ScenePlace, go
from graphtrace.app.scenes.shown import Side
from graphtrace.app.texts import say
from graphtrace.compare import CursorMatch, matching_cursors
from graphtrace.literals import Language
from graphtrace.scenes import Told, first_difference
from graphtrace.viewer import PAIR


class _Seek(TypedDict):
    to: int
    serial: str


class _ScenePayload(TypedDict):
    """What the player of a scene is sent; another `id` is another recording."""

    id: str
    recording: str
    play: Parcel
    start: int
    seek: _Seek
    keyboard: bool
    bare: bool
    scene: bool
    repairs: list[dict[str, object]]
    patch: Patch


class _Side(TypedDict):
    name: str
    does: str
    told: str
    id: str
    play: Parcel
    start: int
    patch: Patch


class _Sides(TypedDict):
    """Both players; `own` is the one as it was."""

    id: str
    sides: list[_Side]
    meetings: list[tuple[CursorMatch, ...]]
    seek: _Seek | None
    own: int
    stacked: bool


def show(place: ScenePlace, told: Told, lang: Language) -> None:
    """Show the program that ran last; both, where it is repaired and nothing had been raised."""
    if place.run == "right" and told.is_silent:
        assets.mount("graphtrace_scene_pair", keys.SCENE_PAIR, PAIR, data=_both(place, told, lang))
        return
    nothing = assets.no_callback
    assets.mount(
        "graphtrace_scene",
        keys.SCENE_PLAYER,
        data=_one(place, told, lang),
        on_act_change=_pressed,
        on_picked_change=nothing,
        on_opened_change=nothing,
        on_cursor_change=nothing,
    )


def _pressed() -> None:
    """Do what the button of the card asks for; the report comes from a browser, and may be anything."""
    from graphtrace.app.scenes.session import where

    place = where()
    if place is not None and as_mapping(component_state(keys.SCENE_PLAYER).get("act")).get("do") == "repaired":
        go(ScenePlace(place.scene, place.case, "right"))


def _one(place: ScenePlace, told: Told, lang: Language) -> _ScenePayload:
    side: Side = "right" if place.run == "right" else "wrong"
    key = _key(place, side)
    end = len((told.right if side == "right" else told.wrong).recording) if place.run else 0
    visit = st.session_state.get(keys.SCENE_VISIT, 0)
    return {
        "id": key,
        "recording": key,
        "play": shown.played(place.scene.mistake, place.case, side),
        "start": end,
        "seek": {"to": end, "serial": f"{visit}|{place.run}"},
        "keyboard": True,
        "bare": True,
        "scene": True,
        "repairs": [{"text": say("scene_run_repaired", lang), "act": {"do": "repaired"}}],
        "patch": _patch(place, lang),
    }


def _both(place: ScenePlace, told: Told, lang: Language) -> _Sides:
    a, b = told.wrong.recording, told.right.recording
    start = first_difference(told)
    visit = st.session_state.get(keys.SCENE_VISIT, 0)
    key = f"{_key(place, 'wrong')}|{visit}"
    return {
        "id": key,
        "sides": [_side(place, told, side, start[i], lang) for i, side in enumerate(("wrong", "right"))],  # type: ignore[arg-type]
        "meetings": [matching_cursors(a, b), matching_cursors(b, a)],
        "seek": {"to": start[0], "serial": key},
        "own": 0,
        "stacked": True,
    }


def _side(place: ScenePlace, told: Told, side: Side, start: int, lang: Language) -> _Side:
    return {
        "name": say(f"scene_side_{side}", lang),
        "does": first_words(told.wrong if side == "wrong" else told.right),
        "told": "",
        "id": f"{_key(place, side)}|pair",
        "play": shown.played(place.scene.mistake, place.case, side),
        "start": start,
        "patch": _patch(place, lang),
    }


def _key(place: ScenePlace, side: Side) -> str:
    return f"scene|{place.scene.mistake}|{place.case}|{side}"


def _patch(place: ScenePlace, lang: Language) -> Patch:
    return {
        "title": say_title(place.scene.mistake, lang),
        "name": place.scene.mistake,
        "language": lang,
        "texts": viewer_texts(lang),
        "palette": palette(),
    }


def say_title(mistake: str, lang: Language) -> str:
    """Return the name of a mistake."""
    from graphtrace import texts

    title = texts.say(f"diagnosis.title_{mistake}", lang)
    return title[:1].upper() + title[1:] if lang == "en" and not title.startswith("backward") else title
