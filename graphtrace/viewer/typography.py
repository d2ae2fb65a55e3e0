"""Sizes of letters and cells on a card: large for a projector, small where a picture has many boxes."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.model import View


@dataclass(frozen=True, slots=True)
class Typography:
    """Sizes of what a card shows, in pixels.

    Attributes:
        cell: Width and height of one printed number.
        digit: Width of a cell whose numbers have one digit.
        heat: Width and height of a heatmap.
        line: Height of a line of text, and of a block of one line.
        label: Height of the label above numbers.
        small: Font size of labels and lines.
        number: Font size of printed numbers.
        digits: Significant digits of printed numbers.
        value: Width of the narrowest value.
        grad: Width of the narrowest gradient.
        bucket: Width of the narrowest bucket with its label and one bar.
        pad: Between a bucket's outline and its numbers.
        sum: Width of a line for contributions.
        row: Width of a line for a leaf.
        shelf: Width of a line for saved tensors.
        widest: Width of two blocks side by side, at most.
    """

    cell: tuple[float, float]
    digit: float
    heat: tuple[float, float]
    line: float
    label: float
    small: float
    number: float
    digits: int
    value: float
    grad: float
    bucket: float
    pad: float
    sum: float
    row: float
    shelf: float
    widest: float


DETAILED = Typography(
    cell=(46.0, 18.0),
    digit=46.0,
    heat=(92.0, 44.0),
    line=18.0,
    label=15.0,
    small=11.0,
    number=12.0,
    digits=4,
    value=60.0,
    grad=60.0,
    bucket=82.0,
    pad=5.0,
    sum=150.0,
    row=180.0,
    shelf=130.0,
    widest=212.0,
)
READABLE = Typography(
    cell=(38.0, 23.0),
    digit=25.0,
    heat=(96.0, 46.0),
    line=22.0,
    label=19.0,
    small=14.0,
    number=14.0,
    digits=2,
    value=46.0,
    grad=64.0,
    bucket=84.0,
    pad=3.0,
    sum=180.0,
    row=146.0,
    shelf=118.0,
    widest=320.0,
)
MOST_READABLE = 150  # boxes of a view that is set in large type


def typography(view: View) -> Typography:
    """Return large type for a view with few boxes."""
    return READABLE if len(view.boxes) <= MOST_READABLE else DETAILED
