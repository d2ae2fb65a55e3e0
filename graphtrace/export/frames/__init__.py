"""Frames of a recording as files, without a browser: one step, all steps, or a worksheet.

    gt.frame(recording, 7, "png")                      # bytes of one picture
    gt.all_frames(recording, "gif")                    # all steps: zip, pdf, gif, webp, mp4
    gt.worksheet(recording, 7).save("exercise.pdf")    # numbers left out, answers in the second part

The viewer's own JavaScript draws them, in V8, so that a file from here and one from a browser are the same.
All take the same options:
    fold: ``autograd``, ``concept`` or ``module``; None for the one that suits.
    opened: Paths of the modules that the module view draws open.
    theme: ``light`` or ``dark``.
    background: ``theme``, ``white`` or ``transparent``.
    language: ``en`` or ``zh``.
    width, height: Size in pixels; without a height as high as the picture wants to be.
    caption: Whether the sentence, the place and what the view leaves out are written below.
    title: What stands before the place; `name` begins the names of files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import tee
from typing import Any

from graphtrace.errors import RenderError, shown
from graphtrace.export import image, pdf, typeset
from graphtrace.export.frames import moving, sheets
from graphtrace.export.frames.engine import Engine, Frame
from graphtrace.export.frames.files import zipped
from graphtrace.export.frames.look import Look, given_list, looks
from graphtrace.export.frames.sheets import Worksheet
from graphtrace.model import Recording

__all__ = ["ALL", "ONE", "Frame", "Worksheet", "all_frames", "draw", "frame", "frame_name", "worksheet"]

ONE = ("svg", "png", "pdf")
ALL = ("zip", "pdf", *moving.FORMATS)
MOST_STEPS = 3000  # frames of one file
MOST_MOVING = 2_000_000_000  # pixels of a moving picture, all frames together

Progress = Callable[[int, int], object]


def frame(recording: Recording, step: int, format: str = "svg", *, scale: float = 2, **options: Any) -> bytes:
    """Return the picture after `step` events, as the player shows it at "event n of m".

    Args:
        recording: What `graphtrace.record` gave.
        step: 0, before everything, to ``len(recording)``.
        format: ``svg``, ``png`` or ``pdf``.
        scale: Pixels of a PNG per pixel of the drawing, 1 to 4.
        **options: See `graphtrace.export.frames`.

    Raises:
        RenderError: A step, format or option is out of range.
    """
    _known(format, ONE)
    svg = next(draw(recording, [step], **options)).svg
    if format == "png":
        return image.png(svg, scale)
    return pdf.pdf([svg], options.get("title", "")) if format == "pdf" else svg.encode()


def frame_name(recording: Recording, step: int, format: str = "svg", *, name: str = "") -> str:
    """Return a file name that sorts by step: ``lenet_step07_backward.svg``.

    Args:
        recording: What `graphtrace.record` gave.
        step: 0, before everything, to ``len(recording)``.
        format: ``svg``, ``png`` or ``pdf``.
        name: How it begins; left out, ``graph``.

    Raises:
        RenderError: There is no such step or format.
    """
    _known(format, ONE)
    return f"{next(draw(recording, [step], name=name)).name}.{format}"


def all_frames(
    recording: Recording,
    format: str = "zip",
    *,
    steps: Iterable[int] | None = None,
    picture: str = "svg",
    scale: float = 1,
    seconds: float = 0.8,
    progress: Progress | None = None,
    **options: Any,
) -> bytes:
    """Return every step in one file.

    Args:
        recording: What `graphtrace.record` gave.
        format: ``zip`` of numbered pictures, ``pdf`` with a page a step, or moving: ``gif``, ``webp``, ``mp4``.
        steps: Which steps; None for all, the start included.
        picture: What a zip holds: ``svg`` or ``png``.
        scale: Pixels per pixel of the drawing, 1 to 4.
        seconds: How long a moving picture shows a step.
        progress: Called with (steps drawn, steps wanted).
        **options: See `graphtrace.export.frames`.

    Raises:
        RenderError: A step, format or option is out of range, or the file would be too large.
    """
    _known(format, ALL)
    _known(picture, ("svg", "png"))
    if format in moving.FORMATS:
        moving.check(format, options.get("background", "theme"), seconds)
    drawn = draw(recording, steps, progress=progress, **options)
    if format == "pdf":
        return pdf.pdf([one.svg for one in drawn], options.get("title", ""))
    if format in moving.FORMATS:
        return moving.moving(image.pngs(_bounded(drawn, scale), scale), format, seconds)
    if picture == "svg":
        return zipped((f"{one.name}.svg", one.svg.encode()) for one in drawn)
    first, second = tee(drawn)
    pictures = image.pngs((one.svg for one in first), scale)
    return zipped((f"{one.name}.png", data) for one, data in zip(second, pictures, strict=True))


def worksheet(
    recording: Recording, steps: int | Iterable[int], *, blank: Collection[str] = sheets.DEFAULT, **options: Any
) -> Worksheet:
    """Return an exercise: frames with numbers left out, and their answers.

    Args:
        recording: What `graphtrace.record` gave.
        steps: One step or several, a page each.
        blank: What to leave out, of ``value``, ``gradient`` (what has arrived at a node), ``sum`` (contributions at
            a +) and ``grad`` (a leaf's bucket).
        **options: See `graphtrace.export.frames`; the background is white unless said otherwise.

    Raises:
        RenderError: A step, kind or option is out of range.
    """
    from graphtrace.texts import say

    kinds = sheets.checked(blank)
    look = looks(**{"background": "white", **options})
    task_title, key_title, signed = (
        say(f"viewer.{key}", look.language) for key in ("sheet_task", "sheet_key", "sheet_signed")
    )
    tasks, keys = [], []
    with Engine(recording, look) as engine:
        for step in _steps([steps] if isinstance(steps, int) else steps, engine.length):
            task = engine.frame(step, blank=kinds, heading=task_title, signed=signed)
            key = engine.frame(step, blank=kinds, heading=key_title, key=True)
            tasks.append(Frame(f"{task.name}_worksheet", task.svg))
            keys.append(Frame(f"{key.name}_key", key.svg))
    return Worksheet(tuple(tasks), tuple(keys))


def draw(
    recording: Recording, steps: Iterable[int] | None = None, *, progress: Progress | None = None, **options: Any
) -> Iterator[Frame]:
    """Yield the frames of some steps, all by default, as SVG with the names of their files."""
    look: Look = looks(**options)
    with Engine(recording, look) as engine:
        wanted = _steps(range(engine.length + 1) if steps is None else steps, engine.length)
        for done, step in enumerate(wanted, 1):
            yield engine.frame(step)
            if progress is not None:
                progress(done, len(wanted))


def _steps(steps: object, length: int) -> list[int]:
    wanted = given_list("steps", steps, f"steps from 0, before everything, to {length}")
    if not 0 < len(wanted) <= MOST_STEPS:
        raise RenderError(f"number of steps out of range: {len(wanted):,} (choose 1 to {MOST_STEPS:,} with steps=)")
    for step in wanted:
        if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= length:
            raise RenderError(f"no such step: {shown(step)} (use 0, before everything, to {length})")
    return wanted


def _bounded(drawn: Iterable[Frame], scale: float) -> Iterator[str]:
    """Yield the pictures while all of them together stay small enough to hold."""
    pixels = 0.0
    for one in drawn:
        width, height = typeset.size(typeset.parsed(one.svg))
        pixels += width * height * scale**2
        if pixels > MOST_MOVING:
            raise RenderError(f"the moving picture is too large: more than {MOST_MOVING:,} pixels (use fewer steps)")
        yield one.svg


def _known(format: str, known: Collection[str]) -> None:
    if format not in known:
        raise RenderError(f"unknown format: {shown(format)} (use one of {', '.join(known)})")
