"""The race: five optimizers on one parabola at once, from the same place with the same learning rate."""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from graphtrace.explain import number
from graphtrace.literals import Language
from graphtrace.sights.axes import Axis, path
from graphtrace.sights.records import Moment, Prediction, Shape, Sight
from graphtrace.sights.running import Runner, Track, run
from graphtrace.sights.shapes import bar, line, shape, text
from graphtrace.texts import say

STEPS, GOAL, NEAR, LR = 60, 3.0, 0.1, 0.1
RUNNERS = (
    Runner("SGD", "S", "forward", lambda w: torch.optim.SGD(w, lr=LR)),
    Runner("momentum", "M", "gradient", lambda w: torch.optim.SGD(w, lr=LR, momentum=0.9)),
    Runner("Adagrad", "G", "leaf", lambda w: torch.optim.Adagrad(w, lr=LR)),
    Runner("RMSprop", "R", "minus", lambda w: torch.optim.RMSprop(w, lr=LR)),
    Runner("Adam", "A", "constant", lambda w: torch.optim.Adam(w, lr=LR)),
)
_W = Axis(-0.5, 6.5, 150, 590)
_LOSS = Axis(0, 12.25, 208, 22)
_LANES, _LANE = 246, 57  # top of the first lane, height of each


def _parabola(w: Tensor) -> Tensor:
    return ((w - GOAL) ** 2).sum()


@cache
def tracks() -> tuple[Track, ...]:
    """Run the race."""
    return tuple(run(runner, (0.0,), _parabola, STEPS) for runner in RUNNERS)


def settled(track: Track) -> int | None:
    """Return after how many steps a runner came to the goal and stayed."""
    return track.settled(lambda step: abs(track.places[step][0] - GOAL), NEAR)


def first() -> int:
    """Return the number of the runner that was first to come and stay."""
    there = [settled(track) for track in tracks()]
    steps = [STEPS + 1 if step is None else step for step in there]
    return steps.index(min(steps))


def sight(language: Language) -> Sight:
    """Return the race."""
    winner, words = tracks()[first()], {"goal": number(GOAL), "near": number(NEAR), "lr": number(LR)}
    when = settled(winner)
    verdict = say("sights.race_verdict", language, name=winner.runner.name, step=when, late=_late(language), **words)
    return Sight(
        "race",
        say("sights.race", language),
        _ground(),
        tuple(Moment(_moment(step, language), _sentence(step, language, verdict)) for step in range(STEPS + 1)),
        Prediction(say("sights.race_ask", language, **words), tuple(r.name for r in RUNNERS), first(), verdict),
        260,
        "race",
        ("parabola_sgd", "parabola_momentum", "parabola_adagrad", "parabola_rmsprop", "parabola_adam"),
    )


def _late(language: Language) -> str:
    """Return who has not come to stay, and where they are."""
    late = [track for track in tracks() if settled(track) is None]
    return say("sights.comma", language).join(f"{one.runner.name} {number(one.places[-1][0])}" for one in late)


def _sentence(step: int, language: Language, verdict: str) -> str:
    if step == 0:
        return say(
            "sights.race_start", language, start=number(tracks()[0].places[0][0]), goal=number(GOAL), lr=number(LR)
        )
    if step == STEPS:
        return verdict
    best = min(tracks(), key=lambda track: track.losses[step])
    values = {"n": step, "name": best.runner.name, "w": number(best.places[step][0]), "goal": number(GOAL)}
    return say("sights.race_step", language, **values)


def _ground() -> tuple[Shape, ...]:
    """Draw the parabola, the lanes and the goal."""
    ws = torch.linspace(_W.low, _W.high, 141, dtype=torch.float64)
    curve = [(_W.at(w), _LOSS.at(_parabola(torch.tensor([w])).item())) for w in ws.tolist()]
    goal = _W.at(GOAL)
    lanes = []
    for i, runner in enumerate(RUNNERS):
        top = _LANES + i * _LANE
        lanes += [
            bar(8, top, 944, _LANE - 7, "frame"),
            text(20, top + 23, runner.name, size=17, font_weight="bold"),
            line(_W.start, top + 25, _W.end, top + 25, "hairline", 2),
        ]
    ticks = [
        text(_W.at(w), _LANES - 12, number(w), "muted", 15, text_anchor="middle")
        for w in (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
    ]
    return (
        shape("path", d=path(curve), stroke="line", stroke_width=2, fill="none"),
        *lanes,
        *ticks,
        line(goal, 16, goal, _LANES - 30, "ink", 1.5, stroke_dasharray="5 4"),
        line(goal, _LANES, goal, _LANES + 5 * _LANE - 7, "ink", 1.5, stroke_dasharray="5 4"),
        text(24, 44, "L = (w − 3)²", size=18, font_weight="bold"),
        text(_W.end + 6, _LANES - 12, "w", size=16, font_weight="bold"),
    )


def _moment(step: int, language: Language) -> tuple[Shape, ...]:
    shapes: list[Shape] = []
    for i, track in enumerate(tracks()):
        shapes += _lane(i, track, step, language)
    for track in reversed(tracks()):
        shapes += marker(track.runner, _W.at(track.places[step][0]), _LOSS.at(track.losses[step]))
    return tuple(shapes)


def _lane(i: int, track: Track, step: int, language: Language) -> list[Shape]:
    """Draw where a runner is and was, its number, and what its optimizer remembers."""
    y, colour = _LANES + i * _LANE + 25, track.runner.colour
    trail = [_W.at(w) for (w,) in track.places[: step + 1]]
    dots = [shape("circle", cx=round(x, 1), cy=y, r=3, fill=colour, opacity=0.45) for x in trail[:-1]]
    there = settled(track)
    done = there is not None and step >= there
    word = [text(20, y + 18, say("sights.there", language, n=there), "muted", 14)] if done else []
    here = text(602, y + 6, f"w = {number(track.places[step][0])}", size=16)
    return [*dots, *marker(track.runner, trail[-1], y), here, *word, *_memory(track, step, y)]


def _memory(track: Track, step: int, y: float) -> list[Shape]:
    """Draw the buffers of an optimizer as bars, each beside its name."""
    shapes: list[Shape] = []
    names = [name for name, _ in track.states[-1]]
    now = dict(track.states[step])
    for k, name in enumerate(names):
        foot = y + 6 + (k - (len(names) - 1) / 2) * 22
        most = max(abs(value) for state in track.states for (key, (value,)) in state if key == name)
        (value,) = now.get(name, (0.0,))
        shapes += [
            text(698, foot, name, "muted", 14),
            bar(826, foot - 11, 62 * abs(value) / most, 12, track.runner.colour, opacity=0.75),
            text(893, foot, number(value), "muted", 14),
        ]
    return shapes


def marker(runner: Runner, x: float, y: float) -> list[Shape]:
    """Draw a runner: its colour and its letter."""
    return [
        shape("circle", cx=round(x, 1), cy=round(y, 1), r=11, fill=runner.colour, stroke="surface", stroke_width=2),
        text(x, y + 5, runner.letter, "surface", 14, text_anchor="middle", font_weight="bold"),
    ]
