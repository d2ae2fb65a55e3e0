"""The Learn page: addresses, answers, and what the player is told."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from graphtrace import lessons
from graphtrace.app.learn import stage
from graphtrace.app.texts import say
from graphtrace.explain import number
from tests.support.lab_page import report, sent_data

ROOT = Path(__file__).parents[2]


def page(**query: str) -> AppTest:
    at = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    at.query_params.update({"program": "square", "lang": query.get("lang", "en")})
    at.run()
    at.query_params.update(query)
    return at.switch_page("pages/0_Learn.py").run()


def told(at: AppTest) -> dict:
    """Return what the player received."""
    assert not at.exception, at.exception
    return sent_data(at)


def texts(at: AppTest) -> str:
    return "\n".join(one.value for one in at.markdown)


def test_the_list_has_every_lesson_and_starts_one():
    at = page()
    assert [lesson["steps"] for lesson in sent_data(at)["lessons"]] == [len(one.steps) for one in lessons.all_lessons()]
    for lesson in lessons.all_lessons():
        assert lesson.title.en in texts(at)
    at.button(key="learn_start_forks").click().run()
    assert told(at)["lesson"]["here"] == 4
    assert at.query_params == {"lesson": "forks", "step": "1", "lang": "en"}


def test_a_step_has_an_address_and_nothing_tells_its_answer():
    at = page(lesson="forks", step="3", lang="zh")
    sent = told(at)
    assert sent["start"] == sent["lesson"]["here"] == sent["seek"]["to"] == 12
    assert sent["lesson"]["blanks"] == [{"what": "grad", "leaf": "y", "nodes": [[0, 3]]}]
    assert not sent["lesson"]["open"]
    assert "8" not in texts(at)
    assert "梯度" in texts(at)
    assert [line["text"] for line in sent["play"]["recording"]["code"]][-1] == "L.backward()"
    assert sent["play"]["recording"]["places"][11][1] == 6


def test_a_usual_wrong_answer_gets_its_reply_and_the_right_one_shows_the_place():
    at = page(lesson="forks", step="3")
    assert [at.button(key=f"learn_forks_2_chip_{i}").label for i in range(4)] == ["2", "6", "8", "12"]
    at.button(key="learn_forks_2_chip_0").click().run()
    assert "2 is the last arrival alone" in texts(at)
    assert not told(at)["lesson"]["open"]
    at.button(key="learn_forks_2_chip_2").click().run()
    assert "added, never overwritten" in texts(at)
    sent = told(at)
    assert (sent["lesson"]["open"], sent["lesson"]["here"], sent["lesson"]["guess"]) == (True, 18, "")


def test_a_presenter_reveals_and_the_guess_stays_beside_the_truth():
    at = page(lesson="forks", step="3")
    at.button(key="learn_forks_2_chip_0").click().run()
    at.button(key="learn_forks_2_reveal").click().run()
    assert "8 · 6 + 2 = 8" in texts(at).replace("\\", "")
    assert told(at)["lesson"]["guess"] == "2"


def test_a_typed_number_is_judged_also_up_to_its_sign():
    at = page(lesson="forks", step="5")
    at.number_input(key="learn_forks_4_number").set_value(-4.0).run()
    assert say("learn_sign", "en") in texts(at)
    at.number_input(key="learn_forks_4_number").set_value(4.0).run()
    assert told(at)["lesson"]["open"]


def test_next_and_back_go_through_a_lesson_and_every_going_moves_the_player():
    at = page(lesson="forks", step="1")
    serials = [told(at)["seek"]["serial"]]
    for key, step in (("learn_next", "2"), ("learn_next", "3"), ("learn_prev", "2"), ("learn_next", "3")):
        at.button(key=key).click().run()
        assert at.query_params["step"] == [step] or at.query_params["step"] == step
        serials.append(told(at)["seek"]["serial"])
    assert len(set(serials)) == len(serials)


@pytest.mark.parametrize(
    "query", [{"lesson": "<b>"}, {"lesson": "forks", "step": "99"}, {"lesson": "forks", "step": "x"}]
)
def test_nonsense_in_the_address_opens_something(query):
    at = page(**query)
    assert not at.exception
    assert ("play" in sent_data(at)) == (query["lesson"] == "forks")


def test_where_one_is_goes_to_the_browser_alone():
    at = page(lesson="forks", step="3")
    assert told(at)["progress"] == {"lesson": "forks", "step": 3, "of": 7, "answer": None}
    assert set(at.query_params) == {"lesson", "step", "lang"}


@pytest.mark.parametrize(
    ("lesson", "step", "kept", "shown"),
    [
        ("forks", 3, {"number": 2.0, "option": None, "picked": [], "shown": False}, "2 is the last arrival alone"),
        ("forks", 3, {"number": 8.0, "option": None, "picked": [], "shown": True}, "added, never overwritten"),
        ("eaten", 2, {"number": None, "option": 1, "picked": [], "shown": False}, "if x were still on the shelf"),
        ("lenet", 3, {"number": None, "option": None, "picked": [2, 1, 3, 0], "shown": True}, "Last layer first"),
    ],
)
def test_what_the_browser_has_kept_is_shown_again_and_asked_anew(lesson, step, kept, shown):
    at = page(lesson=lesson, step=str(step))
    assert shown not in texts(at)
    report(at, "answered", {**kept, "lesson": lesson, "step": step}, "graphtrace_lesson")
    assert shown in texts(at).replace("\\", "")
    assert told(at)["progress"]["answer"] == kept
    assert told(at)["lesson"]["open"] == kept["shown"]
    if kept["shown"]:
        at.button(key=f"learn_{lesson}_{step - 1}_again").click().run()
        assert shown not in texts(at)
        assert told(at)["progress"]["answer"] == {"number": None, "option": None, "picked": [], "shown": False}


@pytest.mark.parametrize(
    "kept",
    [
        None,
        {"lesson": "forks", "step": 2, "number": 8.0},
        {"lesson": "forks", "step": 3, "number": "8", "option": 1, "picked": [0]},
        {"lesson": "forks", "step": 3, "number": [], "option": {}, "picked": "x", "shown": "yes"},
    ],
)
def test_what_is_no_answer_is_not_taken(kept):
    at = page(lesson="forks", step="3")
    report(at, "answered", kept, "graphtrace_lesson")
    assert told(at)["progress"]["answer"] is None


def test_a_picture_that_is_asked_for_large_stays_so_in_the_address():
    at = page(lesson="forks", step="3", present="1")
    assert told(at)["present"]
    at.button(key="learn_next").click().run()
    assert told(at)["present"]
    assert at.query_params["present"] in ("1", ["1"])
    at.button(key="learn_list").click().run()
    assert "present" not in at.query_params


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_teachers_see_the_course_and_answers_computed_from_the_recording(lang):
    at = page(lang=lang).switch_page("pages/0_For_teachers.py").run()
    assert not at.exception, at.exception
    (course,) = [one.value for one in at.markdown if "| --- |" in one.value]
    for lesson in lessons.all_lessons():
        assert f"Learn?lesson={lesson.id}&step=1&lang={lang}" in course
        assert f" | {lesson.minutes} | " in course
    at.selectbox(key="teachers_lesson").select_index(2).run()
    said = texts(at).replace("\\", "")
    asked = [step for step in lessons.get("forks").steps if step.question]
    recordings = stage.run_of(lessons.get("forks")).recordings
    for step in asked:
        found = lessons.resolve(step, recordings[step.run], lang).question
        assert f"{found.text.strip()}** {lessons.right_answer(found)} · {found.right}" in said.replace("`", "")
        for wrong in found.wrong:
            assert f"- {number(wrong.value)} · " in said
    labels = {button.proto.label for button in at.get("download_button")}
    assert say("pack_make", lang, n=15) in labels
    at.multiselect(key="pack_lessons").select("forks").run()
    assert say("pack_make", lang, n=1) in {button.proto.label for button in at.get("download_button")}
    at.text_input(key="pack_address").set_value("class").run()
    assert at.error[0].value.startswith("no address of an app" if lang == "en" else "不是应用的地址")
