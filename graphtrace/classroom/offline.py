"""A lesson in one HTML file that needs no network: text, questions, and the player at the right place.

Answers, usual wrong ones and what is said to each are computed here; the page only compares.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from graphtrace import texts, viewer
from graphtrace.classroom.pictures import sent_blanks
from graphtrace.classroom.playing import played
from graphtrace.classroom.running import LessonRun
from graphtrace.export.html import wrapped
from graphtrace.lessons import Lesson, LessonStep, Question, ResolvedQuestion, ResolvedStep, Words, choices, resolve
from graphtrace.literals import LANGUAGES, THEMES, Language
from graphtrace.style.theme import as_dict

_START = """
const sent = JSON.parse(document.getElementById("data").textContent);
graphtrace.open(document.querySelector(".lesson-page"), sent);
"""
_WORDS = ("back", "next", "reveal", "again", "answer", "order", "sign", "not", "notes", "try", "open")
_GUESS = "{guess}"  # what the page fills in
_Texts = dict[str, str]


def lesson_page(run: LessonRun, language: Language | None = None, address: str = "") -> str:
    """Return a lesson as one page.

    Args:
        run: The lesson, run.
        language: The only one; None for all, which the reader may change between.
        address: Of the app, for a link to what a file cannot do; empty for none.
    """
    languages = LANGUAGES if language is None else (texts.check_language(language),)
    script, style = viewer.lesson_page()
    title = run.lesson.title.of(languages[0])
    data = _sent(run, languages, address)
    return wrapped(data, title, languages[0], script + _START, style, "lesson-page")


def _sent(run: LessonRun, languages: tuple[Language, ...], address: str) -> dict[str, object]:
    lesson = run.lesson
    minutes = {"n": lesson.number, "minutes": lesson.minutes}
    return {
        "id": lesson.id,
        "title": _of(lesson.title, languages),
        "about": {name: texts.say("app.learn_lesson", name, **minutes) for name in languages},
        "exercise": _of(lesson.exercise.text, languages),
        "needs": {name: texts.say("classroom.needs_lab", name) for name in languages},
        "address": _exercise_address(lesson, address),
        "programs": {
            name: played(program, run.recordings[name], languages) for name, program in lesson.programs.items()
        },
        "steps": [_step(step, run, languages) for step in lesson.steps],
        "patch": {
            "title": lesson.title.of(languages[0]),
            "name": lesson.id,
            "theme": None,
            "palette": {name: as_dict(name) for name in THEMES},
            "languages": {name: texts.section("viewer", name) for name in languages},
            "language": languages[0],
        },
        "words": {name: {word: texts.say(f"app.learn_{word}", name) for word in _WORDS} for name in languages},
    }


def _of(words: Words, languages: tuple[Language, ...]) -> _Texts:
    return {name: words.of(name) for name in languages}


def _exercise_address(lesson: Lesson, address: str) -> str:
    if not address:
        return ""
    return f"{address.rstrip('/')}/Lab?preset={lesson.exercise.preset}&exercise={lesson.id}"


def _step(step: LessonStep, run: LessonRun, languages: tuple[Language, ...]) -> dict[str, object]:
    found = {name: resolve(step, run.recordings[step.run], name, _GUESS) for name in languages}
    first = found[languages[0]]
    return {
        "run": step.run,
        "at": first.cursor,
        "marked": [(place.graph, place.node) for place in first.highlight],
        "bare": "code" in step.hide,
        "text": {name: one.text for name, one in found.items()},
        "notes": {name: one.notes for name, one in found.items()} if step.notes else None,
        "question": _question(step.question, found) if step.question else None,
    }


def _question(question: Question, found: Mapping[Language, ResolvedStep]) -> dict[str, object]:
    asked = {name: one.question for name, one in found.items() if one.question is not None}
    first = next(iter(asked.values()))
    return {
        "kind": question.kind,
        "answer": None if first.answer is None else _number(first.answer),
        "tolerance": question.tolerance,
        "wrong": [_number(one.value) for one in first.wrong],
        "chips": [_number(value) for value in choices(first)] if question.chips else None,
        "best": first.best,
        "order": list(first.order),
        "reveal": first.reveal,
        "blanks": sent_blanks(first),
        "words": {name: _words(one) for name, one in asked.items()},
    }


def _words(question: ResolvedQuestion) -> dict[str, object]:
    return {
        "text": question.text,
        "right": question.right,
        "wrong": [one.text for one in question.wrong],
        "labels": list(question.labels),
        "replies": list(question.replies),
    }


def _number(value: float) -> float | str:
    """Return a number, or the word for one that JSON lacks."""
    return value if math.isfinite(value) else str(value)
