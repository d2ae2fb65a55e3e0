"""Sights: runs of torch worth a look of their own, recorded number by number and drawn moment by moment.

>>> from graphtrace import sights
>>> sights.open_sight("race", "en").moments[0].sentence.startswith("Five")
True

A sight is data: shapes in colours by name, one drawing per moment, and what to predict before it starts. The page
`app.sights` plays it; `picture` writes a moment as an SVG file, the same picture.

Files, from bottom to top; each imports from those above its line only:
    records    what a sight is
    shapes     shapes, and their text in an SVG file
    axes       amounts to places, lines through them
    running    an optimizer or a net, run and recorded as plain numbers
    race       five optimizers on a parabola
    valley     the same in a narrow valley
    epochs     twenty epochs of Adam against three thousand steps by hand
    doubling   a vector doubled nine times, and its gradient
    stuck      XOR from eight seeds, one of which learns nothing
    fading     the gradients of twenty sigmoids in a row
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from graphtrace.errors import TraceError, shown
from graphtrace.literals import Language, ThemeName
from graphtrace.sights import doubling, epochs, fading, race, stuck, valley
from graphtrace.sights.records import Moment, Prediction, Shape, Sight
from graphtrace.sights.shapes import page, plain

__all__ = ["SIGHTS", "Moment", "Prediction", "Shape", "Sight", "open_sight", "picture", "plain"]

_MAKERS: dict[str, Callable[[Language], Sight]] = {
    "race": race.sight,
    "valley": valley.sight,
    "epochs": epochs.sight,
    "doubling": doubling.sight,
    "stuck": stuck.sight,
    "fading": fading.sight,
}
SIGHTS: tuple[str, ...] = tuple(_MAKERS)


@cache
def open_sight(name: str, language: Language = "en") -> Sight:
    """Return a sight; the first time its programs are run.

    Raises:
        TraceError: There is none of this name.
    """
    if name not in _MAKERS:
        raise TraceError(f"unknown sight: {shown(name)} (must be one of {list(SIGHTS)})")
    return _MAKERS[name](language)


def picture(name: str, moment: int = -1, *, language: Language = "en", theme: ThemeName = "light") -> str:
    """Return a moment of a sight as the text of an SVG file.

    Args:
        name: Of the sight.
        moment: Its number, from 0; the last one unless told.
        language: Of its words.
        theme: ``light`` or ``dark``.

    Raises:
        TraceError: There is no such sight or theme.
    """
    return page(open_sight(name, language), moment, theme)
