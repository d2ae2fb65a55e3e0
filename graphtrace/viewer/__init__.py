"""The viewer in the browser: ES modules joined into one, a stylesheet, and the plain JSON they draw.

The same files serve the app, a notebook and a single HTML file. They receive plain JSON and build
the picture with ``createElementNS`` and ``textContent`` only, so that no name of a user can run.
"""

import re
from pathlib import Path

from graphtrace.viewer.geometry import geometry
from graphtrace.viewer.play import play, views_of

__all__ = ["CSS", "HTML", "JS", "MODULES", "geometry", "play", "views_of"]

_HERE = Path(__file__).parent
MODULES = (
    "dom",
    "marks",
    "inspector",
    "viewer",
    "tensors",
    "player",
    "cells",
    "panels",
    "export",
    "transport",
    "stage",
)


def _joined() -> str:
    """Join the modules, each after those it needs; inside one file nothing is imported, only the host exports."""
    texts = [(_HERE / f"{name}.js").read_text(encoding="utf-8") for name in (*MODULES, "host")]
    text = re.sub(r"^import .*;\n", "", "\n".join(texts), flags=re.MULTILINE)
    return re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE)


JS = _joined()
CSS = "\n".join((_HERE / f"{name}.css").read_text(encoding="utf-8") for name in ("viewer", "player"))
HTML = '<div class="gt-root"></div>\n'  # the newline keeps Streamlit from taking it for a path
