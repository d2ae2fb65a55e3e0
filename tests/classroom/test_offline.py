"""A lesson in one file: everything is in it, and its answers are those of the recording."""

import json
import math
import re

import pytest

from graphtrace import lessons, viewer
from graphtrace.classroom.offline import lesson_page
from graphtrace.classroom.running import run_lesson
from graphtrace.literals import LANGUAGES

racer = pytest.importorskip("py_mini_racer")
LESSONS = lessons.all_lessons()


@pytest.fixture(scope="module")
def runs():
    return {lesson.id: run_lesson(lesson) for lesson in LESSONS}


@pytest.fixture(scope="module")
def judged():
    """Call a judging function of the page's own script."""
    context = racer.MiniRacer()
    context.eval(viewer.lesson_page()[0] + "\n0")
    yield lambda name, *given: json.loads(
        context.eval(f"JSON.stringify(graphtrace.{name}({', '.join(map(json.dumps, given))}))")
    )
    context.close()


def sent(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page, flags=re.DOTALL)[1])


def plain(value):
    """Return a number as the page sends it."""
    return value if math.isfinite(value) else str(value)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_places_and_answers_are_those_of_the_recording(lesson, runs, judged):
    data = sent(lesson_page(runs[lesson.id]))
    for step, told in zip(lesson.steps, data["steps"], strict=True):
        for language in LANGUAGES:
            recording = runs[lesson.id].recordings[step.run]
            found = lessons.resolve(step, recording, language, "{guess}")
            assert (told["at"], told["text"][language]) == (found.cursor, found.text)
            if found.question:
                assert_same_verdicts(step.question, found.question, told["question"], language, judged)


def assert_same_verdicts(asked, found, told, language, judged):
    """The page says to every listed answer what Python says, and to some others."""
    words = told["words"][language]
    assert (told["reveal"], told["best"], tuple(told["order"])) == (found.reveal, found.best, found.order)
    if found.answer is not None:
        numbers = [found.answer, -found.answer, *(wrong.value for wrong in found.wrong)]
        numbers += [numbers[0] * (1 + asked.tolerance * 0.999), numbers[0] * (1 + asked.tolerance * 1.01), 987.6]
        for guess in numbers:
            wanted = lessons.judge_number(found, guess, asked.tolerance)
            if math.isfinite(guess):
                said = judged("judgeNumber", told, words, guess)
                assert (said["right"], said["text"], said.get("sign", False)) == (
                    wanted.right,
                    wanted.text,
                    wanted.sign,
                ), guess
        assert told["chips"] == ([plain(one) for one in lessons.choices(found)] if asked.chips else None)
    for i in range(len(found.replies)):
        wanted = lessons.judge_option(found, i)
        said = judged("judgeOption", told, words, i)
        assert said["right"] == wanted.right
        assert said["text"] == (f"{wanted.text} {found.right}".strip() if wanted.right else wanted.text)
    if found.order:
        for order in (found.order, found.order[::-1]):
            wanted = lessons.judge_order(found, order)
            said = judged("judgeOrder", told, words, list(order))
            assert (said["right"], said["text"]) == (wanted.right, wanted.text)


def test_the_page_asks_for_nothing_and_runs_only_its_own_script(runs):
    page = lesson_page(runs["forks"])
    markup = re.sub(r"<script.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
    assert not re.search(r'(?:src|href|action)="(?!data:,")', markup)
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/)", page)
    assert "default-src 'none'" in page
    assert page.count("<script") == page.count("</script>") == 2


def test_one_language_or_all(runs):
    assert set(sent(lesson_page(runs["forks"]))["words"]) == set(LANGUAGES)
    chinese = lesson_page(runs["forks"], "zh")
    assert '<html lang="zh-CN">' in chinese
    data = sent(chinese)
    assert set(data["words"]) == set(data["patch"]["languages"]) == {"zh"}
    assert set(data["programs"]["fork"]["recording"]["sentences"]) == {"zh"}


def test_what_needs_the_lab_is_told_and_linked_where_an_address_is_known(runs):
    for lesson in LESSONS:
        data = sent(lesson_page(runs[lesson.id], "en", "http://10.0.0.5:8501/"))
        goal = f"Lab?preset={lesson.exercise.preset}&exercise={lesson.id}"
        assert data["address"] == f"http://10.0.0.5:8501/{goal}"
        assert "Lab" in data["needs"]["en"]
    assert sent(lesson_page(runs["forks"]))["address"] == ""
