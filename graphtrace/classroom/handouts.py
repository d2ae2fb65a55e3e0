"""A lesson on paper: slides, worksheet with its answers, speaker's notes, poster; and a list of addresses.

`handouts.typ` says how they look; all texts, numbers and pictures come from here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, get_args

from graphtrace import texts
from graphtrace.classroom.addresses import qr_code, step_address
from graphtrace.classroom.pictures import StepPictures
from graphtrace.classroom.running import LessonRun
from graphtrace.errors import RenderError, extra, shown
from graphtrace.explain import number
from graphtrace.export import fonts, typeset
from graphtrace.lessons import (
    Lesson,
    LessonStep,
    Question,
    ResolvedQuestion,
    ResolvedStep,
    choices,
    resolve,
    right_answer,
)
from graphtrace.literals import Language
from graphtrace.model import Recording

if TYPE_CHECKING:
    import typst

Kind = Literal["slides", "worksheet", "notes", "poster"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_WORDS = ("answer", "try")
_MORE_WORDS = ("order", "name", "date", "worksheet", "key", "notes", "usual")
_MOST_LINES = 12  # of a program on a slide
_POSTER_PARTS = 4
_OUTLINE = re.compile(r'(<text[^>]*?) stroke="[^"]*" stroke-width="[^"]*"')
_SLIDE_COLUMN, _POSTER_COLUMN = 405, 270  # points


@dataclass(frozen=True, slots=True)
class LessonSheets:
    """All that is written and drawn of a lesson, from which each kind of sheet is made."""

    data: Mapping[str, object]

    def pdf(self, kind: Kind) -> bytes:
        """Return one kind as PDF: ``slides``, ``worksheet``, ``notes`` or ``poster``.

        Raises:
            RenderError: It cannot be set, or is unknown.
            MissingPackageError: The package that sets it is not installed.
        """
        if kind not in KINDS:
            raise RenderError(f"unknown kind of sheet: {shown(kind)} (use one of {', '.join(KINDS)})")
        return typeset_pdf({**self.data, "kind": kind})


def lesson_sheets(run: LessonRun, drawn: Sequence[StepPictures], base: str, language: Language) -> LessonSheets:
    """Collect what the sheets of a lesson say.

    Args:
        run: The lesson, run.
        drawn: Its pictures, by step.
        base: Address of the app.
        language: Of all texts.
    """
    lesson = run.lesson
    found = [resolve(step, run.recordings[step.run], language) for step in lesson.steps]
    svgs = [svg for one in drawn for svg in (one.asked.svg, one.answered.svg)]
    address = step_address(base, lesson, 0, language)
    code = _code(lesson, lesson.steps[0])
    return LessonSheets(
        {
            **_head(language),
            "title": lesson.title.of(language),
            "number": lesson.number,
            "minutes": texts.say("app.learn_lesson", language, n=lesson.number, minutes=lesson.minutes),
            "goal": lesson.goal.of(language),
            "exercise": lesson.exercise.text.of(language),
            "steps": [_step(lesson, i, one, run.recordings) for i, one in enumerate(found)],
            "pictures": [_set(svg) for svg in svgs],
            "poster": _poster(lesson),
            "code": code,
            "code-size": _code_size(code, 11, _POSTER_COLUMN),
            "qr": qr_code(address),
            "address": address,
        }
    )


def address_sheet(lessons: Sequence[Lesson], base: str, language: Language) -> bytes:
    """Return the addresses of all steps as QR codes, a PDF."""
    listed = [
        {
            "number": lesson.number,
            "title": lesson.title.of(language),
            "address": step_address(base, lesson, 0, language),
            "codes": [qr_code(step_address(base, lesson, i, language)) for i in range(len(lesson.steps))],
        }
        for lesson in lessons
    ]
    title = texts.say("classroom.addresses", language)
    return typeset_pdf({**_head(language), "kind": "addresses", "title": title, "lessons": listed})


def _set(svg: str) -> str:
    """Return a picture with packaged fonts; outlines that thicken letters are left out, small they would blot."""
    return _OUTLINE.sub(r"\1", typeset.set_texts(typeset.parsed(svg))[0])


def typeset_pdf(data: Mapping[str, object]) -> bytes:
    """Return the PDF that `handouts.typ` makes of its data.

    Raises:
        RenderError: It cannot be set.
        MissingPackageError: The package that sets it is not installed.
    """
    with extra("class", "a PDF"):
        import typst
    source = files(__package__).joinpath("handouts.typ").read_bytes()
    try:
        made = typst.Compiler(source, font_paths=_fonts()).compile(format="pdf", sys_inputs={"data": json.dumps(data)})
    except (typst.TypstError, RuntimeError) as error:
        raise RenderError(f"the pages cannot be set: {shown(str(error), 200)} (report it with the lesson)") from error
    if not isinstance(made, bytes):
        raise RenderError(f"the pages fell apart: {shown(made)} (report it with the lesson)")
    return made


def _fonts() -> typst.Fonts:
    """The packaged fonts, and typst's own for code."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(fonts.FOLDER)])


def _head(language: Language) -> dict[str, object]:
    words = {word: texts.say(f"app.learn_{word}", language) for word in _WORDS}
    words |= {word: texts.say(f"classroom.{word}", language) for word in _MORE_WORDS}
    return {"lang": language, "words": words}


# ---- steps -----------------------------------------------------------------------------------------


def _step(lesson: Lesson, i: int, found: ResolvedStep, recordings: Mapping[str, Recording]) -> dict[str, object]:
    step = lesson.steps[i]
    code = [] if "code" in step.hide else _code(lesson, step)
    return {
        "number": i + 1,
        "text": found.text,
        "notes": found.notes,
        "asked": 2 * i,
        "answered": 2 * i + 1,
        "code": code if len(code) <= _MOST_LINES else [],
        "code-size": _code_size(code, 12, _SLIDE_COLUMN),
        "line": _line(recordings[step.run], found.cursor),
        "question": _question(step.question, found.question) if step.question and found.question else None,
    }


def _question(question: Question, found: ResolvedQuestion) -> dict[str, object]:
    return {
        "text": found.text,
        "order": question.kind == "order",
        "labels": list(found.labels),
        "chips": [number(value) for value in choices(found)] if question.chips else [],
        "answer": right_answer(found),
        "right": found.right,
        "wrong": usual_wrong(found),
    }


def usual_wrong(question: ResolvedQuestion) -> list[tuple[str, str]]:
    """Return the usual wrong answers as they are written, each with what is said to it."""
    found = [(number(one.value), one.text.replace("{guess}", number(one.value))) for one in question.wrong]
    pairs = enumerate(zip(question.labels, question.replies, strict=False))
    return found + [pair for i, pair in pairs if i != question.best]


def _code(lesson: Lesson, step: LessonStep) -> list[str]:
    return lesson.programs[step.run].code.strip().splitlines()


def _code_size(code: Sequence[str], most: float, room: float) -> float:
    """Return the size of letters at which a program fits into so many points."""
    longest = max((len(line) for line in code), default=0) + 5
    return min(most, room / (longest * 0.602))


def _line(recording: Recording, cursor: int) -> int:
    """Return the line of the program that a cursor stands at, from 1; 0 where there is none."""
    for event in reversed(recording.events[:cursor]):
        source = recording.ops[event.op].source if event.op is not None else None
        line = source.line if source is not None else event.fact("line")
        if isinstance(line, int):
            return line
    return 0


def _poster(lesson: Lesson) -> list[int]:
    """Return the steps that a poster shows: those that ask, else the last; each program once before any twice."""
    asked = [i for i, step in enumerate(lesson.steps) if step.question] or [len(lesson.steps) - 1]
    first = {lesson.steps[i].run: i for i in reversed(asked)}
    chosen = [*sorted(first.values()), *(i for i in asked if i not in first.values())]
    return sorted(chosen[:_POSTER_PARTS])
