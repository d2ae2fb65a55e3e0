"""Where a visitor is in the lessons, and what was answered: kept with the visit, in the address and in the browser."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypedDict

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.address import write_query
from graphtrace.lessons import Lesson, all_lessons
from graphtrace.literals import Language


class KeptAnswer(TypedDict):
    """What the browser keeps of an answer; ``viewer/src/hosts/progress.js`` does."""

    number: float | None
    option: int | None
    picked: list[int]
    shown: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one question.

    Attributes:
        number: The number last guessed.
        option: The option last chosen.
        picked: Lines in the order in which they were picked.
        right: Whether it was right.
        shown: Whether the answer may be seen: it was right, or somebody pressed Reveal.
    """

    number: float | None = None
    option: int | None = None
    picked: tuple[int, ...] = ()
    right: bool = False
    shown: bool = False


def where() -> tuple[Lesson | None, int]:
    """Return the lesson and the step that are shown: those of the visit, else of the address; None for the list."""
    state = st.session_state
    if keys.LESSON not in state:
        state[keys.LESSON] = st.query_params.get(keys.LESSON, "")
        state[keys.STEP] = _number(st.query_params.get(keys.STEP, "1"))
        state[keys.LESSON_TRY] = st.query_params.get(keys.LESSON_TRY) == "1"
        state[keys.LESSON_PRESENT] = st.query_params.get(keys.LESSON_PRESENT) == "1"
    lesson = next((one for one in all_lessons() if one.id == state[keys.LESSON]), None)
    if lesson is None:
        return None, 0
    return lesson, min(max(0, state[keys.STEP] - 1), len(lesson.steps) - 1)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1


def tries(lesson: Lesson, step: int) -> bool:
    """Return whether the exercise of a lesson is done in place of its last step."""
    return bool(st.session_state.get(keys.LESSON_TRY)) and step == len(lesson.steps) - 1


def go(lesson: str, step: int = 0, exercise: bool = False) -> None:
    """Go to a step of a lesson, or to the exercise at its end; to the list without a lesson."""
    state = st.session_state
    state[keys.LESSON], state[keys.STEP], state[keys.LESSON_TRY] = lesson, step + 1, exercise
    state[keys.LESSON_VISIT] = state.get(keys.LESSON_VISIT, 0) + 1


def write_address(lesson: Lesson | None, step: int, lang: Language) -> None:
    """Write the address of the step, so that it can be shared."""
    place = {keys.LESSON: lesson.id, keys.STEP: str(step + 1)} if lesson else {}
    exercise = {keys.LESSON_TRY: "1"} if lesson and tries(lesson, step) else {}
    large = {keys.LESSON_PRESENT: "1"} if lesson and st.session_state.get(keys.LESSON_PRESENT) else {}
    parameters = {**place, **exercise, keys.LANGUAGE: lang, **large}
    write_query(parameters)


def answer_of(lesson: Lesson, step: int) -> Answer:
    """Return what was answered to a step's question."""
    found = _answers().get((lesson.id, step))
    return found if found is not None else Answer()


def keep(lesson: Lesson, step: int, answer: Answer) -> None:
    """Keep an answer; one that is right may be seen."""
    _answers()[lesson.id, step] = replace(answer, shown=answer.shown or answer.right)


def forget(lesson: Lesson, step: int) -> None:
    """Forget an answer, here and in the browser: it is told that there is none."""
    _answers()[lesson.id, step] = Answer()


def kept_answer(lesson: Lesson, step: int) -> KeptAnswer | None:
    """Return what the browser shall keep of an answer; None where it may know of one that the server does not."""
    found = _answers().get((lesson.id, step))
    if found is None:
        return None
    return {"number": found.number, "option": found.option, "picked": list(found.picked), "shown": found.shown}


def _answers() -> dict[tuple[str, int], Answer]:
    answers: dict[tuple[str, int], Answer] = st.session_state.setdefault(keys.ANSWERS, {})
    return answers
