"""The command line's part about frames: its options, and what they write."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from graphtrace.errors import RenderError, TraceError, shown
from graphtrace.export import image
from graphtrace.export.frames import ALL, ONE, all_frames, frame, frame_name, sheets, worksheet
from graphtrace.export.frames.files import written
from graphtrace.export.frames.look import BACKGROUNDS, looks
from graphtrace.literals import LANGUAGES
from graphtrace.model import Recording

_WORKSHEET = ("pdf", "svg", "png")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that are about frames."""
    group = parser.add_argument_group("frames of a recording")
    group.add_argument("--step", type=int, metavar="N", help=f"draw the frame after N events: {_list(ONE)}")
    group.add_argument("--all-steps", action="store_true", help=f"draw every step into one file: {_list(ALL)}")
    group.add_argument("--worksheet", action="store_true", help=f"leave numbers out at --step: {_list(_WORKSHEET)}")
    group.add_argument("--blank", metavar="KINDS", help=f"what a worksheet leaves out, of {','.join(sheets.KINDS)}")
    group.add_argument("--background", choices=BACKGROUNDS, help="of a frame; a worksheet is white")
    group.add_argument("--language", choices=LANGUAGES, default="en")
    group.add_argument("--width", type=int, default=1600, help="pixels of a frame at scale 1")
    group.add_argument("--height", type=int, help="pixels; left out, as high as the picture wants to be")
    group.add_argument("--picture", choices=("svg", "png"), default="svg", help="what a zip holds")
    group.add_argument("--seconds", type=float, default=0.8, help="how long a moving picture shows a step")


def wanted(options: argparse.Namespace) -> bool:
    """Return whether the call is about frames."""
    return options.step is not None or options.all_steps or options.worksheet


def check(options: argparse.Namespace) -> None:
    """Refuse a wrong call before a script runs, which may take hours."""
    if options.worksheet and (options.step is None or options.all_steps):
        raise TraceError("a worksheet is of one step: --worksheet (add --step N)")
    if options.all_steps and options.step is not None:
        raise TraceError(f"one step or all of them: --step {options.step} --all-steps (leave one out)")
    if options.output is None and options.step is None:
        raise TraceError(f"no file to write: --all-steps (give -o steps with {_list(ALL)})")
    if options.blank is not None:
        sheets.checked(options.blank.split(","))
    _format(options)
    looks(**_look(options))
    check_folder(options)


def check_folder(options: argparse.Namespace) -> None:
    """Refuse a file that nowhere lies, and a size that no PNG has, as early."""
    if options.output and not Path(options.output).parent.is_dir():
        raise RenderError(f"no such folder: {shown(str(Path(options.output).parent))} (make it first)")
    if options.scale is not None:
        image.check_scale(options.scale)


def save(recording: Recording, options: argparse.Namespace) -> str:
    """Write what was asked for, and say in one line what that is."""
    look = _look(options)
    scale = {} if options.scale is None else {"scale": options.scale}
    if options.worksheet:
        kinds = sheets.DEFAULT if options.blank is None else options.blank.split(",")
        made = worksheet(recording, options.step, blank=kinds, **look)
        return ", ".join(map(str, made.save(_path(recording, options), **scale)))
    if options.all_steps:
        more = {"picture": options.picture, "seconds": options.seconds, "progress": _progress, **scale}
        data = all_frames(recording, _format(options), **more, **look)
        return f"{written(Path(options.output), data)}: {len(recording) + 1} steps"
    data = frame(recording, options.step, _format(options), **scale, **look)
    return f"{written(_path(recording, options), data)}: step {options.step} of {len(recording)}"


def _look(options: argparse.Namespace) -> dict[str, Any]:
    name = Path(options.script).name.partition(".")[0]
    look = {"fold": options.fold, "theme": options.theme, "language": options.language, "title": name}
    look |= {"width": options.width, "height": options.height}
    return look if options.background is None else {**look, "background": options.background}


def _path(recording: Recording, options: argparse.Namespace) -> Path:
    if options.output is not None:
        return Path(options.output)
    return Path(frame_name(recording, options.step, _format(options), name=Path(options.script).name.partition(".")[0]))


def _format(options: argparse.Namespace) -> str:
    known = _WORKSHEET if options.worksheet else ALL if options.all_steps else ONE
    if options.output is None:
        return "pdf" if options.worksheet else "svg"
    found = Path(options.output).suffix.lower().removeprefix(".")
    if found not in known:
        raise RenderError(f"unknown format: {shown(options.output)} (end the name in {_list(known)})")
    return found


def _progress(done: int, total: int) -> None:
    """One line that counts, for a person who waits; a file or a pipe gets none."""
    if sys.stderr.isatty():
        print(f"\r{done} / {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _list(formats: tuple[str, ...]) -> str:
    return " ".join(f".{one}" for one in formats)
