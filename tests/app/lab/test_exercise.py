"""An exercise of a lesson in the Lab: its goal stands in the sidebar, is reached, and leads back."""

import pytest

from graphtrace import lessons
from graphtrace.app.lab.session_parts import EXERCISE
from graphtrace.app.texts import say
from graphtrace.lab.records.actions import Backward
from tests.app.lab.test_page import opened
from tests.support.lab_page import address, press, session


def line(at, lang="en"):
    """Return the goal as it stands in the sidebar, and whether it is reached."""
    assert not at.exception, at.exception
    found = [one.value.partition("] ") for one in at.sidebar.markdown if "badge[" in one.value]
    return [(text, badge.endswith(f" {say('lab_reached', lang)}")) for badge, _, text in found]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_goal_is_reached_when_the_machine_has_and_stays_so(lang):
    goal = lessons.get("eaten").exercise.goal.text.of(lang)
    at = opened(preset="xor", exercise="eaten", lang=lang)
    assert line(at, lang) == [(goal, False)]
    press(press(at, "backward"), "backward")
    assert session(at).machine.done[-1].error
    assert line(at, lang) == [(goal, False)]
    press(at, "undo")
    press(at, "undo")
    session(at).do(Backward(retain_graph=True))
    press(at.run(), "backward")
    assert line(at, lang) == [(goal, True)]
    press(at, "again")
    assert line(at, lang) == [(goal, True)]
    assert address(at)[EXERCISE] == "eaten"


def test_the_way_back_is_the_lessons_last_step_whatever_was_read_since():
    at = opened(preset="xor", exercise="buckets")
    at.session_state["lesson"], at.session_state["step"] = "lenet", 2
    at.button(key="lab_exercise_back").click().run()
    assert not at.exception
    steps = len(lessons.get("buckets").steps)
    assert (at.session_state["lesson"], at.session_state["step"]) == ("buckets", steps)


@pytest.mark.parametrize("name", ["", "nosuch"])
def test_without_a_goal_there_is_no_line(name):
    at = opened(preset="xor", exercise=name)
    assert line(at) == []
    assert EXERCISE not in address(at)
