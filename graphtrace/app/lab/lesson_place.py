"""The step of a lesson that the Lab is the stage of: what the player is told of it, until something else is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from graphtrace.app.lab.session import LabSession
from graphtrace.app.lesson_visit import go

_KEY = "lab_lesson_place"  # LessonPlace, None where the Lab is no lesson's stage


@dataclass(frozen=True, slots=True)
class LessonPlace:
    """Where a lesson has put the Lab.

    Attributes:
        lesson: Its id.
        step: Number of its step, from 0.
        told: What the player is told of the step, see ``viewer/src/draw/veil.js``.
        picture: What the player plays there.
        progress: What the browser keeps of the visit.
        recall: Takes the answer that the browser has kept from an earlier visit.
    """

    lesson: str
    step: int
    told: Mapping[str, object]
    picture: str
    progress: Mapping[str, object]
    recall: Callable[[object], None]


def stand(place: LessonPlace | None) -> None:
    """Say which step of a lesson the Lab is the stage of."""
    st.session_state[_KEY] = place


def _place() -> LessonPlace | None:
    found: LessonPlace | None = st.session_state.get(_KEY)
    return found


def place_is_left(session: LabSession) -> bool:
    """Return whether something was done since the lesson put the Lab there: an action, or a change of the net."""
    place = _place()
    if place is None:
        return False
    return session.playback_id != place.picture or session.run is not None or bool(session.problems)


def lesson_told(session: LabSession) -> Mapping[str, object] | None:
    """Return what the player is told of the lesson; away from its place only that there is a way back."""
    place = _place()
    if place is None:
        return None
    if not place_is_left(session):
        return place.told
    return {"here": 0, "marked": [], "blanks": [], "open": True, "guess": "", "away": True}


def lesson_progress() -> Mapping[str, object] | None:
    """Return what the browser keeps of the visit."""
    place = _place()
    return None if place is None else place.progress


def recall_answer(kept: object) -> None:
    """Take the answer that the browser has kept."""
    place = _place()
    if place is not None:
        place.recall(kept)


def come_back(_session: LabSession) -> None:
    """Go back to exactly where the lesson stood."""
    place = _place()
    if place is not None:
        go(place.lesson, place.step)
