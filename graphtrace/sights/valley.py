"""The same five optimizers in a narrow valley: steep across, flat along."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from graphtrace.explain import number
from graphtrace.literals import Language
from graphtrace.sights.axes import Axis, path
from graphtrace.sights.race import marker
from graphtrace.sights.records import Moment, Prediction, Shape, Sight
from graphtrace.sights.running import Runner, Track, run
from graphtrace.sights.shapes import bar, line, shape, text
from graphtrace.texts import say

STEPS, START, STEEP, NEAR = 80, (-4.0, 1.6), 20.0, 0.01
RUNNERS = (  # each with a learning rate that suits it; the steep side bounds that of SGD: 2 / STEEP
    Runner("SGD 0.09", "S", "forward", lambda w: torch.optim.SGD(w, lr=0.09)),
    Runner("momentum 0.02", "M", "gradient", lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.9)),
    Runner("Adagrad 0.5", "G", "leaf", lambda w: torch.optim.Adagrad(w, lr=0.5)),
    Runner("RMSprop 0.1", "R", "minus", lambda w: torch.optim.RMSprop(w, lr=0.1)),
    Runner("Adam 0.2", "A", "constant", lambda w: torch.optim.Adam(w, lr=0.2)),
)
_X = Axis(-4.6, 4.2, 16, 640)
_Y = Axis(-2.0, 2.0, 490, 20)
_LOSSES = Axis(1e-8, 40.0, 0, 150, log=True)


def _valley(w: Tensor) -> Tensor:
    return 0.5 * (w[0] ** 2 + STEEP * w[1] ** 2)


@cache
def tracks() -> tuple[Track, ...]:
    """Run the race."""
    return tuple(run(runner, START, _valley, STEPS) for runner in RUNNERS)


def settled(track: Track) -> int | None:
    """Return after how many steps the loss was small and stayed so."""
    return track.settled(track.losses.__getitem__, NEAR)


def first() -> int:
    """Return the number of the runner whose loss was small first."""
    there = [settled(track) for track in tracks()]
    steps = [STEPS + 1 if step is None else step for step in there]
    return steps.index(min(steps))


def sight(language: Language) -> Sight:
    """Return the race in the valley."""
    winner = tracks()[first()]
    values = {"name": winner.runner.name, "step": settled(winner), "near": number(NEAR)}
    verdict = say("sights.valley_verdict", language, **values)
    moments = (Moment(_moment(step, language), _sentence(step, language, verdict)) for step in range(STEPS + 1))
    names = tuple(runner.name for runner in RUNNERS)
    asked = Prediction(say("sights.valley_ask", language, near=number(NEAR)), names, first(), verdict)
    return Sight("valley", say("sights.valley", language), _ground(), tuple(moments), asked, 220, "race", ())


def _sentence(step: int, language: Language, verdict: str) -> str:
    if step == 0:
        return say("sights.valley_start", language, steep=number(STEEP))
    if step == STEPS:
        return verdict
    best = min(tracks(), key=lambda track: track.losses[step])
    return say("sights.valley_step", language, n=step, name=best.runner.name, loss=number(best.losses[step]))


def _ground() -> tuple[Shape, ...]:
    """Draw the valley, its lowest point and a place for each runner."""
    lanes = [
        shape_
        for i, runner in enumerate(RUNNERS)
        for shape_ in (
            bar(656, 20 + i * 82, 296, 74, "frame"),
            *marker(runner, 678, 44 + i * 82),
            text(698, 50 + i * 82, runner.name, size=17, font_weight="bold"),
        )
    ]
    low = (_X.at(0), _Y.at(0))
    cross = [
        line(low[0] - 7, low[1], low[0] + 7, low[1], "ink", 2),
        line(low[0], low[1] - 7, low[0], low[1] + 7, "ink", 2),
    ]
    formula = text(24, 524, "L = ½ (x² + 20 y²)", size=18, font_weight="bold")
    return (*_rings(), *cross, *lanes, formula)


def _rings() -> list[Shape]:
    """Draw lines of equal loss, the outer ones first."""
    across, up = _X.at(1) - _X.at(0), _Y.at(0) - _Y.at(1)
    return [
        shape(
            "ellipse",
            cx=round(_X.at(0), 1),
            cy=round(_Y.at(0), 1),
            rx=round(across * (2 * level) ** 0.5, 1),
            ry=round(up * (2 * level / STEEP) ** 0.5, 1),
            fill="frame",
            stroke="line",
            stroke_width=1,
            stroke_opacity=0.7,
        )
        for level in (8.0, 4.0, 2.0, 1.0, 0.3, 0.05)
    ]


def _moment(step: int, language: Language) -> tuple[Shape, ...]:
    shapes: list[Shape] = []
    for i, track in enumerate(tracks()):
        spots = [(_X.at(x), _Y.at(y)) for x, y in track.places[: step + 1]]
        if step:
            shapes.append(
                shape("path", d=path(spots), stroke=track.runner.colour, stroke_width=2.5, fill="none", opacity=0.8)
            )
        shapes += marker(track.runner, *spots[-1])
        shapes += _row(i, track, step, language)
    return tuple(shapes)


def _row(i: int, track: Track, step: int, language: Language) -> list[Shape]:
    """Draw the loss of a runner, and when it became small."""
    top, there = 20 + i * 82, settled(track)
    done = there is not None and step >= there
    word = [text(940, top + 30, say("sights.there", language, n=there), "muted", 14, text_anchor="end")] if done else []
    loss = track.losses[step]
    return [
        *word,
        bar(668, top + 48, _LOSSES.at(loss), 14, track.runner.colour, opacity=0.75),
        text(830, top + 61, f"L = {number(loss)}", "muted", 15),
    ]
