"""The exercise of a lesson in the Lab: its goal, whether it is reached, and the way back to the lesson."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import EXERCISE
from graphtrace.app.lesson_visit import go
from graphtrace.app.texts import say
from graphtrace.lessons import Lesson, all_lessons
from graphtrace.lessons.goals import reached
from graphtrace.lessons.records import Goal
from graphtrace.literals import Language

TRIED = "lab_exercise"  # OpenExercise of this visit, None for a Lab without one


@dataclass(slots=True)
class OpenExercise:
    """An exercise of this visit. What was reached stays reached: one may go on."""

    lesson: Lesson
    goal: Goal
    reached: bool = False


def opened() -> OpenExercise | None:
    """Return the exercise that the address named as the visit began; None for none."""
    if TRIED not in st.session_state:
        st.session_state[TRIED] = _named(st.query_params.get(EXERCISE, ""))
    found: OpenExercise | None = st.session_state[TRIED]
    return found


def try_exercise(lesson: Lesson | None) -> None:
    """Let the exercise of a lesson be done, from its beginning unless it is done already; None for no exercise."""
    known: OpenExercise | None = st.session_state.get(TRIED)
    if lesson is None:
        st.session_state[TRIED] = None
    elif known is None or known.lesson != lesson:
        st.session_state[TRIED] = OpenExercise(lesson, lesson.exercise.goal)


def _named(name: str) -> OpenExercise | None:
    lesson = next((one for one in all_lessons() if one.id == name), None)
    return None if lesson is None else OpenExercise(lesson, lesson.exercise.goal)


def goal_reached(session: LabSession) -> bool:
    """Return whether there is a goal, and the machine has reached it by now."""
    exercise = opened()
    if exercise is None:
        return False
    exercise.reached = exercise.reached or reached(exercise.goal, session.machine)
    return exercise.reached


def exercise_line(session: LabSession, lang: Language) -> None:
    """Draw the goal at the top of the sidebar, with the way back to the lesson's last step."""
    exercise = opened()
    if exercise is None:
        return
    steps = len(exercise.lesson.steps)
    with st.container(key=TRIED + "_line", gap=None):
        draw_goal(exercise, session, lang)
        label = say("lab_to_lesson", lang, n=exercise.lesson.number, step=steps)
        if st.button(label, key=TRIED + "_back", type="tertiary", icon=":material/arrow_back:"):
            go(exercise.lesson.id, steps - 1)
            st.switch_page("pages/0_Learn.py")


def draw_goal(exercise: OpenExercise, session: LabSession, lang: Language) -> None:
    """Draw the goal, and whether it is reached."""
    done = goal_reached(session)
    badge = f":green-badge[:material/check: {say('lab_reached', lang)}]" if done else _asked(lang)
    st.markdown(f"{badge} {exercise.goal.text.of(lang)}")


def _asked(lang: Language) -> str:
    return f":orange-badge[:material/flag: {say('lab_goal', lang)}]"
