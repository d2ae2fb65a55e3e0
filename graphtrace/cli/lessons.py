"""``graphtrace lesson`` and ``graphtrace class-pack``: lessons as files, for a class."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from graphtrace.classroom.offline import lesson_page
from graphtrace.classroom.pack import chosen_lessons, class_pack
from graphtrace.classroom.running import run_lesson
from graphtrace.cli import scripts
from graphtrace.errors import TraceError, shown
from graphtrace.export import written
from graphtrace.lessons import Lesson, get


def run_page(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Run a lesson's programs and write its page.

    Args:
        options: Those of ``graphtrace lesson``.
        passed_on: Words behind ``--``; there must be none.

    Returns:
        The exit status.
    """
    refuse(passed_on)
    lesson = get(options.lesson)
    output = options.output or f"{lesson.id}.html"
    if not output.lower().endswith(".html"):
        raise TraceError(f"a lesson is a page: {shown(output)} (end the name in .html)")
    scripts.require_folder(output)
    page = lesson_page(run_lesson(lesson), options.language, options.address)
    print(f"{written(Path(output), page.encode())}: {len(lesson.steps)} steps")
    return 0


def run_pack(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Run lessons and write the pack of a class.

    Args:
        options: Those of ``graphtrace class-pack``.
        passed_on: Words behind ``--``; there must be none.

    Returns:
        The exit status.
    """
    refuse(passed_on)
    if not options.output.lower().endswith(".zip"):
        raise TraceError(f"a pack is a zip: {shown(options.output)} (end the name in .zip)")
    scripts.require_folder(options.output)
    lessons = chosen_lessons(options.lessons)
    data = class_pack(
        map(run_lesson, lessons),
        options.language,
        address=options.address,
        pictures=options.pictures,
        shade=options.colours,
        told=_progress,
    )
    print(f"{written(Path(options.output), data)}: {len(lessons)} lessons")
    return 0


def _progress(lesson: Lesson) -> None:
    """Say which lesson is done, to a person who waits; a file or a pipe gets none."""
    if sys.stderr.isatty():
        print(f"{lesson.number:2}  {lesson.title.en}", file=sys.stderr, flush=True)


def refuse(passed_on: Sequence[str]) -> None:
    """Refuse words for a script where there is none.

    Raises:
        TraceError: There are some.
    """
    if passed_on:
        raise TraceError(f"no script that takes arguments: {shown(list(passed_on))} (leave -- out)")
