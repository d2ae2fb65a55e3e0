"""Cards: what is written on a box and how large that makes it. The only place where text is measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from graphtrace.layout.records import Card, TextLine
from graphtrace.layout.text_width import clean, cut, cut_title, width
from graphtrace.literals import LineRole
from graphtrace.model import Box

NARROWEST, WIDEST = 96.0, 230.0
STUB = Card(8.0, 8.0)
_OPENER = 16.0  # space for the sign that a box can be opened
_Style = dict[LineRole, tuple[float, float]]  # font size and leading
_STYLE: _Style = {"title": (13.0, 17.0), "subtitle": (11.0, 14.0), "text": (11.0, 14.0), "detail": (10.0, 13.0)}
_LARGE: _Style = {"title": (17.0, 22.0), "subtitle": (14.0, 18.0), "text": (14.0, 18.0), "detail": (14.0, 18.0)}
LARGE_TITLE = _LARGE["title"][0]


@dataclass(frozen=True, slots=True)
class Insets:
    """What a card keeps free along its sides, and how narrow it may be; the coloured bar on the left is 4 px."""

    left: float
    right: float
    top: float
    bottom: float
    narrowest: float


_USUAL = Insets(14.0, 12.0, 9.0, 9.0, NARROWEST)
_CLOSE = Insets(11.0, 7.0, 6.0, 8.0, 60.0)


def insets(large: bool) -> Insets:
    """Return the insets of cards in large type, or of others."""
    return _CLOSE if large else _USUAL


def card(box: Box, reserved: tuple[float, float] = (0.0, 0.0), *, large: bool = False) -> Card:
    """Return the card of `box`: its lines cut to fit, and the size they need.

    Args:
        box: What to write. A stub has no lines.
        reserved: Width and height kept free below the lines, for what changes while a recording plays.
        large: Whether it is written in large type, with the shape before the type of the node in one line.

    Returns:
        A card between 96 and 230 px wide, in large type from 60 px, wider only for what is reserved; as tall as its
        lines and that.
    """
    if box.kind == "stub":
        return STUB
    texts = _short_texts(box) if large else _texts(box)
    shape = box.text.partition(" ")[0] if large else ""
    return _written(tuple((role, text) for role, text in texts if text), box.openable, reserved, large, shape)


@lru_cache(maxsize=4096)  # a large net has few different cards
def _written(
    raw: tuple[tuple[LineRole, str], ...], openable: bool, reserved: tuple[float, float], large: bool, shape: str
) -> Card:
    style, edges = _LARGE if large else _STYLE, insets(large)
    sides = edges.left + edges.right
    texts = [(role, clean(text)) for role, text in raw]
    needed = max((_needed(style, role, text, openable) for role, text in texts), default=0.0)
    wide = max(ceil(sides + reserved[0]), min(WIDEST, max(edges.narrowest, ceil(sides + needed))))
    lines: list[TextLine] = []
    y = edges.top
    for role, text in texts:
        size, leading = style[role]
        fits = wide - sides - _extra(role, openable)
        if role == "subtitle" and shape and text != shape:
            text = _with_shape(text, shape, size, fits)
        shown = cut_title(text, size, fits) if role == "title" else cut(text, size, fits)
        lines.append(TextLine(role, edges.left, round(y + 0.5 * leading + 0.36 * size, 2), size, fits, shown, text))
        y += leading
    return Card(wide, max(y + reserved[1] + edges.bottom, 2 * edges.top + style["title"][1]), tuple(lines))


def _with_shape(text: str, shape: str, size: float, room: float) -> str:
    """Return ``4×3 · AddmmBackward0`` where there is room, else the type alone."""
    both = f"{shape} · {text}"
    return both if width(both, size) <= room else text


def _texts(box: Box) -> list[tuple[LineRole, str]]:
    details: list[tuple[LineRole, str]] = [("detail", text) for text in box.details]
    return [("title", box.title), ("subtitle", box.subtitle), ("text", box.text), *details]


def _short_texts(box: Box) -> list[tuple[LineRole, str]]:
    """Return title, and in one line the type of the node, before which the shape stands where it fits."""
    details: list[tuple[LineRole, str]] = [("detail", text) for text in box.details]
    return [("title", box.title), ("subtitle", box.subtitle or box.text.partition(" ")[0]), *details]


def _needed(style: _Style, role: LineRole, text: str, openable: bool) -> float:
    return width(text, style[role][0], bold=role == "title") + _extra(role, openable)


def _extra(role: LineRole, openable: bool) -> float:
    return _OPENER if openable and role == "title" else 0.0
