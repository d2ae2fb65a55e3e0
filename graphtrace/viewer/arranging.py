"""How the cards of a picture are arranged: the way in which all of it is seen largest.

Cards are wide, value and gradient side by side. Where that does not fit a small window in letters that can be read,
those that may are narrow and tall.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import Protocol

from graphtrace.layout import CLOSE_MARGIN, Layout, place
from graphtrace.layout.card import card
from graphtrace.model import View
from graphtrace.viewer import card_slots
from graphtrace.viewer.block import Block

WINDOWS = ((1050.0, 455.0), (1360.0, 720.0))  # room for the picture in a small and a large window, above the strip
SMALLEST = (1058.0, 406.0)  # of the Lab at 1280×720
BESIDE_MAP = 374.0  # height of the same where the map is below the picture
ASPECTS = (None, 3.0, 2.0)  # what is tried: one row, or rows for a window of this shape
ROW_BONUS = 1.17  # one row reads more easily than several of this much larger type
TALL_BONUS = 1.1  # of narrow cards more are seen together, where not all of them are
MOST_TRIED = 80  # boxes up to which all are tried
MOST_TALL = 24  # boxes up to which tall cards are tried
_LEAST_SAVED = 12.0  # px that a tall card must be narrower
Wanted = tuple[tuple[Block, ...], ...]  # per box what is drawn in its card


class MakeBlocks(Protocol):
    """Makes the blocks of every box."""

    def __call__(self, *, upright: bool) -> Wanted:
        """Return them, with the gradient below the value or beside it."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """A view, what is drawn on its cards, whether in large type, and the ids of the cards that are tall."""

    view: View
    blocks: Wanted
    large: bool
    tall: frozenset[int] = frozenset()


def arrange(view: View, blocks: MakeBlocks, large: bool) -> Arranged:
    """Return how the cards of a view are arranged."""
    usual = Arranged(view, blocks(upright=False), large)
    if not large or len(view.boxes) > MOST_TALL or _fits(usual):
        return usual
    upright = blocks(upright=True)
    narrow = _narrower(usual, upright, BESIDE_MAP)
    if _fits(narrow):
        return narrow
    narrowest = _narrower(usual, upright, SMALLEST[1])
    if _fits(narrowest):
        return narrowest
    return narrow if _zoom(placed(narrow)) * TALL_BONUS > _zoom(placed(usual)) else usual


def _narrower(usual: Arranged, upright: Wanted, highest: float) -> Arranged:
    """Return the same with every card tall that is narrower so, and fits a window of that height."""
    blocks, tall = list(usual.blocks), set()
    for box in usual.view.boxes:
        wide = card(box, card_slots.extent(usual.blocks[box.id]), large=True)
        slim = card(box, card_slots.extent(upright[box.id]), large=True, tall=True)
        if slim.width <= wide.width - _LEAST_SAVED and slim.height <= highest - 2 * CLOSE_MARGIN:
            blocks[box.id] = upright[box.id]
            tall.add(box.id)
    return replace(usual, blocks=tuple(blocks), tall=frozenset(tall))


@lru_cache(maxsize=48)
def placed(arranged: Arranged) -> Layout:
    """Return where everything is, in one row or several, whichever shows it larger."""
    view, blocks = arranged.view, arranged.blocks
    sizes = [card_slots.extent(wanted) for wanted in blocks]
    aspects = ASPECTS if len(view.boxes) <= MOST_TRIED else (2.0,)
    tried = [
        place(view, aspect=aspect, reserved_sizes=sizes, large=arranged.large, tall=arranged.tall) for aspect in aspects
    ]
    bonus = {id(layout): ROW_BONUS if aspect is None else 1.0 for layout, aspect in zip(tried, aspects, strict=True)}
    return max(tried, key=lambda layout: _zoom(layout) * bonus[id(layout)])


def _fits(arranged: Arranged) -> bool:
    layout = placed(arranged)
    return layout.width <= SMALLEST[0] and layout.height <= SMALLEST[1]


def _zoom(layout: Layout) -> float:
    """Return how large a layout is drawn when all of it is shown: the geometric mean over windows."""
    wide, high = max(1.0, layout.width), max(1.0, layout.height)
    return prod(min(1.6, w / wide, h / high) for w, h in WINDOWS) ** (1 / len(WINDOWS))
