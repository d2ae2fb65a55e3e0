"""The Lab as the stage of a lesson: one may do anything there, and one press leads back to where the lesson stood."""

import pytest

from graphtrace import lessons
from graphtrace.app.lab.session_parts import KEY
from graphtrace.app.texts import say
from graphtrace.classroom.running import record_program
from graphtrace.lab.records.actions import Backward, Forward
from graphtrace.lab.showing.playback import playback
from graphtrace.lessons import LessonError, lab_runs
from tests.app.lab.test_page import opened
from tests.app.test_learn import page, texts
from tests.support.lab_page import press, session, tool
from tests.support.lab_page import sent_data as sent

IN_THE_LAB = [
    (lesson, i)
    for lesson in lessons.all_lessons()
    for i, step in enumerate(lesson.steps)
    if lesson.programs[step.run].preset
]


def told(at):
    assert not at.exception, at.exception
    return sent(at, "graphtrace_lab")


def stands(at):
    """Return where everything is, but for what tells one visit from another."""
    data, machine = told(at), session(at).machine
    return data["start"], data["lesson"], machine.actions, machine.position, machine.fingerprint()


@pytest.mark.parametrize(("lesson", "i"), IN_THE_LAB, ids=lambda one: getattr(one, "id", one))
def test_what_the_lab_has_done_is_the_beginning_of_what_the_lesson_tells(lesson, i):
    program = lesson.programs[lesson.steps[i].run]
    whole, machine = record_program(program), lab_runs.machine_after(program, then=False)
    here = playback(machine, len(machine.done)).recording
    assert 0 < len(here) < len(whole)
    for before, after in zip(here.events, whole.events, strict=False):
        for fact in ("kind", "node", "edge", "param"):
            assert getattr(before, fact) == getattr(after, fact)
    step = lessons.resolve(lesson.steps[i], whole, "en")
    assert step.cursor == len(here) < step.question.reveal


def test_whatever_is_done_one_press_leads_back_and_the_answer_is_done_for_real():
    at = page(lesson="buckets", step="6")
    before = stands(at)
    assert before[1]["blanks"][0]["leaf"] == "w2.weight"
    assert before[2] == (Forward(), Backward())
    assert at.query_params["step"] in ("6", ["6"])
    press(at, "forward")
    press(at, "backward")
    assert told(at)["lesson"]["away"]
    assert session(at).machine.trainer.passes.counts["w2.weight"] == 2
    tool(at, "lesson")
    assert stands(at) == before
    press(at, "undo")
    assert told(at)["lesson"]["away"]
    session(at).open_preset("moons")
    tool(at.run(), "lesson")
    assert stands(at) == before
    at.button(key="learn_buckets_5_chip_1").click().run()
    assert "as much again: 16" in texts(at).replace("\\", "")
    assert session(at).machine.actions == (Forward(), Backward()) * 2
    assert told(at)["lesson"]["open"]


def test_the_net_is_changed_beside_the_text_and_a_lesson_without_the_lab_has_its_player():
    at = page(lesson="eaten", step="4", lang="zh")
    at.session_state["learn_net"] = True
    at.run()
    assert {"lab_training", "lab_data"} <= {one.key for one in at.expander}
    at.button(key="learn_prev").click().run()
    assert sent(at)["lesson"]["here"] > 0
    assert "learn_net" not in [one.key for one in at.expander]


def test_the_lab_s_own_page_goes_on_where_it_was():
    at = press(opened(preset="xor"), "backward")
    own = session(at)
    at.query_params.clear()
    at.query_params.update({"lesson": "buckets", "step": "6"})
    at.switch_page("pages/0_Learn.py").run()
    assert session(at) is not own
    press(at, "forward")
    at.switch_page("pages/3_Lab.py").run()
    assert not at.exception
    assert session(at) is own
    assert told(at)["lesson"] is None
    assert at.session_state[KEY].machine.position == 2


@pytest.mark.parametrize("name", ["numbers", "lenet"])
def test_a_lesson_ends_in_the_lab_with_its_goal(name):
    lesson = lessons.get(name)
    last = str(len(lesson.steps))
    at = page(lesson=name, step=last)
    at.button(key="learn_open_lab").click().run()
    assert f":material/flag: {say('lab_goal', 'en')}] {lesson.exercise.goal.text.en}" in texts(at)
    assert session(at).preset == lesson.exercise.preset
    assert dict(at.query_params) in ({"lesson": name, "step": last, "try": "1", "lang": "en"},)
    assert told(at)["lesson"] is None
    press(at, "backward")
    at.button(key="learn_prev").click().run()
    assert "try" not in at.query_params
    assert sent(at)["progress"]["step"] == len(lesson.steps)


def test_an_exercise_has_an_address_and_says_when_its_goal_is_reached():
    at = page(lesson="eaten", step="8", **{"try": "1"})
    session(at).do(Backward(retain_graph=True))
    press(at.run(), "backward")
    assert say("lab_reached", "en") in texts(at)


def test_an_unknown_action_is_an_error():
    with pytest.raises(LessonError, match="unknown action: 'jump'"):
        lab_runs.actions_of(["jump"])
