"""The real player, standing where a lesson does: what is asked is left out of it, what matters is marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

import streamlit as st

from graphtrace.app import assets, keys
from graphtrace.app.component import palette, viewer_texts
from graphtrace.app.lesson_visit import KeptAnswer, kept_answer
from graphtrace.app.parcels import Parcel, parcel
from graphtrace.app.payloads import Patch, component_state
from graphtrace.classroom import playing
from graphtrace.classroom.running import LessonRun, record_program
from graphtrace.lessons import Blank, Lesson, LessonProgram, ResolvedStep
from graphtrace.literals import Language
from graphtrace.model import Recording

Recall = Callable[[object], None]


class _Blank(TypedDict):
    what: str
    leaf: str | None
    nodes: list[tuple[int, int]]


class ToldLesson(TypedDict):
    """What the player is told of a step; ``viewer/src/draw/veil.js`` reads it."""

    here: int
    marked: list[tuple[int, int]]
    blanks: list[_Blank]
    open: bool
    guess: str


class _Seek(TypedDict):
    to: int
    serial: str


class KeptProgress(TypedDict):
    """What the browser keeps of a visit to a step, and nobody else; ``viewer/src/hosts/progress.js`` does."""

    lesson: str
    step: int
    of: int
    answer: KeptAnswer | None  # None where the server knows of none: the browser then says what it has kept


class _LessonPayload(TypedDict):
    """What the player of a lesson is sent; another `id` is another recording."""

    id: str
    recording: str
    play: Parcel
    start: int
    seek: _Seek
    keyboard: bool
    bare: bool
    present: bool
    lesson: ToldLesson
    progress: KeptProgress
    patch: Patch


@st.cache_resource(max_entries=64, show_spinner=False)
def recorded(lesson: str, program: str, _program: LessonProgram) -> Recording:
    """Return the recording of a lesson's program; all visitors share it."""
    return record_program(_program)


@st.cache_resource(max_entries=64, show_spinner=False)
def played(lesson: str, program: str, _program: LessonProgram) -> Parcel:
    """Return the same for the viewer."""
    return parcel(playing.played(_program, recorded(lesson, program, _program)))


def run_of(lesson: Lesson) -> LessonRun:
    """Return a lesson with the recordings of its programs, for files."""
    return LessonRun(lesson, {name: recorded(lesson.id, name, program) for name, program in lesson.programs.items()})


def show(lesson: Lesson, number: int, told: ToldLesson, lang: Language, recall: Recall) -> None:
    """Show the player at a step.

    Args:
        lesson: The lesson.
        number: Of the step, from 0.
        told: What the player is told of the step.
        lang: Language of the page.
        recall: Takes the answer that the browser has kept.
    """
    nothing = assets.no_callback
    assets.mount(
        "graphtrace_lesson",
        keys.LESSON_PLAYER,
        data=_payload(lesson, number, told, lang),
        on_picked_change=nothing,
        on_opened_change=nothing,
        on_cursor_change=nothing,
        on_answered_change=lambda: recall(component_state(keys.LESSON_PLAYER).get("answered")),
    )


def told(step: ResolvedStep, opened: bool, guess: str) -> ToldLesson:
    """Return what the player is told of a step.

    Args:
        step: It, on its recording.
        opened: Whether the answer may be seen.
        guess: What was guessed, to be seen beside it.
    """
    question = step.question
    return {
        "here": question.reveal if question and opened else step.cursor,
        "marked": [(place.graph, place.node) for place in step.highlight],
        "blanks": [_blank(one) for one in question.blanks] if question else [],
        "open": opened,
        "guess": guess if opened else "",
    }


def progress(lesson: Lesson, number: int) -> KeptProgress:
    """Return what the browser keeps of a visit to a step, counted from 0."""
    return {
        "lesson": lesson.id,
        "step": number + 1,
        "of": len(lesson.steps),
        "answer": kept_answer(lesson, number),
    }


def _payload(lesson: Lesson, number: int, told: ToldLesson, lang: Language) -> _LessonPayload:
    program = lesson.programs[lesson.steps[number].run]
    key = f"lesson|{lesson.id}|{program.name}"
    visit = st.session_state.get(keys.LESSON_VISIT, 0)
    return {
        "id": key,
        "recording": key,
        "play": played(lesson.id, program.name, program),
        "start": told["here"],
        "seek": {"to": told["here"], "serial": f"{visit}|{number}|{told['open']}"},
        "keyboard": True,
        "bare": "code" in lesson.steps[number].hide,
        "present": bool(st.session_state.get(keys.LESSON_PRESENT)),
        "lesson": told,
        "progress": progress(lesson, number),
        "patch": {
            "title": lesson.title.of(lang),
            "name": lesson.id,
            "language": lang,
            "texts": viewer_texts(lang),
            "palette": palette(),
        },
    }


def _blank(blank: Blank) -> _Blank:
    nodes = [(place.graph, place.node) for place in blank.nodes]
    return {"what": blank.what, "leaf": blank.leaf, "nodes": nodes}
