"""Write ``graphtrace/viewer/src/generated/kit.js``: what a frame as a file is made with, told by Python's tables.

The fonts and the widths of letters. `python tools/viewer_kit.py` writes the
module; tests/viewer/test_bundle.py proves that it is fresh.
"""

from __future__ import annotations

import json
from pathlib import Path

from graphtrace import viewer
from graphtrace.layout.text_width import width
from graphtrace.style.theme import FONT_FAMILY

HOME = Path(viewer.__file__).parent


def module() -> str:
    """Return the text of the module."""
    widths = [[width(chr(code), 1, bold) for code in range(32, 127)] for bold in (False, True)]
    return (
        "// Written by tools/viewer_kit.py from Python's tables: change those.\n\n"
        "export const KIT = {\n"
        f"  font: {json.dumps(FONT_FAMILY)},\n"
        f"  widths: {json.dumps(widths)},\n"
        "};\n"
    )


if __name__ == "__main__":
    target = HOME / "src" / "generated" / "kit.js"
    target.parent.mkdir(exist_ok=True)
    target.write_text(module(), encoding="utf-8")
