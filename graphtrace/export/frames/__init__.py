"""Frames of a recording as files, without a browser: one event, all events, or a worksheet.

    gt.frame(recording, 7, "png")                      # bytes of one picture
    gt.all_frames(recording, "gif")                    # all events: zip, pdf, gif, webp, mp4
    gt.worksheet(recording, 7).save("exercise.pdf")    # numbers left out, answers in the second part

The viewer's own JavaScript draws them, in V8, so that a file from here and one from a browser are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import tee

from graphtrace.export import image, pdf
from graphtrace.export.frames import moving, sheets
from graphtrace.export.frames.drawing import (
    ALL,
    ONE,
    AllFormat,
    OneFormat,
    Progress,
    bounded,
    checked_events,
    draw,
    require_format,
)
from graphtrace.export.frames.engine import Engine, Frame
from graphtrace.export.frames.files import zipped
from graphtrace.export.frames.look import checked_look
from graphtrace.export.frames.sheets import NumberKind, Worksheet
from graphtrace.literals import Background, Language, ThemeName, ViewName
from graphtrace.model import Recording

__all__ = ["ALL", "ONE", "Frame", "Worksheet", "all_frames", "draw", "frame", "frame_name", "worksheet"]


def frame(
    recording: Recording,
    event: int,
    format: OneFormat = "svg",
    *,
    scale: float = 2,
    fold: ViewName | None = None,
    opened: Collection[str] | None = None,
    theme: ThemeName = "light",
    background: Background = "theme",
    language: Language = "en",
    width: int = 1600,
    height: int | None = None,
    caption: bool = True,
    title: str = "",
    name: str = "",
) -> bytes:
    """Return the picture after `event` events, as the player shows it at "event n of m".

    Args:
        recording: What `graphtrace.record` gave.
        event: 0, before everything, to ``len(recording)``.
        format: ``svg``, ``png`` or ``pdf``.
        scale: Pixels of a PNG per pixel of the drawing, 1 to 4.
        fold: ``autograd`` (every node), ``concept`` or ``module``; None for the one that suits.
        opened: Paths of the modules that the module view draws open.
        theme: ``light`` or ``dark``.
        background: ``theme``, ``white`` or ``transparent``.
        language: ``en`` or ``zh``.
        width: Pixels, 200 to 8000.
        height: Pixels; None for as high as the picture needs.
        caption: Whether the sentence, the place and what the view leaves out are written below.
        title: What stands before the place.
        name: How the name of a file begins; left out, the title.

    Raises:
        RenderError: An event, format or option is out of range.
    """
    require_format(format, ONE)
    look = checked_look(fold, opened, theme, background, language, width, height, caption, title, name)
    svg = next(draw(recording, [event], look)).svg
    if format == "png":
        return image.png(svg, scale)
    return pdf.pdf([svg], title) if format == "pdf" else svg.encode()


def frame_name(recording: Recording, event: int, format: OneFormat = "svg", *, name: str = "") -> str:
    """Return a file name that sorts by event: ``lenet_step07_backward.svg``.

    Args:
        recording: What `graphtrace.record` gave.
        event: 0, before everything, to ``len(recording)``.
        format: ``svg``, ``png`` or ``pdf``.
        name: How it begins; left out, ``graph``.

    Raises:
        RenderError: There is no such event or format.
    """
    require_format(format, ONE)
    return f"{next(draw(recording, [event], checked_look(name=name))).name}.{format}"


def all_frames(
    recording: Recording,
    format: AllFormat = "zip",
    *,
    events: Iterable[int] | None = None,
    steps: Iterable[int] | None = None,
    picture: sheets.PageFormat = "svg",
    scale: float = 1,
    seconds: float = 0.8,
    progress: Progress | None = None,
    fold: ViewName | None = None,
    opened: Collection[str] | None = None,
    theme: ThemeName = "light",
    background: Background = "theme",
    language: Language = "en",
    width: int = 1600,
    height: int | None = None,
    caption: bool = True,
    title: str = "",
    name: str = "",
) -> bytes:
    """Return a picture of every event in one file.

    Args:
        recording: What `graphtrace.record` gave.
        format: ``zip`` of numbered pictures, ``pdf`` with a page an event, or moving: ``gif``, ``webp``, ``mp4``.
        events: Which events; None for all, the start (0) included.
        steps: The name of `events` in version 0.1.
        picture: What a zip holds: ``svg`` or ``png``.
        scale: Pixels per pixel of the drawing, 1 to 4.
        seconds: How long a moving picture shows an event, 0.05 to 60.
        progress: Called with (frames drawn, frames wanted).
        fold: View to draw; this and all below as for `frame`.
        opened: Paths of the modules that the module view draws open.
        theme: ``light`` or ``dark``.
        background: ``theme``, ``white`` or ``transparent``, which a moving picture cannot be.
        language: ``en`` or ``zh``.
        width: Pixels, 200 to 8000.
        height: Pixels; None for as high as the picture needs.
        caption: Whether something is written below.
        title: What stands before the place.
        name: How the names of files begin; left out, the title.

    Raises:
        RenderError: An event, format or option is out of range, or the file would be too large.
    """
    require_format(format, ALL)
    require_format(picture, sheets.PAGES)
    if format in moving.FORMATS:
        moving.check(format, background, seconds)
    look = checked_look(fold, opened, theme, background, language, width, height, caption, title, name)
    drawn = draw(recording, steps if events is None else events, look, progress)
    if format == "pdf":
        return pdf.pdf([frame.svg for frame in drawn], title)
    if format in moving.FORMATS:
        return moving.moving(image.pngs(bounded(drawn, scale), scale), format, seconds)
    if picture == "svg":
        return zipped((f"{frame.name}.svg", frame.svg.encode()) for frame in drawn)
    first, second = tee(drawn)
    pictures = image.pngs((frame.svg for frame in first), scale)
    return zipped((f"{frame.name}.png", data) for frame, data in zip(second, pictures, strict=True))


def worksheet(
    recording: Recording,
    events: int | Iterable[int],
    *,
    blank: Collection[NumberKind] = sheets.DEFAULT,
    fold: ViewName | None = None,
    opened: Collection[str] | None = None,
    theme: ThemeName = "light",
    background: Background = "white",
    language: Language = "en",
    width: int = 1600,
    height: int | None = None,
    caption: bool = True,
    title: str = "",
    name: str = "",
) -> Worksheet:
    """Return an exercise: frames with numbers left out, and their answers.

    Args:
        recording: What `graphtrace.record` gave.
        events: One event or several, a page each.
        blank: What to leave out, of ``value``, ``gradient`` (what has arrived at a node), ``sum`` (contributions at
            a +) and ``grad`` (a leaf's bucket).
        fold: View to draw; this and all below as for `frame`.
        opened: Paths of the modules that the module view draws open.
        theme: ``light`` or ``dark``.
        background: ``theme``, ``white`` or ``transparent``.
        language: ``en`` or ``zh``.
        width: Pixels, 200 to 8000.
        height: Pixels; None for as high as the picture needs.
        caption: Whether something is written below.
        title: What stands before the place.
        name: How the names of files begin; left out, the title.

    Raises:
        RenderError: An event, kind or option is out of range.
    """
    from graphtrace.texts import say

    kinds = sheets.checked(blank)
    look = checked_look(fold, opened, theme, background, language, width, height, caption, title, name)
    task_title, key_title, signed = (
        say(f"viewer.{key}", look.language) for key in ("sheet_task", "sheet_key", "sheet_signed")
    )
    tasks, keys = [], []
    with Engine(recording, look) as engine:
        for event in checked_events([events] if isinstance(events, int) else events, engine.length):
            task = engine.frame(event, blank=kinds, heading=task_title, signed=signed)
            key = engine.frame(event, blank=kinds, heading=key_title, key=True)
            tasks.append(Frame(f"{task.name}_worksheet", task.svg))
            keys.append(Frame(f"{key.name}_key", key.svg))
    return Worksheet(tuple(tasks), tuple(keys))
