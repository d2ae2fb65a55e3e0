"""The pack of a class: everything of some lessons in one zip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from graphtrace import texts
from graphtrace.classroom.addresses import HERE, checked_address, qr_code, step_address
from graphtrace.classroom.handouts import KINDS, address_sheet, lesson_sheets
from graphtrace.classroom.offline import lesson_page
from graphtrace.classroom.pictures import PictureFormat, Shade, StepPictures, lesson_pictures, picture_file
from graphtrace.classroom.running import LessonRun
from graphtrace.export.frames.files import zipped
from graphtrace.lessons import Lesson, LessonError, all_lessons, get
from graphtrace.literals import Language

Told = Callable[[Lesson], object]
_File = tuple[str, bytes]


def chosen_lessons(names: str) -> tuple[Lesson, ...]:
    """Return the lessons of a list as ``forks,buckets``, in the order of the course; ``all`` are all of them.

    Raises:
        LessonError: One is unknown, or there is none.
    """
    if names.strip() == "all":
        return all_lessons()
    wanted = {get(name.strip()).id for name in names.split(",") if name.strip()}
    if not wanted:
        raise LessonError(f"no lesson: {names!r} (name some, as forks,buckets, or all)")
    return tuple(lesson for lesson in all_lessons() if lesson.id in wanted)


def class_pack(
    runs: Iterable[LessonRun],
    language: Language,
    *,
    address: str = HERE,
    pictures: PictureFormat | None = None,
    shade: Shade = "light",
    told: Told | None = None,
) -> bytes:
    """Return a zip: per lesson slides, worksheet with answers, notes, poster and offline page; addresses of all.

    Args:
        runs: The lessons, run.
        language: Of all texts.
        address: Of the app, as the class reaches it.
        pictures: Format of the pictures of steps; None for no such files.
        shade: Colours of those: ``light``, ``dark`` or ``bw``.
        told: Called with each lesson that is done.

    Raises:
        RenderError: An option is unknown.
        MissingPackageError: A package of the extra ``class`` is not installed.
    """
    return zipped(_files(runs, checked_address(address), texts.check_language(language), pictures, shade, told))


def _files(
    runs: Iterable[LessonRun],
    base: str,
    language: Language,
    format: PictureFormat | None,
    shade: Shade,
    told: Told | None,
) -> Iterator[_File]:
    done: list[Lesson] = []
    for run in runs:
        lesson = run.lesson
        folder = f"{lesson.number:02}-{lesson.id}"
        yield from _sheets(run, folder, base, language)
        if format is not None:
            yield from _pictures(run, folder, language, format, shade)
        yield f"{folder}/{lesson.id}.html", lesson_page(run, language, base).encode()
        yield f"{folder}/{lesson.id}-qr.svg", qr_code(step_address(base, lesson, 0, language)).encode()
        done.append(lesson)
        if told is not None:
            told(lesson)
    yield "addresses.pdf", address_sheet(done, base, language)
    yield "addresses.txt", _list(done, base, language).encode()
    yield "README.txt", _readme(done, language).encode()


def _sheets(run: LessonRun, folder: str, base: str, language: Language) -> Iterator[_File]:
    with lesson_pictures(run, language) as drawing:
        drawn = [drawing.of(i) for i in range(len(run.lesson.steps))]
    sheets = lesson_sheets(run, drawn, base, language)
    for kind in KINDS:
        yield f"{folder}/{run.lesson.id}-{kind}.pdf", sheets.pdf(kind)


def _pictures(run: LessonRun, folder: str, language: Language, format: PictureFormat, shade: Shade) -> Iterator[_File]:
    with lesson_pictures(run, language, shade, caption=True) as drawing:
        drawn: list[StepPictures] = [drawing.of(i) for i in range(len(run.lesson.steps))]
    for step in drawn:
        name, content = picture_file(step.asked, format)
        yield f"{folder}/pictures/{name}", content


def _list(lessons: Sequence[Lesson], base: str, language: Language) -> str:
    """Return every address in a line: lesson, step, address, with tabs between them."""
    lines = [
        f"{lesson.number} {lesson.title.of(language)}\t{i + 1}\t{step_address(base, lesson, i, language)}"
        for lesson in lessons
        for i in range(len(lesson.steps))
    ]
    return "\n".join(lines) + "\n"


def _readme(lessons: Sequence[Lesson], language: Language) -> str:
    named = "\n".join(f"{lesson.number:02}-{lesson.id}/  {lesson.title.of(language)}" for lesson in lessons)
    return f"{texts.say('classroom.readme', language)}\n\n{named}\n"
