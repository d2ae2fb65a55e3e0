"""Lessons: what is told and asked at which place of a real recording, in two languages. They run nothing themselves.

Files, from bottom to top; each imports from those above its line only:
    records     what a lesson is
    tables      tables of a file, every key checked
    loading     read a lesson's file
    story       a recording by the names of its program: variables, nodes, places
    references  what stands in texts in place of numbers
    resolving   a step on a recording: cursor, texts, the right answer and the usual wrong ones
    judging     what is said to an answer
    lab_runs    what a lesson runs in the Lab; imports torch, like the next
    goals       whether the goal of an exercise in the Lab is reached; imports torch, so nothing here imports it

Each lesson is one file of ``content``, in English and 简体中文.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from graphtrace.errors import shown
from graphtrace.lessons.judging import Verdict, choices, judge_number, judge_option, judge_order, right_answer
from graphtrace.lessons.loading import LessonError, read_lesson
from graphtrace.lessons.records import Lesson, LessonProgram, LessonStep, Question, Words
from graphtrace.lessons.references import number_of
from graphtrace.lessons.resolving import Blank, ResolvedQuestion, ResolvedStep, resolve
from graphtrace.lessons.story import Story

__all__ = [
    "Blank",
    "Lesson",
    "LessonError",
    "LessonProgram",
    "LessonStep",
    "Question",
    "ResolvedQuestion",
    "ResolvedStep",
    "Story",
    "Verdict",
    "Words",
    "all_lessons",
    "choices",
    "get",
    "judge_number",
    "judge_option",
    "judge_order",
    "number_of",
    "resolve",
    "right_answer",
]


@cache
def all_lessons() -> tuple[Lesson, ...]:
    """Return every lesson, in the order of the course.

    Raises:
        LessonError: A file is not valid.
    """
    folder = files(__name__).joinpath("content")
    found = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    read = [read_lesson(file.read_text(encoding="utf-8"), file.name) for file in found]
    return tuple(sorted(read, key=lambda lesson: lesson.number))


def get(name: str) -> Lesson:
    """Return a lesson.

    Raises:
        LessonError: There is none of this name.
    """
    found = next((lesson for lesson in all_lessons() if lesson.id == name), None)
    if found is None:
        raise LessonError(f"unknown lesson: {shown(name)} (must be one of {[one.id for one in all_lessons()]})")
    return found
