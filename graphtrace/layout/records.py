"""A layout: where each box and line of a view goes. Lengths are pixels of 1/96 inch, y points downwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graphtrace.literals import EngineName, LineRole
from graphtrace.model import View


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Rectangle of one box: its top left corner and size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text on a card: baseline at (`x`, `y`) from the card's top left corner.

    `text` is cut to fit `width`, the space it has; `full` is all of it. `role` sets weight and colour.
    """

    role: LineRole
    x: float
    y: float
    size: float
    width: float
    text: str
    full: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is written on one box, and the size that this needs."""

    width: float
    height: float
    lines: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """A line as cubic Bézier points: a start, then three points per segment.

    It runs in forward direction: from the box toward the leaves to the box toward the root.
    """

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class ModuleFrame:
    """Rectangle of one open module."""

    path: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Places and cards of `view.boxes` and routes of `view.links`, index for index.

    Attributes:
        engine: ``wasm``, ``dot`` or ``ranked``: who placed it.
        notes: What had to be given up, in words ("dot exceeded 5 s: placed by rank").
    """

    view: View
    width: float
    height: float
    places: tuple[Rectangle, ...]
    cards: tuple[Card, ...]
    routes: tuple[Route, ...]
    frames: tuple[ModuleFrame, ...] = ()
    engine: EngineName | Literal[""] = ""
    notes: tuple[str, ...] = ()
