"""The viewer in the browser: ES modules joined into one, a stylesheet, and the plain JSON they draw.

The same files (``js/``, ``css/``) serve the app, a notebook and a single HTML file. They receive plain JSON and
build the picture with ``createElementNS`` and ``textContent`` only, so that no name of a user can run.
"""

import json
import re
from pathlib import Path

from graphtrace.layout.text import width
from graphtrace.style.theme import FONT_FAMILY
from graphtrace.viewer.geometry import geometry
from graphtrace.viewer.play import play, views_of

__all__ = ["CSS", "HTML", "JS", "MODULES", "PAIR", "geometry", "play", "views_of"]

_HERE = Path(__file__).parent
MODULES = (
    "dom",
    "marks",
    "dense",
    "field",
    "sketch",
    "scene",
    "minimap",
    "inspector",
    "camera",
    "chooser",
    "viewer",
    "tensors",
    "player",
    "cells",
    "formula",
    "panels",
    "style",
    "frame",
    "archive",
    "export",
    "transport",
    "painter",
    "stage",
    "pair",
)
_OF_A_PICTURE = re.compile(r"fill|stroke|opacity|text-anchor|font-weight|(?<!\()--[\w-]+:|display: none")


def _joined() -> str:
    """Join the modules, each after those it needs; inside one file nothing is imported, only the host exports."""
    texts = [(_HERE / "js" / f"{name}.js").read_text(encoding="utf-8") for name in (*MODULES, "host")]
    text = re.sub(r"^import .*;\n", "", "\n".join(texts), flags=re.MULTILINE)
    return _kit() + re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE)


def _kit() -> str:
    """Return what a frame as a file is made with: the stylesheet, the fonts, how wide letters are."""
    widths = [[width(chr(code), 1, bold) for code in range(32, 127)] for bold in (False, True)]
    plain = re.sub(r"/\*.*?\*/|@[^{;]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", CSS, flags=re.DOTALL)
    looks = [rule.strip() for rule in re.findall(r"[^{}]+\{[^{}]*\}", plain) if _OF_A_PICTURE.search(rule)]
    return f"const KIT = {json.dumps({'css': ' '.join(looks), 'font': FONT_FAMILY, 'widths': widths})};\n"


_SHEETS = ("viewer", "player", "export", "compact", "pair")
CSS = "\n".join((_HERE / "css" / f"{name}.css").read_text(encoding="utf-8") for name in _SHEETS)
JS = _joined()
HTML = '<div class="gt-root"></div>\n'  # the newline keeps Streamlit from taking it for a path
PAIR = '<div class="gt-pair"><div class="gt-root"></div><div class="gt-root"></div></div>\n'
