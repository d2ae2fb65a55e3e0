"""Layout: where each box and line of a view goes.

Files: `text_width` and `card` measure, `digraph` writes DOT, `wasm` and `native` run Graphviz on it, `parse`
reads the answer, `ranks` and `ranked` place without Graphviz, `tidy` redraws short lines, `wrap` and
`ribbon` fold a wide picture into rows, `module_frames` frames open modules. `place` calls them in turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from math import isfinite

from graphtrace.errors import LayoutError, shown
from graphtrace.layout import native, ranked, wasm
from graphtrace.layout.bezier import extent
from graphtrace.layout.card import card
from graphtrace.layout.digraph import source
from graphtrace.layout.module_frames import frames
from graphtrace.layout.placement import Placement, TooSlowError, moved
from graphtrace.layout.ranks import ranks
from graphtrace.layout.records import Card, Layout, ModuleFrame, Rectangle, Route, TextLine
from graphtrace.layout.wasm import warm
from graphtrace.layout.wrap import wrap
from graphtrace.literals import EngineName
from graphtrace.model import View, paused_gc

__all__ = ["Card", "Layout", "ModuleFrame", "Rectangle", "Route", "TextLine", "card", "place", "source", "warm"]

MARGIN = 20.0
CLOSE_MARGIN = 8.0  # around cards in large type
_SURE = 1500  # boxes up to which dot is tried
_PAIR = 1.5e-7  # seconds
_ENGINES: dict[EngineName, Callable[[View, Sequence[Card], float], Placement]] = {
    "wasm": wasm.place,
    "dot": native.place,
    "ranked": ranked.place,
}


def place(
    view: View,
    *,
    budget: float = 5.0,
    engine: EngineName | None = None,
    aspect: float | None = 16 / 10,
    reserved_sizes: Sequence[tuple[float, float]] = (),
    large: bool = False,
    tall: Collection[int] = (),
) -> Layout:
    """Place the boxes and lines of `view`; the same view gives the same layout.

    Args:
        view: What to place.
        budget: Seconds that Graphviz may take; then the boxes are placed by rank, and a note says so.
        engine: ``wasm``, ``dot`` or ``ranked`` to insist on one; by default the first that works.
        aspect: Width by height of the window it is for. A much wider picture is folded into rows,
            like lines of text. None leaves it in one row.
        reserved_sizes: Per box the width and height that its card keeps free below its lines.
        large: Whether cards are written in large type, for a projector.
        tall: Ids of boxes whose cards are then narrow, with more lines.

    Raises:
        LayoutError: An argument is out of range, or the engine insisted on failed.
    """
    _check(budget, engine, aspect)
    with paused_gc():
        sizes = reserved_sizes or [(0.0, 0.0)] * len(view.boxes)
        cards = tuple(card(box, sizes[box.id], large=large, tall=box.id in tall) for box in view.boxes)
        placement, name, notes = _draw(view, cards, budget, engine)
        if aspect is not None:
            placement = wrap(view, placement, aspect)
        return _finished(view, cards, placement, (name, notes), CLOSE_MARGIN if large else MARGIN)


def _check(budget: float, engine: object, aspect: float | None) -> None:
    if not (isfinite(budget) and budget > 0):
        raise LayoutError(f"the time budget is not a positive number: {shown(budget)} (seconds, such as 5)")
    if engine is not None and engine not in _ENGINES:
        raise LayoutError(f"unknown layout engine: {shown(engine)} (one of {', '.join(_ENGINES)})")
    if aspect is not None and not (isfinite(aspect) and aspect > 0):
        raise LayoutError(f"the aspect is not a positive number: {shown(aspect)} (width / height, or None)")


def _draw(
    view: View, cards: Sequence[Card], budget: float, engine: EngineName | None
) -> tuple[Placement, EngineName, tuple[str, ...]]:
    if engine is not None:
        return _ENGINES[engine](view, cards, budget), engine, ()
    if not view.boxes:
        return ranked.place(view, cards, budget), "ranked", ()
    if note := _hopeless(view, budget):
        return ranked.place(view, cards, budget), "ranked", (note,)
    end = time.monotonic() + budget
    reasons: list[str] = []
    engines: tuple[EngineName, ...] = ("wasm", "dot")
    for name in engines:
        try:
            return _ENGINES[name](view, cards, max(0.1, end - time.monotonic())), name, tuple(reasons)
        except TooSlowError:
            reasons.append(f"dot exceeded {budget:g} s: placed by rank")
            break  # the other dot is the same algorithm
        except LayoutError as error:
            reasons.append(f"{name} was not used: {error}")
    return ranked.place(view, cards, budget), "ranked", tuple(reasons)


def _hopeless(view: View, budget: float) -> str:
    """Return why dot is not worth trying, or "".

    Its time grows with the square of boxes and bends (a line bends in every column that it passes):
    measured 0.04 to 0.19 µs a pair, on chains, random graphs and unrolled recurrent nets.
    """
    count = len(view.boxes)
    if count <= _SURE:
        return ""
    arcs = [(link.target, link.source) for link in view.links]
    rank = ranks(count, arcs)
    bends = sum(max(0, rank[head] - rank[tail] - 1) for tail, head in arcs)
    if _PAIR * (count + bends) ** 2 <= 0.6 * budget:
        return ""
    return f"{count:,} boxes are too many for dot in {budget:g} s: placed by rank"


def _finished(
    view: View,
    cards: tuple[Card, ...],
    placement: Placement,
    made: tuple[EngineName, tuple[str, ...]],
    margin: float,
) -> Layout:
    """Return the layout with its frames, moved so that everything has a margin."""
    around = frames(view, placement.places, placement.rows)
    rectangles: list[Rectangle | ModuleFrame] = [*placement.places, *around]
    corners = [(r.x, r.y, r.x + r.width, r.y + r.height) for r in rectangles]
    corners += [extent(route.points) for route in placement.routes]
    left, top = (min((c[i] for c in corners), default=0.0) - margin for i in (0, 1))
    right, bottom = (max((c[i] for c in corners), default=0.0) + margin for i in (2, 3))
    return Layout(
        view=view,
        width=round(right - left, 2),
        height=round(bottom - top, 2),
        places=tuple(moved(p, -left, -top) for p in placement.places),
        cards=cards,
        routes=tuple([Route(tuple([(x - left, y - top) for x, y in r.points])) for r in placement.routes]),
        frames=tuple(ModuleFrame(f.path, f.x - left, f.y - top, f.width, f.height) for f in around),
        engine=made[0],
        notes=made[1],
    )
