"""Pictures of a lesson's steps: the player's own drawing, what is asked left out, what matters marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, get_args

from graphtrace.classroom.running import LessonRun
from graphtrace.errors import RenderError, shown
from graphtrace.export import image
from graphtrace.export.frames.engine import Engine
from graphtrace.export.frames.look import Look
from graphtrace.lessons import ResolvedQuestion, ResolvedStep, resolve
from graphtrace.literals import Language
from graphtrace.model import phases_of

Shade = Literal["light", "dark", "bw"]
SHADES: tuple[Shade, ...] = get_args(Shade)
PictureFormat = Literal["svg", "png"]
PICTURE_FORMATS: tuple[PictureFormat, ...] = get_args(PictureFormat)

_COLOUR = re.compile(r"#([0-9a-fA-F]{6})\b")
_WIDTH = 1280


@dataclass(frozen=True, slots=True)
class StepPicture:
    """A step as a picture: `name` is that of its file, without a suffix."""

    name: str
    svg: str


@dataclass(frozen=True, slots=True)
class StepPictures:
    """A step where it asks, and where its answer is seen; without a question both are the same."""

    asked: StepPicture
    answered: StepPicture


class LessonPictures:
    """The pictures of a lesson. Use `lesson_pictures`: it frees what they are drawn with.

    Args:
        run: The lesson, run.
        language: Of the words in the pictures.
        shade: Colours: ``light``, ``dark`` or ``bw``.
        caption: Whether the player's sentence stands below.
    """

    def __init__(self, run: LessonRun, language: Language, shade: Shade = "light", caption: bool = False) -> None:
        self.run, self.language, self.shade, self.caption = run, language, shade, caption
        self._engines: dict[str, Engine] = {}

    def close(self) -> None:
        """Free what draws."""
        for engine in self._engines.values():
            engine.__exit__(None, None, None)
        self._engines.clear()

    def of(self, number: int) -> StepPictures:
        """Return the pictures of a step, counted from 0."""
        step = self.run.lesson.steps[number]
        found = resolve(step, self.run.recordings[step.run], self.language)
        asked = self._draw(number, found, found.cursor, opened=found.question is None)
        if found.question is None:
            return StepPictures(asked, asked)
        return StepPictures(asked, self._draw(number, found, found.question.reveal, opened=True))

    def _draw(self, number: int, step: ResolvedStep, cursor: int, *, opened: bool) -> StepPicture:
        engine = self._engine(self.run.lesson.steps[number].run)
        frame = engine.frame(cursor, lesson=told(step, opened=opened))
        svg = greyed(frame.svg) if self.shade == "bw" else frame.svg
        return StepPicture(picture_name(self.run, number), svg)

    def _engine(self, program: str) -> Engine:
        if program not in self._engines:
            dark = self.shade == "dark"
            look = Look(
                theme="dark" if dark else "light",
                background="theme" if dark else "white",
                language=self.language,
                width=_WIDTH,
                caption=self.caption,
                name=self.run.lesson.id,
            )
            self._engines[program] = Engine(self.run.recordings[program], look)
        return self._engines[program]


@contextmanager
def lesson_pictures(
    run: LessonRun, language: Language, shade: Shade = "light", caption: bool = False
) -> Iterator[LessonPictures]:
    """Draw pictures of a lesson inside this block, see `LessonPictures`.

    Raises:
        RenderError: There are no such colours.
    """
    if shade not in SHADES:
        raise RenderError(f"unknown colours: {shown(shade)} (use one of {', '.join(SHADES)})")
    pictures = LessonPictures(run, language, shade, caption)
    try:
        yield pictures
    finally:
        pictures.close()


def step_picture(
    run: LessonRun, number: int, language: Language, shade: Shade = "light", format: PictureFormat = "svg"
) -> tuple[str, bytes]:
    """Return the picture of a step where it asks, for one's own slides: name of its file and content.

    Args:
        run: The lesson, run.
        number: Of the step, from 0.
        language: Of its words.
        shade: Colours: ``light``, ``dark`` or ``bw``.
        format: ``svg`` or ``png``.

    Raises:
        RenderError: Colours or format are unknown.
    """
    with lesson_pictures(run, language, shade, caption=True) as pictures:
        return picture_file(pictures.of(number).asked, format)


def picture_name(run: LessonRun, number: int) -> str:
    """Return how the file of a step is called, without drawing it: ``forks-3-backward``."""
    step = run.lesson.steps[number]
    recording = run.recordings[step.run]
    cursor = resolve(step, recording, "en").cursor
    phase = phases_of(recording.events)[cursor - 1] if cursor else "start"
    return f"{run.lesson.id}-{number + 1}-{phase}"


def picture_file(picture: StepPicture, format: PictureFormat) -> tuple[str, bytes]:
    """Return name and content of a picture's file.

    Raises:
        RenderError: The format is unknown.
    """
    if format not in PICTURE_FORMATS:
        raise RenderError(f"unknown format: {shown(format)} (use one of {', '.join(PICTURE_FORMATS)})")
    content = picture.svg.encode() if format == "svg" else image.png(picture.svg)
    return f"{picture.name}.{format}", content


def told(step: ResolvedStep, *, opened: bool) -> dict[str, object]:
    """Return what a step says of its picture, as the viewer's veil takes it."""
    question = step.question
    return {
        "here": question.reveal if question and opened else step.cursor,
        "marked": [(place.graph, place.node) for place in step.highlight],
        "blanks": sent_blanks(question) if question else [],
        "open": opened,
        "guess": "",
    }


def sent_blanks(question: ResolvedQuestion) -> list[dict[str, object]]:
    """Return the numbers that a picture leaves out, as the viewer takes them."""
    return [
        {"what": one.what, "leaf": one.leaf, "nodes": [(place.graph, place.node) for place in one.nodes]}
        for one in question.blanks
    ]


def greyed(svg: str) -> str:
    """Return a drawing in grey: lines, signs and words say what colours did."""
    return _COLOUR.sub(_grey, svg)


def _grey(found: re.Match[str]) -> str:
    red, green, blue = (int(found[1][i : i + 2], 16) for i in (0, 2, 4))
    level = round(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return f"#{level:02x}{level:02x}{level:02x}"
