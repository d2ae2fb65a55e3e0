"""XOR from eight seeds: seven nets learn it, one stays at ln 2 for ever, with two units that never fire."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch import nn

from graphtrace.examples.seeded import Seeded
from graphtrace.explain import number
from graphtrace.literals import Language
from graphtrace.sights.axes import Axis, path
from graphtrace.sights.records import Moment, Prediction, Shape, Sight
from graphtrace.sights.running import Numbers
from graphtrace.sights.shapes import bar, line, shape, text
from graphtrace.texts import say

SEEDS, STUCK, STEPS, LR, UNITS = tuple(range(8)), 2, 1000, 0.5, 4
_X = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
_Y = (0.0, 1.0, 1.0, 0.0)
_AXIS = Axis(1, STEPS, 70, 560, log=True)
_LOSSES = Axis(0, 0.9, 470, 40)
_GRID, _CELL = 640, 66


@dataclass(frozen=True, slots=True)
class Training:
    """One net: the loss before each step and after the last, and which units fire for which sample at each."""

    losses: Numbers
    firing: tuple[tuple[tuple[bool, ...], ...], ...]


@cache
def training(seed: int) -> Training:
    """Train ``Sequential(Linear(2, 4), ReLU(), Linear(4, 1))`` on the four samples."""
    x, y = torch.tensor(_X), torch.tensor(_Y).unsqueeze(1)
    with Seeded(seed):
        net = nn.Sequential(nn.Linear(2, UNITS), nn.ReLU(), nn.Linear(UNITS, 1))
    optimizer, criterion = torch.optim.SGD(net.parameters(), lr=LR), nn.BCEWithLogitsLoss()
    losses, firing = [], []
    for step in range(STEPS + 1):
        hidden = net[1](net[0](x))
        loss = criterion(net[2](hidden), y)
        losses.append(loss.item())
        firing.append(tuple(tuple(row) for row in (hidden > 0).tolist()))
        if step < STEPS:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return Training(tuple(losses), tuple(firing))


def dead(step: int) -> list[int]:
    """Return the units of the net that is stuck which fire for no sample."""
    rows = training(STUCK).firing[step]
    return [unit for unit in range(UNITS) if not any(row[unit] for row in rows)]


def always(step: int) -> list[int]:
    """Return those that fire for every sample: they are linear."""
    rows = training(STUCK).firing[step]
    return [unit for unit in range(UNITS) if all(row[unit] for row in rows)]


def sight(language: Language) -> Sight:
    """Return the eight trainings."""
    end = training(STUCK).losses[-1]
    values = {"loss": number(end), "ln": number(math.log(2)), "dead": len(dead(STEPS)), "always": len(always(STEPS))}
    verdict = say("sights.stuck_verdict", language, seed=STUCK, **values)
    steps = sorted({0, STEPS, *(round(10 ** (k / 14)) for k in range(43) if round(10 ** (k / 14)) < STEPS)})
    moments = (Moment(_moment(step, language), _sentence(step, language, verdict)) for step in steps)
    options = tuple(say("sights.stuck_option", language, n=n) for n in range(1, UNITS))
    ask = say("sights.stuck_ask", language, seed=STUCK)
    asked = Prediction(ask, options, len(dead(STEPS)) - 1, verdict)
    title = say("sights.stuck", language)
    return Sight("stuck", title, _ground(language), tuple(moments), asked, 200, "dying", ("xor_stuck",))


def _sentence(step: int, language: Language, verdict: str) -> str:
    if step == 0:
        return say("sights.stuck_start", language, n=len(SEEDS))
    if step == STEPS:
        return verdict
    values = {"n": step, "seed": STUCK, "loss": number(training(STUCK).losses[step]), "dead": len(dead(step))}
    return say("sights.stuck_step", language, **values)


def _ground(language: Language) -> tuple[Shape, ...]:
    """Draw the axes, the line of ln 2 and the names of samples and units."""
    half = _LOSSES.at(math.log(2))
    shapes = [
        line(70, 40, 70, 470),
        line(70, 470, 560, 470),
        line(70, half, 560, half, "ink", 1.5, stroke_dasharray="5 4"),
    ]
    shapes += [
        text(62, half + 5, "ln 2", size=16, text_anchor="end"),
        text(62, 475, "0", "muted", 16, text_anchor="end"),
    ]
    shapes += [text(_AXIS.at(s), 496, f"{s:,}", "muted", 16, text_anchor="middle") for s in (1, 10, 100, STEPS)]
    for i, (a, b) in enumerate(_X):
        shapes.append(text(_GRID - 12, 140 + i * _CELL, f"{a:g}, {b:g}", size=17, text_anchor="end"))
    for unit in range(UNITS):
        shapes.append(text(_GRID + 30 + unit * _CELL, 90, f"{unit}", size=17, text_anchor="middle", font_weight="bold"))
    head = text(_GRID - 50, 52, say("sights.stuck_units", language, seed=STUCK), size=17, font_weight="bold")
    return (
        *shapes,
        head,
        text(24, 28, say("sights.loss", language), size=16, font_weight="bold"),
        text(570, 524, say("sights.steps", language), size=16, text_anchor="end"),
    )


def _moment(step: int, language: Language) -> tuple[Shape, ...]:
    shapes: list[Shape] = []
    for seed in (*(seed for seed in SEEDS if seed != STUCK), STUCK):
        losses, bad = training(seed).losses, seed == STUCK
        spots = [(_AXIS.at(max(1, k)), _LOSSES.at(losses[k])) for k in _thinned(step)]
        colour, wide, clear = ("gradient", 4, 1.0) if bad else ("forward", 1.5, 0.6)
        shapes.append(shape("path", d=path(spots), fill="none", stroke=colour, stroke_width=wide, opacity=clear))
    x, y = spots[-1]
    shapes += [
        shape("circle", cx=round(x, 1), cy=round(y, 1), r=7, fill="gradient", stroke="surface", stroke_width=2),
        text(
            min(x + 10, 420),
            y - 16,
            say("sights.seed", language, n=STUCK, loss=number(training(STUCK).losses[step])),
            size=17,
        ),
    ]
    return (*shapes, *_units(step, language))


def _thinned(last: int) -> list[int]:
    return [*range(min(last, 100) + 1), *range(104, last, 4), *([last] if last > 100 else [])]


def _units(step: int, language: Language) -> list[Shape]:
    """Draw which unit fires for which sample; one that never fires is hollow."""
    shapes: list[Shape] = []
    gone, linear = dead(step), always(step)
    for unit in range(UNITS):
        x = _GRID + 30 + unit * _CELL
        for i, row in enumerate(training(STUCK).firing[step]):
            fill = {"fill": "leaf"} if row[unit] else {"fill": "none"}
            line_ = "gradient" if unit in gone else "leaf"
            dash = {"stroke_dasharray": "4 3"} if unit in gone else {}
            shapes.append(
                shape("circle", cx=x, cy=134 + i * _CELL, r=21, stroke=line_, stroke_width=2.5, **fill, **dash)
            )
        word = "sights.dead" if unit in gone else "sights.linear" if unit in linear else ""
        if word:
            shapes.append(text(x, 386, say(word, language), size=15, text_anchor="middle"))
    shapes.append(bar(_GRID - 50, 402, 310, 1, "hairline"))
    return shapes
