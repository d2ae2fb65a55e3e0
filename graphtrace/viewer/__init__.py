"""The viewer in the browser: one ES module and one stylesheet, and the geometry they draw.

The same two files serve the app, a notebook and a single HTML file. They receive plain JSON and build
the picture with ``createElementNS`` and ``textContent`` only, so that no name of a user can run.
"""

from pathlib import Path

from graphtrace.viewer.geometry import geometry

__all__ = ["CSS", "HTML", "JS", "geometry"]

_HERE = Path(__file__).parent
JS = (_HERE / "viewer.js").read_text(encoding="utf-8")
CSS = (_HERE / "viewer.css").read_text(encoding="utf-8")
HTML = '<div class="gt-root"></div>\n'  # the newline keeps Streamlit from taking it for a path
