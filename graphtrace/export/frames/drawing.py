"""Frames one after the other: which events, in which formats, and how many fit into one file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Literal, get_args

from graphtrace.errors import RenderError, shown
from graphtrace.export import typeset
from graphtrace.export.frames.engine import Engine, Frame
from graphtrace.export.frames.look import Look, require_list
from graphtrace.model import Recording

OneFormat = Literal["svg", "png", "pdf"]
AllFormat = Literal["zip", "pdf", "gif", "webp", "mp4"]
Progress = Callable[[int, int], object]

ONE: tuple[OneFormat, ...] = get_args(OneFormat)
ALL: tuple[AllFormat, ...] = get_args(AllFormat)
MOST_FRAMES = 3000  # of one file
MOST_MOVING = 2_000_000_000  # pixels of a moving picture, all frames together


def draw(
    recording: Recording,
    events: Iterable[int] | None = None,
    look: Look | None = None,
    progress: Progress | None = None,
) -> Iterator[Frame]:
    """Yield frames as SVG with the names of their files.

    Args:
        recording: What `graphtrace.record` gave.
        events: Which events, from 0, before everything, to ``len(recording)``; None for all.
        look: How they look.
        progress: Called with (frames drawn, frames wanted).

    Raises:
        RenderError: There is no such event, or there are too many.
    """
    with Engine(recording, look or Look()) as engine:
        wanted = checked_events(range(engine.length + 1) if events is None else events, engine.length)
        for done, event in enumerate(wanted, 1):
            yield engine.frame(event)
            if progress is not None:
                progress(done, len(wanted))


def checked_events(events: object, length: int) -> list[int]:
    """Return the events that were asked for, of a recording of `length` events.

    Raises:
        RenderError: There is no such event, or there are too many.
    """
    wanted = require_list("events", events, f"events from 0, before everything, to {length}")
    if not 0 < len(wanted) <= MOST_FRAMES:
        raise RenderError(f"number of events out of range: {len(wanted):,} (choose 1 to {MOST_FRAMES:,} with events=)")
    checked: list[int] = []
    for event in wanted:
        if isinstance(event, bool) or not isinstance(event, int) or not 0 <= event <= length:
            raise RenderError(f"no such event: {shown(event)} (use 0, before everything, to {length})")
        checked.append(event)
    return checked


def bounded(drawn: Iterable[Frame], scale: float) -> Iterator[str]:
    """Yield the pictures while all of them together stay small enough to hold.

    Raises:
        RenderError: They do not.
    """
    pixels = 0.0
    for frame in drawn:
        width, height = typeset.size(typeset.parsed(frame.svg))
        pixels += width * height * scale**2
        if pixels > MOST_MOVING:
            raise RenderError(f"the moving picture is too large: more than {MOST_MOVING:,} pixels (use fewer events)")
        yield frame.svg


def require_format(format: str, known: Collection[str]) -> None:
    """Refuse a format that is not among the known ones.

    Raises:
        RenderError: It is not.
    """
    if format not in known:
        raise RenderError(f"unknown format: {shown(format)} (use one of {', '.join(known)})")
