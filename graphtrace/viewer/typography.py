"""Sizes of letters and cells on a card: large for a projector, small where a picture has many boxes."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.model import View


@dataclass(frozen=True, slots=True)
class Typography:
    """Sizes of what a card shows, in pixels.

    Attributes:
        cell: Width and height of one printed number.
        heat: Width and height of a heatmap.
        line: Height of a line of text, and of a block of one line.
        label: Height of the label above numbers.
        small: Font size of labels and lines.
        number: Font size of printed numbers.
        digits: Significant digits of printed numbers.
        narrowest: Width of the narrowest block, and of the narrowest bucket with its label and one bar.
        widest: Width of two blocks side by side, at most.
    """

    cell: tuple[float, float]
    heat: tuple[float, float]
    line: float
    label: float
    small: float
    number: float
    digits: int
    narrowest: tuple[float, float]
    widest: float


DETAILED = Typography((46.0, 18.0), (92.0, 44.0), 18.0, 15.0, 11.0, 12.0, 4, (60.0, 82.0), 212.0)
READABLE = Typography((40.0, 23.0), (104.0, 50.0), 22.0, 19.0, 14.0, 14.0, 2, (72.0, 102.0), 300.0)
MOST_READABLE = 40  # boxes of a view that is set in large type


def typography(view: View) -> Typography:
    """Return large type for a view of concepts or modules with few boxes."""
    return READABLE if view.name != "autograd" and len(view.boxes) <= MOST_READABLE else DETAILED
