"""Text that is safe to draw, its width, and how it is cut and wrapped. Pure tables: no font is opened.

The only place where text is measured. The browser receives these widths as a generated table
(``tools/viewer_kit.py``), and wraps a caption by the rule of `wrapped`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate
from typing import Literal

Fonts = Literal["wide", "typical"]  # as wide as a text can be in common fonts, or as it is in most of them

ELLIPSIS = "…"
LONGEST = 200  # characters of a text that are kept at all

# Advance widths of the characters 32 to 126 in hundredths of an em, from DejaVu Sans and its bold.
# These are wider than most system fonts, so text that fits by this table fits in practice.
_REGULAR = (
    "32 41 46 84 64 96 78 28 40 40 50 84 32 37 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 54 "
    "100 69 69 70 78 64 58 78 76 30 30 66 56 87 75 79 61 79 70 64 62 74 69 99 69 62 69 40 34 40 84 50 "
    "50 62 64 55 64 62 36 64 64 28 28 58 28 98 64 62 64 64 42 53 40 64 60 82 60 60 53 64 34 64 84"
)
_BOLD = (
    "35 46 53 84 70 101 88 31 46 46 53 84 38 42 38 37 70 70 70 70 70 70 70 70 70 70 40 40 84 84 84 59 "
    "100 78 77 74 84 69 69 83 84 38 38 78 64 100 84 86 74 86 78 73 69 82 78 111 78 73 73 46 37 46 84 50 "
    "50 68 72 60 72 68 44 72 72 35 35 67 35 105 72 69 72 72 50 60 48 72 66 93 65 66 59 72 37 72 84"
)
_ASCII = tuple((0,) * 32 + tuple(map(int, table.split())) + (0,) for table in (_REGULAR, _BOLD))
_COMMON = dict.fromkeys("·’ ", 40) | dict.fromkeys("×→←∇∑µ−", 84) | dict.fromkeys("²∂ľ–‖", 56)
_COMMON |= dict.fromkeys("ƠưƯ", 92) | dict.fromkeys("ǄǅǆǱǲǳѨѼ⋘⋙∭∰", 156)
_JOINERS = "\u200c\u200d"  # kept: emoji and several scripts are spelled with them
_WORD = re.compile(r"[^\s\u2e80-\uffef]+|[\u2e80-\uffef]|\s+")  # Chinese may break after any character
_MOST_MARKS = 4  # combining marks on one character; a hundred of them would leave the card


def clean(text: str) -> str:
    """Return `text` with every character that is invisible, reordering or illegal in XML spelled out."""
    if text.isascii() and text.isprintable():
        return _short(text)
    kept: list[str] = []
    marks = 0
    for char in text if len(text) <= 4 * LONGEST else text[: 2 * LONGEST] + ELLIPSIS + text[-2 * LONGEST :]:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            kept.append(_visible(char))
    return _short("".join(kept))


def _short(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    end = LONGEST // 2  # both ends are kept: a long path is known by its end
    return text[: LONGEST - 1 - end] + ELLIPSIS + text[-end:]


@lru_cache(maxsize=4096)
def _visible(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    nonchar = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    hidden = unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    if not (nonchar or hidden) or char in _JOINERS:
        return char
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:06x}"


@lru_cache(maxsize=4096)
def _advance(char: str, bold: bool) -> int:
    code = ord(char)
    if code < 128:
        return _ASCII[bold][code]
    category = unicodedata.category(char)
    if category == "Mn" or char in _JOINERS:
        return 0
    if char in _COMMON:
        return _COMMON[char]
    base = unicodedata.normalize("NFD", char)[0]
    if base != char:
        return _advance(base, bold)
    return _other(char, code, category) + 10 * bold


def _other(char: str, code: int, category: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 130 if code >= 0x1F000 else 100  # emoji fonts are wider than an em
    if 0x12000 <= code < 0x12550 or code in (0xFDFA, 0xFDFB, 0xFDFD, 0x2E3A, 0x2E3B):
        return 300  # cuneiform, ligatures of whole phrases, long dashes
    narrow = category == "Ll" and code < 0x180 and char not in "æœŉ"
    return 75 if narrow else 124


def advances(char: str) -> tuple[int, int, int, int]:
    """Return widths of a character in thousandths of an em: regular and bold in wide fonts, then in typical ones."""
    wide = _advance(char, False), _advance(char, True)
    return 10 * wide[0], 10 * wide[1], _typical(char, wide[0]), _typical(char, wide[1])


def _typical(char: str, wide: int) -> int:
    """Return thousandths of an em for hundredths of the widest: most fonts are a tenth narrower."""
    if char.isascii():
        return 9 * wide
    return 10 * (wide if unicodedata.east_asian_width(char) in "WF" else min(wide, 65))


@lru_cache(maxsize=4096)  # the same types and shapes stand on many cards, and a card's texts are measured several times
def width(text: str, size: float, bold: bool = False, fonts: Fonts = "wide") -> float:
    """Return how wide `text` is at `size` pixels.

    Args:
        text: What is written.
        size: Of the font, in pixels.
        bold: Whether it is written in bold.
        fonts: ``wide`` to be on the safe side for common fonts, ``typical`` for what most of them need.
    """
    if text.isascii():
        wide = sum(map(_ASCII[bold].__getitem__, text.encode()))
        return 9 * wide * size / 1000 if fonts == "typical" else wide * size / 100
    if fonts == "typical":
        return sum(_typical(char, _advance(char, bold)) for char in text) * size / 1000
    return sum(_advance(char, bold) for char in text) * size / 100


def cut(text: str, size: float, room: float, bold: bool = False, middle: bool = False, fonts: Fonts = "wide") -> str:
    """Return `text` cut to `room` pixels: at its end, or in the middle so that a path keeps its end.

    Args:
        text: What is written.
        size: Font size in pixels.
        room: Width it may take, in pixels.
        bold: Whether it is bold.
        middle: Whether to cut in the middle.
        fonts: In which it is measured; see `width`.
    """
    if not middle or width(text, size, bold, fonts) <= room:
        return _shortened(text, size, room, bold, fonts)
    spare = max(0.0, room - width(ELLIPSIS, size, bold, fonts))
    start = _head(text, size, spare * 0.35, bold, fonts)
    end = _head(text[::-1], size, spare - width(start, size, bold, fonts), bold, fonts)[::-1]
    while end and (unicodedata.combining(end[0]) or end[0] in _JOINERS):
        end = end[1:]
    return start.rstrip() + ELLIPSIS + end.lstrip()


def cut_title(text: str, size: float, room: float, fonts: Fonts = "wide") -> str:
    """Return a card's title cut to `room` pixels: ``Embedding · …wpe`` keeps the name, and the last parts of the path.

    Args:
        text: What is written: a path, before which a name and a point may stand.
        size: Font size in pixels; a title is bold.
        room: Width it may take, in pixels.
        fonts: In which it is measured; see `width`.
    """
    if width(text, size, True, fonts) <= room:
        return text
    name, point, path = text.rpartition(" · ")
    for i in (i for i, char in enumerate(path, 1) if char == "."):
        shorter = name + point + ELLIPSIS + path[i:]
        if i < len(path) and width(shorter, size, True, fonts) <= room:
            return shorter
    return cut(text, size, room, bold=True, middle=True, fonts=fonts)


def _head(text: str, size: float, room: float, bold: bool, fonts: Fonts = "wide") -> str:
    sums = accumulate(width(char, size, bold, fonts) for char in text)
    return text[: sum(1 for total in sums if total <= room)].rstrip(_JOINERS)


def wrapped(
    text: str, size: float, room: float, bold: bool = False, *, most: int = 6, fonts: Fonts = "wide"
) -> tuple[str, ...]:
    """Return `text` broken into lines; a word or a last line that is too long ends in an ellipsis.

    Args:
        text: What is written.
        size: Of the font, in pixels.
        room: How wide a line may be, in pixels.
        bold: Whether it is written in bold.
        most: How many lines there may be.
        fonts: In which it is measured; see `width`.
    """
    lines = [""]
    for word in _WORD.findall(text):
        if lines[-1] and width(lines[-1] + word.rstrip(), size, bold, fonts) > room:
            lines.append("")
        if lines[-1] or not word.isspace():
            lines[-1] += _shortened(word, size, room, bold, fonts)
    lines = [line.rstrip() for line in lines if line]
    if len(lines) <= most:
        return tuple(lines)
    return *lines[: most - 1], _shortened(lines[most - 1] + ELLIPSIS, size, room, bold, fonts)


def _shortened(text: str, size: float, room: float, bold: bool, fonts: Fonts) -> str:
    """Cut a text at its end."""
    if width(text, size, bold, fonts) <= room:
        return text
    spare = max(0.0, room - width(ELLIPSIS, size, bold, fonts))
    return _head(text, size, spare, bold, fonts).rstrip() + ELLIPSIS
