"""Write ``graphtrace/viewer/src/generated/kit.js``: what a frame as a file is made with, told by Python's tables.

The fonts, the widths of letters, and how much of a node is listed. `python tools/viewer_kit.py` writes the
module; tests/viewer/test_bundle.py proves that it is fresh.
"""

from __future__ import annotations

import json
import string
import unicodedata
from pathlib import Path

from graphtrace import viewer
from graphtrace.layout.text_width import advances
from graphtrace.style.theme import FONT_FAMILY
from graphtrace.viewer.geometry import DETAILED_NODES
from graphtrace.viewer.node_facts import MOST_EDGES

HOME = Path(viewer.__file__).parent


# What stands for widths: no digit, quote, comma or space.
NAMES = string.ascii_letters + "!#$%&()*+-./:;<=>?@[]^_{|}~" + "".join(map(chr, range(0xC0, 0x100)))
NEVER = {"Cn", "Co", "Cs"}  # characters that are spelled out before a text is drawn


def table() -> tuple[str, str]:
    """Return the widths of all characters: the different ones, and runs of characters that have the same.

    A run is a number, how far it starts after the one before, and a character that stands for its widths.
    """
    kinds: dict[tuple[int, ...], str] = {}
    runs: list[str] = []
    start, last = 0, ""
    for code in range(0x110000):
        char = chr(code)
        if unicodedata.category(char) in NEVER:
            continue
        kind = kinds.setdefault(advances(char), NAMES[len(kinds)])
        if kind != last:
            runs.append(f"{code - start}{kind}")
            start, last = code, kind
    return " ".join(name + ",".join(map(str, widths)) for widths, name in kinds.items()), "".join(runs)


def module() -> str:
    """Return the text of the module."""
    widths, runs = table()
    return (
        "// Written by tools/viewer_kit.py from Python's tables: change those.\n\n"
        "export const KIT = {\n"
        f"  font: {json.dumps(FONT_FAMILY)},\n"
        f"  widths: {json.dumps(widths, ensure_ascii=False)},\n"
        f"  runs: {json.dumps(runs, ensure_ascii=False)},\n"
        f"  detailed: {DETAILED_NODES},\n"
        f"  ends: {MOST_EDGES},\n"
        "};\n"
    )


if __name__ == "__main__":
    target = HOME / "src" / "generated" / "kit.js"
    target.parent.mkdir(exist_ok=True)
    target.write_text(module(), encoding="utf-8")
