"""What is written below the graph: the caption, then what the picture leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from graphtrace.layout.records import Layout, TextLine
from graphtrace.layout.text_width import wrapped
from graphtrace.literals import LineRole
from graphtrace.model import View
from graphtrace.style.safe_text import visible

EDGE = 20.0  # the margin that the layout leaves around the graph
NARROWEST = 380.0  # a small graph gets a picture wide enough to read a sentence under
_CAPTION, _NOTE = (14.0, 22.0), (11.0, 16.0)


def lines(layout: Layout, caption: str = "") -> tuple[TextLine, ...]:
    """Return the lines below the graph; their `y` counts from its lower edge."""
    room = max(layout.width - 2 * EDGE, NARROWEST)
    notes = dict.fromkeys((*_stated(layout.view), *layout.view.notes, *layout.notes))  # each once, in order
    texts: list[tuple[LineRole, tuple[float, float], str]] = [("title", _CAPTION, caption)]
    texts += [("note", _NOTE, note) for note in notes]
    found: list[TextLine] = []
    y = 0.0
    for role, (size, leading), text in texts:
        for piece in wrapped(visible(text), size, room, role == "title"):
            y += leading
            found.append(TextLine(role, EDGE, y, size, room, piece, piece))
    return tuple(found)


def _stated(view: View) -> Iterator[str]:
    if view.folded:
        nodes = "1 node is" if view.folded == 1 else f"{view.folded:,} nodes are"
        yield f"{view.name} view: {nodes} folded into the boxes drawn"
    if any(box.twin is not None for box in view.boxes):
        yield "two sheets in a card's corner: one shared leaf, drawn once for each use"
