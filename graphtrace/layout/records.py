"""A layout: where every box and line of a view goes. Lengths in pixels of 1/96 inch, y downwards."""

from __future__ import annotations

from dataclasses import dataclass

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

    `text` is cut to fit `width`, the room it has; `full` is the whole of it. `role` is
    ``title subtitle text detail badge`` and sets weight and colour.
    """

    role: str
    x: float
    y: float
    size: float
    width: float
    text: str
    full: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is written on one box, and the size that needs. The only place where text is measured."""

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
    engine: str = ""
    notes: tuple[str, ...] = ()
