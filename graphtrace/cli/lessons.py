"""``graphtrace lesson``: a lesson as one page that works offline."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from graphtrace.classroom.offline import lesson_page
from graphtrace.classroom.running import run_lesson
from graphtrace.cli import scripts
from graphtrace.errors import TraceError, shown
from graphtrace.export import written
from graphtrace.lessons import get


def run(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
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


def refuse(passed_on: Sequence[str]) -> None:
    """Refuse words for a script where there is none.

    Raises:
        TraceError: There are some.
    """
    if passed_on:
        raise TraceError(f"no script that takes arguments: {shown(list(passed_on))} (leave -- out)")
