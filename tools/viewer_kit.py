"""Write ``graphtrace/viewer/src/generated/kit.js``: what a frame as a file is made with, told by Python's tables.

The stylesheet's rules about pictures, the fonts and the widths of letters. `python tools/viewer_kit.py` writes the
module; tests/viewer/test_bundle.py proves that it is fresh.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from graphtrace import viewer
from graphtrace.layout.text_width import width
from graphtrace.style.theme import FONT_FAMILY

HOME = Path(viewer.__file__).parent
SHEETS = ("viewer", "player", "export", "compact", "pair")
OF_A_PICTURE = re.compile(r"fill|stroke|opacity|text-anchor|font-weight|(?<!\()--[\w-]+:|display: none")


def rules() -> list[str]:
    """Return the stylesheet's rules that say how a picture looks, each on one line."""
    css = "\n".join((HOME / "css" / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)
    plain = re.sub(r"/\*.*?\*/|@[^{;]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css, flags=re.DOTALL)
    return [" ".join(rule.split()) for rule in re.findall(r"[^{}]+\{[^{}]*\}", plain) if OF_A_PICTURE.search(rule)]


def module() -> str:
    """Return the text of the module."""
    widths = [[width(chr(code), 1, bold) for code in range(32, 127)] for bold in (False, True)]
    lines = ",\n".join(f"    {json.dumps(rule, ensure_ascii=False)}" for rule in rules())
    return (
        "// Written by tools/viewer_kit.py from the stylesheets and Python's tables: change those.\n\n"
        "export const KIT = {\n"
        f'  css: [\n{lines},\n  ].join(" "),\n'
        f"  font: {json.dumps(FONT_FAMILY)},\n"
        f"  widths: {json.dumps(widths)},\n"
        "};\n"
    )


if __name__ == "__main__":
    target = HOME / "src" / "generated" / "kit.js"
    target.parent.mkdir(exist_ok=True)
    target.write_text(module(), encoding="utf-8")
