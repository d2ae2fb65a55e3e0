"""``graphtrace frames`` and ``graphtrace worksheet``: events of a recording as files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from graphtrace.cli import scripts
from graphtrace.cli.arguments import SHEETS, dotted
from graphtrace.errors import RenderError, TraceError, shown
from graphtrace.export import image, written
from graphtrace.export.frames import ALL, ONE, all_frames, frame, frame_name, sheets, worksheet
from graphtrace.export.frames.drawing import AllFormat, OneFormat
from graphtrace.export.frames.look import LookOptions, checked_look
from graphtrace.literals import Background
from graphtrace.model import Recording

Format = TypeVar("Format", bound=str)


def run_frames(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Draw events of a recording, or of a script that is recorded first.

    Args:
        options: Those of ``graphtrace frames``.
        passed_on: Arguments of the script.

    Returns:
        The exit status of the script.
    """
    if not options.events and not options.all:
        raise TraceError("no event to draw: frames (add --event N, or --all)")
    if options.events and options.all:
        raise TraceError(f"one event or all of them: --event {options.events[0]} --all (leave one out)")
    single = not options.all and len(options.events) == 1
    if options.output is None and not single:
        raise TraceError(f"no file to write: {'--all' if options.all else '--event'} (give -o run with {dotted(ALL)})")
    if single:
        return _one(options, passed_on, _format(options, ONE, "svg"))
    return _many(options, passed_on, _format(options, ALL, "zip"))


def run_worksheet(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Draw an exercise and its answers.

    Args:
        options: Those of ``graphtrace worksheet``.
        passed_on: Arguments of the script.

    Returns:
        The exit status of the script.
    """
    if not options.events or getattr(options, "all", False):
        raise TraceError("a worksheet is of chosen events: worksheet (add --event N)")
    format = _format(options, SHEETS, "pdf")
    kinds = sheets.DEFAULT if options.blank is None else sheets.checked(options.blank.split(","))
    look = _look(options, options.background or "white")
    recording, status = scripts.recorded(options.script, passed_on, options)
    sheet = worksheet(recording, options.events, blank=kinds, **look)
    path = _path(recording, options, format)
    paths = sheet.save(path) if options.scale is None else sheet.save(path, options.scale)
    print(", ".join(map(str, paths)))
    return status


def _one(options: argparse.Namespace, passed_on: Sequence[str], format: OneFormat) -> int:
    look = _look(options, options.background or "theme")
    recording, status = scripts.recorded(options.script, passed_on, options)
    (event,) = options.events
    data = frame(recording, event, format, scale=2 if options.scale is None else options.scale, **look)
    print(f"{written(_path(recording, options, format), data)}: event {event} of {len(recording)}")
    return status


def _many(options: argparse.Namespace, passed_on: Sequence[str], format: AllFormat) -> int:
    look = _look(options, options.background or "theme")
    recording, status = scripts.recorded(options.script, passed_on, options)
    events = range(len(recording) + 1) if options.all else options.events
    data = all_frames(
        recording,
        format,
        events=events,
        picture=options.picture,
        scale=1 if options.scale is None else options.scale,
        seconds=options.seconds,
        progress=_progress,
        **look,
    )
    print(f"{written(Path(options.output), data)}: {len(events)} frames")
    return status


def _look(options: argparse.Namespace, background: Background) -> LookOptions:
    """Return the look; refuse a wrong call before a script runs, which may take hours."""
    scripts.require_folder(options.output)
    if options.scale is not None:
        image.check_scale(options.scale)
    look: LookOptions = {
        "fold": options.fold,
        "theme": options.theme,
        "background": background,
        "language": options.language,
        "width": options.width,
        "height": options.height,
        "title": scripts.title_of(options.script),
    }
    checked_look(**look)
    return look


def _path(recording: Recording, options: argparse.Namespace, format: str) -> Path:
    if options.output is not None:
        return Path(options.output)
    name = frame_name(recording, options.events[0], name=scripts.title_of(options.script))
    return Path(name).with_suffix(f".{format}")


def _format(options: argparse.Namespace, known: Sequence[Format], default: Format) -> Format:
    if options.output is None:
        return default
    ending = Path(options.output).suffix.lower().removeprefix(".")
    for format in known:
        if format == ending:
            return format
    raise RenderError(f"unknown format: {shown(options.output)} (end the name in {dotted(known)})")


def _progress(done: int, total: int) -> None:
    """One line that counts, for a person who waits; a file or a pipe gets none."""
    if sys.stderr.isatty():
        print(f"\r{done} / {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)
