"""The packaged fonts: which characters they have, how wide those are, and what stands in for the rest.

PNG and PDF use these and no font of the machine, so that the same picture comes out everywhere, Chinese
included. Latin is Roboto (Apache-2.0), the rest Noto Sans CJK (OFL-1.1); Arabic and Hebrew come from the
fonts inside typst, which is why their widths are estimates.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

from graphtrace.errors import RenderError
from graphtrace.style.safe_text import visible

_LATIN = ("Roboto", "font_roboto", "files/Roboto-{}.ttf", 0)
_CJK = ("Noto Sans CJK SC", "noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc", 2)
_PACKAGES = {"font_roboto": "font-roboto", "noto_cjk_sans_otc": "noto-cjk-sans-otc"}
# Family inside typst, and the average width of its letters.
_SCRIPTS = {"HEBREW": ("Libertinus Serif", 0.55), "ARABIC": ("DejaVu Sans Mono", 0.602)}
# Pictures of control characters, which neither font has, and what Python writes for them.
_PICTURES = {chr(0x2400 + code): repr(chr(code))[1:-1] for code in range(0x20)} | {"␡": r"\x7f"}
_SILENT = {"\u200c", "\u200d", "\ufe0e", "\ufe0f"}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font; `width` is in em."""

    text: str
    family: str
    width: float


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: the advance of each character it has, in em."""

    family: str
    advances: Mapping[int, float]


def runs(text: str, bold: bool = False) -> tuple[Run, ...]:
    """Split `text` by the font that has each character; what none has is named in words."""
    faces = (face(*_LATIN, "Bold" if bold else "Regular"), face(*_CJK, "Regular"))
    placed = [_place(char, faces) for char in _spelled(text, faces)]
    return tuple(_joined(placed))


def fitted(text: str, bold: bool, room: float, least: float = 0.85) -> tuple[tuple[Run, ...], float]:
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
    if any(ord(char) in face.advances for face in faces) or _script(char) in _SCRIPTS:
        return char
    if char in _PICTURES:
        return _PICTURES[char]
    if unicodedata.category(char)[0] in "LMN":
        return f"[U+{ord(char):04X}]"
    return f"[{unicodedata.name(char, f'U+{ord(char):04X}').lower()}]"


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _place(char: str, faces: tuple[Face, ...]) -> tuple[str, str, float]:
    for one in faces:
        if ord(char) in one.advances:
            return one.family, char, one.advances[ord(char)]
    family, width = _SCRIPTS[_script(char)]
    return family, char, width


def _joined(placed: list[tuple[str, str, float]]) -> Iterator[Run]:
    for family, group in groupby(placed, key=_family_of):
        items = list(group)
        yield Run("".join(char for _, char, _ in items), family, sum(width for _, _, width in items))


def _family_of(item: tuple[str, str, float]) -> str:
    return item[0]


@lru_cache(maxsize=8)
def face(family: str, package: str, name: str, number: int, style: str) -> Face:
    """Read one font file's characters and widths."""
    from fontTools.ttLib import TTFont

    path = str(folder(package) / name.format(style))
    with TTFont(path, fontNumber=number, lazy=True) as font:
        em = font["head"].unitsPerEm
        metrics = font["hmtx"].metrics
        return Face(family, {code: metrics[glyph][0] / em for code, glyph in font.getBestCmap().items()})


@lru_cache(maxsize=2)
def folder(package: str) -> Path:
    """Return where a font package lies; it is found without running its code."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RenderError(f"a font package is missing: {_PACKAGES[package]} (pip install {_PACKAGES[package]})")
    return Path(next(iter(spec.submodule_search_locations)))


@lru_cache(maxsize=1)
def collection() -> Any:
    """Return typst's handle on the packaged fonts, and no other."""
    import typst

    paths = [str(folder(_LATIN[1]) / "files"), str(folder(_CJK[1]))]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paths)
