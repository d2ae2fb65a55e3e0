"""Frames of open modules: the box around the cards inside, one per row that the module reaches into."""

from __future__ import annotations

from collections.abc import Sequence

from graphtrace.layout.digraph import inside_out, outer_of
from graphtrace.layout.records import ModuleFrame, Rectangle
from graphtrace.model import View

SIDE, TITLE = 10.0, 26.0  # space around the content, and above it

_Edges = tuple[float, float, float, float]


def frames(view: View, places: Sequence[Rectangle], rows: Sequence[int] = ()) -> tuple[ModuleFrame, ...]:
    """Return the frames in the order of `view.groups`, rows from the top; none for an empty module.

    Args:
        view: What is drawn.
        places: Rectangles of its boxes.
        rows: Per box its row; all are in row 0 if empty.
    """
    return tuple(frame for _, frame in pieces(view, places, rows))


def pieces(view: View, places: Sequence[Rectangle], rows: Sequence[int] = ()) -> list[tuple[int, ModuleFrame]]:
    """Return the frames as `frames` does, each with its row.

    Args:
        view: What is drawn.
        places: Rectangles of its boxes.
        rows: Per box its row; all are in row 0 if empty.
    """
    outer = outer_of(view)
    inside: dict[tuple[str, int], _Edges] = {}
    for i, (box, place) in enumerate(zip(view.boxes, places, strict=True)):
        if box.group in outer:
            corners = (place.x, place.y, place.x + place.width, place.y + place.height)
            _grow(inside, (box.group, rows[i] if rows else 0), corners)
    every = sorted({row for _, row in inside})
    for path in inside_out(outer):
        for row in every:
            if (path, row) in inside:
                _close(inside, path, row, outer[path])
    in_order = [(row, group.path) for group in view.groups for row in every if (group.path, row) in inside]
    return [(row, _frame(path, inside[path, row])) for row, path in in_order]


def _close(inside: dict[tuple[str, int], _Edges], path: str, row: int, outer: str) -> None:
    """Put the frame around what is inside, and the frame into the module around it."""
    left, top, right, bottom = inside[path, row]
    inside[path, row] = (left - SIDE, top - TITLE, right + SIDE, bottom + SIDE)
    if outer:
        _grow(inside, (outer, row), inside[path, row])


def _frame(path: str, edges: _Edges) -> ModuleFrame:
    left, top, right, bottom = edges
    return ModuleFrame(path, left, top, right - left, bottom - top)


def _grow(inside: dict[tuple[str, int], _Edges], key: tuple[str, int], new: _Edges) -> None:
    old = inside.get(key, new)
    inside[key] = (min(old[0], new[0]), min(old[1], new[1]), max(old[2], new[2]), max(old[3], new[3]))
