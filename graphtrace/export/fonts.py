"""The packaged fonts: which characters they have, how wide those are, and what stands in for the rest.

PNG and PDF use these and no font of the machine, so that the same picture comes out everywhere. Latin is Roboto
(Apache-2.0); Chinese, Japanese, Korean, Hebrew and Arabic are Noto Sans (OFL-1.1). Letters of Arabic join, so that
what is measured letter by letter is on the safe side.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from graphtrace.errors import extra
from graphtrace.style.safe_text import visible

if TYPE_CHECKING:
    import typst

FOLDER = Path(__file__).resolve().parents[1] / "fonts"
FILES = {
    ("Roboto", False): "Roboto-Regular.ttf",
    ("Roboto", True): "Roboto-Bold.ttf",
    ("Noto Sans CJK SC", False): "NotoSansCJKsc-Regular.otf",
    ("Noto Sans Hebrew", False): "NotoSansHebrew-Regular.ttf",
    ("Noto Sans Arabic", False): "NotoSansArabic-Regular.ttf",
}
# Pictures of control characters, which neither font has, and what Python writes for them.
_PICTURES = {chr(0x2400 + code): repr(chr(code))[1:-1] for code in range(0x20)} | {"␡": r"\x7f"}
_SILENT = {"\u200c", "\u200d", "\ufe0e", "\ufe0f"}


@dataclass(frozen=True, slots=True)
class TextRun:
    """A stretch of text in one font; `width` is in em."""

    text: str
    family: str
    width: float


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: the advance of each character it has, in em."""

    family: str
    advances: Mapping[int, float]


def runs(text: str, bold: bool = False) -> tuple[TextRun, ...]:
    """Split `text` by the font that has each character; what none has is named in words."""
    faces = tuple(face(*font) for font in FILES if font != ("Roboto", not bold))
    placed = [_place(char, faces) for char in _spelled(text, faces)]
    return tuple(_joined(placed))


def fitted(text: str, bold: bool, room: float, least: float = 0.85) -> tuple[tuple[TextRun, ...], float]:
    """Return the runs of `text` and the horizontal scale (`least` to 1) that keep it inside `room` em."""
    found = runs(text, bold)
    width = sum(run.width for run in found)
    if width * least <= room:
        return found, min(1.0, room / width) if width else 1.0
    return runs(_cut("".join(run.text for run in found), bold, room), bold), 1.0


def _cut(text: str, bold: bool, room: float) -> str:
    # Widths only add up, so the longest prefix that fits is found by halving.
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        wide = sum(run.width for run in runs(text[:middle] + "…", bold))
        low, high = (middle, high) if wide <= room else (low, middle - 1)
    return text[:low].rstrip() + "…"


def _spelled(text: str, faces: tuple[Face, ...]) -> str:
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", visible(text))
    return "".join(_spell(char, faces) for char in composed if char not in _SILENT)


def _spell(char: str, faces: tuple[Face, ...]) -> str:
    if any(ord(char) in face.advances for face in faces):
        return char
    if char in _PICTURES:
        return _PICTURES[char]
    if unicodedata.category(char)[0] in "LMN":
        return f"[U+{ord(char):04X}]"
    return f"[{unicodedata.name(char, f'U+{ord(char):04X}').lower()}]"


def _place(char: str, faces: tuple[Face, ...]) -> tuple[str, str, float]:
    face = next(face for face in faces if ord(char) in face.advances)
    return face.family, char, face.advances[ord(char)]


def _joined(placed: list[tuple[str, str, float]]) -> Iterator[TextRun]:
    for family, group in groupby(placed, key=_family_of):
        items = list(group)
        yield TextRun("".join(char for _, char, _ in items), family, sum(width for _, _, width in items))


def _family_of(item: tuple[str, str, float]) -> str:
    return item[0]


@cache
def face(family: str, bold: bool) -> Face:
    """Read one font file's characters and widths."""
    with extra("files", "a PNG or PDF"):
        from fontTools.ttLib import TTFont

    with TTFont(FOLDER / FILES[family, bold], lazy=True) as font:
        em = font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        return Face(family, {code: metrics[glyph][0] / em for code, glyph in font.getBestCmap().items()})


def files(used: Iterable[tuple[str, bool]]) -> list[str]:
    """Return the paths of some fonts, named by family and whether bold."""
    return [str(FOLDER / FILES[font]) for font in sorted(used)]


@lru_cache(maxsize=1)
def collection() -> typst.Fonts:
    """Return typst's handle on the packaged fonts, and no other."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FOLDER)])
