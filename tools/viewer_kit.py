"""Write ``graphtrace/viewer/src/generated/kit.js``: what a frame as a file is made with, told by Python's tables.

The fonts and the widths of letters. `python tools/viewer_kit.py` writes the
module; tests/viewer/test_bundle.py proves that it is fresh.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

from graphtrace import viewer
from graphtrace.layout.text_width import advances
from graphtrace.style.theme import FONT_FAMILY

HOME = Path(viewer.__file__).parent


NEVER = {"Cn", "Co", "Cs"}  # characters that are spelled out before a text is drawn


def table() -> tuple[list[tuple[int, ...]], str]:
    """Return the widths of all characters: the different ones, and runs of characters that have the same.

    A run is two numbers to the base 36: how far it starts after the one before, and which widths it has.
    """
    kinds: dict[tuple[int, ...], int] = {}
    runs: list[str] = []
    start, last = 0, -1
    for code in range(0x110000):
        char = chr(code)
        if unicodedata.category(char) in NEVER:
            continue
        kind = kinds.setdefault(advances(char), len(kinds))
        if kind != last:
            runs.append(f"{base36(code - start)},{base36(kind)}")
            start, last = code, kind
    return list(kinds), " ".join(runs)


def base36(number: int) -> str:
    """Return a number as JavaScript's ``parseInt(text, 36)`` reads it."""
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def module() -> str:
    """Return the text of the module."""
    kinds, runs = table()
    return (
        "// Written by tools/viewer_kit.py from Python's tables: change those.\n\n"
        "export const KIT = {\n"
        f"  font: {json.dumps(FONT_FAMILY)},\n"
        f"  widths: {json.dumps(kinds)},\n"
        f"  runs: {json.dumps(runs)},\n"
        "};\n"
    )


if __name__ == "__main__":
    target = HOME / "src" / "generated" / "kit.js"
    target.parent.mkdir(exist_ok=True)
    target.write_text(module(), encoding="utf-8")
