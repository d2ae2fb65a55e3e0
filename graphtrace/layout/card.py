"""Cards: what is written on a box and how large that makes it. The only place where text is measured."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from graphtrace.layout.records import Card, TextLine
from graphtrace.layout.text_width import clean, cut, width
from graphtrace.literals import LineRole
from graphtrace.model import Box

NARROWEST, WIDEST = 96.0, 230.0
LEFT, RIGHT = 14.0, 12.0  # the coloured bar on the left is 4 px
TOP, BOTTOM = 9.0, 9.0
STUB = Card(8.0, 8.0)
_OPENER = 16.0  # space for the sign that a box can be opened
_Style = dict[LineRole, tuple[float, float]]  # font size and leading
_STYLE: _Style = {"title": (13.0, 17.0), "subtitle": (11.0, 14.0), "text": (11.0, 14.0), "detail": (10.0, 13.0)}
_LARGE: _Style = {"title": (17.0, 22.0), "subtitle": (14.0, 18.0), "text": (14.0, 18.0), "detail": (14.0, 18.0)}
LARGE_TITLE = _LARGE["title"][0]


def card(box: Box, reserved: tuple[float, float] = (0.0, 0.0), *, large: bool = False) -> Card:
    """Return the card of `box`: its lines cut to fit, and the size they need.

    Args:
        box: What to write. A stub has no lines.
        reserved: Width and height kept free below the lines, for what changes while a recording plays.
        large: Whether it is written in large type, with the shape before the type of the node in one line.

    Returns:
        A card between 96 and 230 px wide, wider only for what is reserved; as tall as its lines and that.
    """
    if box.kind == "stub":
        return STUB
    texts = _short_texts(box) if large else _texts(box)
    return _written(tuple((role, text) for role, text in texts if text), box.openable, reserved, large)


@lru_cache(maxsize=4096)  # a large net has few different cards
def _written(
    raw: tuple[tuple[LineRole, str], ...], openable: bool, reserved: tuple[float, float], large: bool = False
) -> Card:
    style = _LARGE if large else _STYLE
    texts = [(role, clean(text)) for role, text in raw]
    needed = max((_needed(style, role, text, openable) for role, text in texts), default=0.0)
    wide = max(ceil(LEFT + reserved[0] + RIGHT), min(WIDEST, max(NARROWEST, ceil(LEFT + needed + RIGHT))))
    lines: list[TextLine] = []
    y = TOP
    for role, text in texts:
        size, leading = style[role]
        fits = wide - LEFT - RIGHT - _extra(role, openable)
        shown = cut(text, size, fits, bold=role == "title", middle=role == "title")
        lines.append(TextLine(role, LEFT, round(y + 0.5 * leading + 0.36 * size, 2), size, fits, shown, text))
        y += leading
    return Card(wide, max(y + reserved[1] + BOTTOM, 2 * TOP + style["title"][1]), tuple(lines))


def _texts(box: Box) -> list[tuple[LineRole, str]]:
    details: list[tuple[LineRole, str]] = [("detail", text) for text in box.details]
    return [("title", box.title), ("subtitle", box.subtitle), ("text", box.text), *details]


def _short_texts(box: Box) -> list[tuple[LineRole, str]]:
    """Return title, and shape and type in one line: ``4×3 · AddmmBackward0``."""
    shape = box.text.partition(" ")[0]
    details: list[tuple[LineRole, str]] = [("detail", text) for text in box.details]
    return [("title", box.title), ("subtitle", " · ".join(filter(None, (shape, box.subtitle)))), *details]


def _needed(style: _Style, role: LineRole, text: str, openable: bool) -> float:
    return width(text, style[role][0], bold=role == "title") + _extra(role, openable)


def _extra(role: LineRole, openable: bool) -> float:
    return _OPENER if openable and role == "title" else 0.0
