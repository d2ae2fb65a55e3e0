"""Cards: what is written on a box and how large that makes it. The only place where text is measured."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from graphtrace.layout.records import Card, TextLine
from graphtrace.layout.text_width import clean, cut, cut_title, width
from graphtrace.literals import LineRole
from graphtrace.model import Box

NARROWEST, WIDEST = 96.0, 230.0
WIDEST_LARGE = 280.0
_LONG = 20  # characters
_WITH = re.compile("(?=with|With)")  # a long name is broken there
_SQUEEZED: dict[LineRole, float] = {"title": 0.86, "subtitle": 0.9}  # of a width in most fonts, before a text is cut
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


def card(box: Box, reserved: tuple[float, float] = (0.0, 0.0), *, large: bool = False, tall: bool = False) -> Card:
    """Return the card of `box`: its lines cut to fit, and the size they need.

    Args:
        box: What to write. A stub has no lines.
        reserved: Width and height kept free below the lines, for what changes while a recording plays.
        large: Whether it is written in large type, with the sizes that a layer takes and gives, or else the shape,
            before the type of the node in one line.
        tall: Whether a card in large type is as narrow as it can be: the sizes have a line of their own, and a long
            title has two.

    Returns:
        A card between 96 and 230 px wide, in large type between 60 and 280, wider only for what is reserved; as tall
        as its lines and that.
    """
    if box.kind == "stub":
        return STUB
    texts = _short_texts(box) if large else _texts(box)
    shape = box.flow or box.text.partition(" ")[0]
    raw = tuple((role, text) for role, text in texts if text)
    if large and tall:
        return _written_large(_in_more_lines(raw, shape), box.openable, reserved, "")
    if large:
        return _written_large(raw, box.openable, reserved, "" if shape == "scalar" and box.subtitle else shape)
    return _written(raw, box.openable, reserved)


def _in_more_lines(raw: tuple[tuple[LineRole, str], ...], shape: str) -> tuple[tuple[LineRole, str], ...]:
    """Give the shape a line of its own, and two lines to names such as ``binary_cross_entropy_with_logits``."""
    lines = [(role, text) for role, text in raw if text != shape]
    if shape and shape != "scalar":
        lines.insert(1, ("subtitle", shape))
    parts = [(role, _WITH.split(text, maxsplit=1) if len(text) > _LONG else [text]) for role, text in lines]
    return tuple((role, part) for role, found in parts for part in found)


@lru_cache(maxsize=4096)  # a large net has few different cards
def _written(raw: tuple[tuple[LineRole, str], ...], openable: bool, reserved: tuple[float, float]) -> Card:
    sides = _USUAL.left + _USUAL.right
    texts = [(role, clean(text)) for role, text in raw]
    needed = max((_needed(role, text, openable) for role, text in texts), default=0.0)
    wide = max(ceil(sides + reserved[0]), min(WIDEST, max(NARROWEST, ceil(sides + needed))))
    rooms = {role: wide - sides - _extra(role, openable) for role, _ in texts}
    written = [
        (role, (cut_title if role == "title" else cut)(text, _STYLE[role][0], rooms[role]), text)
        for role, text in texts
    ]
    return _card(_STYLE, _USUAL, wide, reserved[1], written, rooms)


@lru_cache(maxsize=4096)
def _written_large(
    raw: tuple[tuple[LineRole, str], ...], openable: bool, reserved: tuple[float, float], shape: str
) -> Card:
    """Measure in typical fonts: what a wider font makes longer is squeezed into its room, not cut."""
    sides = _CLOSE.left + _CLOSE.right
    texts = [(role, clean(text)) for role, text in raw]
    whole = [(role, _with_shape(role, text, shape)) for role, text in texts]
    least = max((_typical(role, text) * _least(role) + _extra(role, openable) for role, text in texts), default=0.0)
    wanted = max((_typical(role, text) * _least(role) + _extra(role, openable) for role, text in whole), default=0.0)
    needed = wanted if sides + wanted <= WIDEST_LARGE else least
    wide = max(ceil(sides + reserved[0]), min(WIDEST_LARGE, max(_CLOSE.narrowest, ceil(sides + needed))))
    rooms = {role: wide - sides - _extra(role, openable) for role, _ in texts}
    written = [
        (role, _fitting(role, (full, text), rooms[role]), text)
        for (role, text), (_, full) in zip(texts, whole, strict=True)
    ]
    return _card(_LARGE, _CLOSE, wide, reserved[1], written, rooms)


def _card(
    style: _Style,
    edges: Insets,
    wide: float,
    below: float,
    written: Sequence[tuple[LineRole, str, str]],
    rooms: Mapping[LineRole, float],
) -> Card:
    """Place the lines below one another; `written` has their roles, what is shown of them, and all of them."""
    lines: list[TextLine] = []
    y = edges.top
    for role, shown, text in written:
        size, leading = style[role]
        foot = round(y + 0.5 * leading + 0.36 * size, 2)
        lines.append(TextLine(role, edges.left, foot, size, rooms[role], shown, text))
        y += leading
    return Card(wide, max(y + below + edges.bottom, 2 * edges.top + style["title"][1]), tuple(lines))


def _fitting(role: LineRole, texts: Sequence[str], room: float) -> str:
    """Return the first text that fits, or else the last one, cut."""
    factor = _least(role)
    found = next((text for text in texts if _typical(role, text) * factor <= room), None)
    size, room = _LARGE[role][0], room / factor
    if found is not None:
        return found
    return (cut_title if role == "title" else cut)(texts[-1], size, room, fonts="typical")


def _with_shape(role: LineRole, text: str, shape: str) -> str:
    """Return ``2 → 3 · AddmmBackward0`` for the line with the type of the node."""
    return f"{shape} · {text}" if role == "subtitle" and shape and text != shape else text


def _typical(role: LineRole, text: str) -> float:
    return width(text, _LARGE[role][0], role == "title", "typical")


def _least(role: LineRole) -> float:
    """Return to which part of its width a text may be squeezed."""
    return _SQUEEZED.get(role, 1.0)


def _texts(box: Box) -> list[tuple[LineRole, str]]:
    details: list[tuple[LineRole, str]] = [("detail", text) for text in box.details]
    return [("title", box.title), ("subtitle", box.subtitle), ("text", box.text), *details]


def _short_texts(box: Box) -> list[tuple[LineRole, str]]:
    """Return title, and in one line the type of the node, before which the shape stands where it fits."""
    details: list[tuple[LineRole, str]] = [("detail", text) for text in box.details]
    return [("title", box.title), ("subtitle", box.subtitle or box.text.partition(" ")[0]), *details]


def _needed(role: LineRole, text: str, openable: bool) -> float:
    return width(text, _STYLE[role][0], bold=role == "title") + _extra(role, openable)


def _extra(role: LineRole, openable: bool) -> float:
    return _OPENER if openable and role == "title" else 0.0
