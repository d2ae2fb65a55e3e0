"""The real Lab as the stage of a lesson: a machine put where the step wants it, and the net to change beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import streamlit as st

from graphtrace import lab
from graphtrace.app import keys, styles
from graphtrace.app import lab as lab_page
from graphtrace.app.lab.exercise import draw_goal, opened
from graphtrace.app.lab.lesson_place import LessonPlace, stand
from graphtrace.app.lab.session import LabSession
from graphtrace.app.learn.stage import Recall, progress
from graphtrace.app.texts import say
from graphtrace.lessons import Lesson, LessonProgram
from graphtrace.lessons.lab_runs import machine_after
from graphtrace.literals import Language

_APART = 1_000  # between the numbers of machines of one stage and the next: the player tells their pictures apart


def open_step(lesson: Lesson, number: int, told: Mapping[str, object], recall: Recall) -> LabSession:
    """Put the Lab where a step stands; again only if it was left for another place.

    Args:
        lesson: The lesson.
        number: Of the step, from 0; its program has a preset.
        told: What the player is told of the step.
        recall: Takes the answer that the browser has kept.
    """
    program = lesson.programs[lesson.steps[number].run]
    opened = bool(told["open"] and lesson.steps[number].question)
    session = _open((lesson.id, number, opened), lambda: _session(program, opened, told))
    stand(LessonPlace(lesson.id, number, told, _first_picture(session), progress(lesson, number), recall))
    lab_page.lend(session)
    return session


def _session(program: LessonProgram, opened: bool, told: Mapping[str, object]) -> LabSession:
    machine = machine_after(program, then=opened)
    return LabSession(machine.spec, machine, program.preset, cursor=int(str(told["here"])))


def open_exercise(lesson: Lesson) -> LabSession:
    """Open the Lab with the goal of a lesson's exercise."""
    session = _open((lesson.id, "try", False), lambda: _started(lesson.exercise.preset))
    stand(None)
    lab_page.lend(session, lesson)
    return session


def _started(preset: str) -> LabSession:
    spec = lab.preset(preset).spec or lab.Spec()
    machine = lab.Machine(spec)
    machine.forward()
    return LabSession(spec, machine, preset)


def _open(place: tuple[object, ...], make: Callable[[], LabSession]) -> LabSession:
    state = st.session_state
    wanted = (*place, state.get(keys.LESSON_VISIT, 0))
    known: tuple[object, LabSession, int, str] | None = state.get(keys.LESSON_LAB)
    if known is None or known[0] != wanted:
        count = 1 if known is None else known[2] + 1
        session = make()
        session.machine_count = count * _APART
        known = state[keys.LESSON_LAB] = (wanted, session, count, session.playback_id)
    return known[1]


def _first_picture(session: LabSession) -> str:
    found: str = st.session_state[keys.LESSON_LAB][3]
    assert st.session_state[keys.LESSON_LAB][1] is session
    return found


def paused(session: LabSession | None) -> AbstractContextManager[None]:
    """Let a run of the net wait while the page is drawn; nothing waits where the stage is no Lab."""
    return lab_page.paused(None if session is None else session.run)


def goal(session: LabSession, lang: Language) -> None:
    """Draw the goal of the exercise, and whether it is reached."""
    exercise = opened()
    if exercise is not None:
        draw_goal(exercise, session, lang)


def controls(session: LabSession, lang: Language) -> None:
    """Draw in the sidebar what changes the net."""
    st.html(styles.LAB + styles.LESSON_LAB)
    lab_page.design_choice(session, lang)
    with st.expander(say("learn_net", lang), key="learn_net", on_change="rerun") as part:
        if part.open:
            lab_page.net_controls(session, lang)


def show(session: LabSession, lang: Language) -> None:
    """Show the Lab beside the sidebar, which is drawn by now."""
    lab_page.note_address(session, lang)
    lab_page.sidebar_drawn(session)
    lab_page.stage(session, lang)
