"""What a sight is: plain records, made once from a run of torch."""

from __future__ import annotations

from dataclasses import dataclass

Attribute = str | float


@dataclass(frozen=True, slots=True)
class Shape:
    """An element of a picture. A colour is a name of the palette, so that one drawing serves both themes."""

    tag: str
    attrs: tuple[tuple[str, Attribute], ...] = ()
    children: tuple[Shape | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment: what is drawn on the ground, and one sentence on it."""

    shapes: tuple[Shape, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """What to predict before it starts.

    Attributes:
        text: The question.
        options: What to choose from.
        right: Number of the option that the run proved right.
        verdict: What is said at the end, whatever was chosen.
    """

    text: str
    options: tuple[str, ...]
    right: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Sight:
    """One sight.

    Attributes:
        name: Its name in addresses and names of files.
        title: What it shows.
        ground: What is drawn in all of its moments, below them.
        moments: In order.
        prediction: What to predict before it starts.
        pace: Milliseconds from one moment to the next.
        lesson: The lesson that it belongs to.
        presets: Presets of the Lab that run it.
    """

    name: str
    title: str
    ground: tuple[Shape, ...]
    moments: tuple[Moment, ...]
    prediction: Prediction
    pace: int
    lesson: str
    presets: tuple[str, ...]


WIDTH, HEIGHT = 960, 540
"""Size of every picture, in its own pixels."""
