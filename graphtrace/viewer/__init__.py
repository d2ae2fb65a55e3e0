"""The viewer in the browser: a script, a stylesheet, and the plain JSON they draw.

Script and stylesheet are bundled (``dist/``, by ``npm run build``) from ES modules (``src/``) and sheets (``css/``).
The same bundle serves the app, a notebook and a single HTML file. It receives plain JSON and builds the picture with
``createElementNS`` and ``textContent`` only, so that no name of a user can run.
"""

from pathlib import Path

from graphtrace.viewer.geometry import geometry
from graphtrace.viewer.play import play, views_of

__all__ = [
    "BUILDER",
    "BUILDER_CSS",
    "BUILDER_HTML",
    "COMPONENT",
    "CSS",
    "EDITOR",
    "EDITOR_CSS",
    "EDITOR_HTML",
    "HTML",
    "JS",
    "PAIR",
    "PULSE",
    "SIGHT",
    "SIGHT_CSS",
    "SIGHT_HTML",
    "engine",
    "geometry",
    "lesson_page",
    "play",
    "views_of",
]

_DIST = Path(__file__).parent / "dist"


def _bundle(name: str) -> str:
    return (_DIST / name).read_text(encoding="utf-8")


def engine() -> str:
    """Return the script that draws frames in V8, without a browser; it defines `graphtrace`."""
    return _bundle("engine.js")


def lesson_page() -> tuple[str, str]:
    """Return script and stylesheet of a page that is a lesson; the script defines `graphtrace`, see src/lesson."""
    return _bundle("lesson.js"), CSS + _bundle("lesson.css")


CSS = _bundle("viewer.css")
JS = _bundle("viewer.js")  # defines `graphtrace`: see src/main.js
COMPONENT = f"{JS}export default graphtrace.mount;\n"  # as Streamlit takes it
HTML = '<div class="gt-root"></div>\n'  # the newline keeps Streamlit from taking it for a path
BUILDER = f"{_bundle('builder.js')}export default graphtrace.mount;\n"  # the Lab's list of layers
BUILDER_CSS = _bundle("builder.css")
BUILDER_HTML = '<div class="builder"></div>\n'
PULSE = f"{_bundle('pulse.js')}export default graphtrace.mount;\n"  # hands over the pictures of a net that trains
SIGHT = f"{_bundle('sight.js')}export default graphtrace.mount;\n"  # the player of the page for sights
SIGHT_CSS = _bundle("sight.css")
SIGHT_HTML = '<div class="gt-sight"></div>\n'
EDITOR = f"{_bundle('editor.js')}export default graphtrace.mount;\n"  # of the page for code
EDITOR_CSS = _bundle("editor.css")
EDITOR_HTML = '<div class="gt-code"></div>\n'
PAIR = '<div class="gt-pair"><div class="gt-root"></div><div class="gt-root"></div></div>\n'
