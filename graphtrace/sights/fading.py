"""Twenty sigmoids in a row: how large the gradient of each weight is, as backward reaches it."""

from __future__ import annotations

import math
from functools import cache

import torch

from graphtrace.explain import number
from graphtrace.literals import Language
from graphtrace.sights.axes import Axis
from graphtrace.sights.records import Moment, Prediction, Shape, Sight
from graphtrace.sights.running import Numbers
from graphtrace.sights.shapes import bar, line, text
from graphtrace.texts import say

LAYERS, INPUT, TARGET = 20, 0.5, 1.0
_POWERS = (-14, -12, -10, -8, -6, -4, -2)
_SIZES = Axis(1e-14, 1.0, 470, 40, log=True)
_LEFT, _STEP = 96, 42


@cache
def gradients() -> Numbers:
    """Run the chain, all weights 1, and return the gradient of each weight, the first layer's first."""
    weights = [torch.tensor(1.0, dtype=torch.float64, requires_grad=True) for _ in range(LAYERS)]
    h = torch.tensor(INPUT, dtype=torch.float64)
    for weight in weights:
        h = torch.sigmoid(weight * h)
    (h - TARGET).pow(2).backward()  # type: ignore[no-untyped-call]
    return tuple(weight.grad.item() for weight in weights if weight.grad is not None)


def sight(language: Language) -> Sight:
    """Return the bars, the last layer's first."""
    sizes = [abs(g) for g in gradients()]
    values = {"first": number(sizes[0]), "last": number(sizes[-1]), "ratio": number(sizes[-1] / sizes[0]), "n": LAYERS}
    verdict = say("sights.fading_verdict", language, **values)
    moments = tuple(Moment(_moment(seen), _sentence(seen, language, verdict)) for seen in range(LAYERS + 1))
    power = math.floor(math.log10(sizes[0]))
    powers = (-2, power // 2, power)
    options = tuple(f"10{_raised(one)}" for one in powers)
    asked = Prediction(say("sights.fading_ask", language, n=LAYERS), options, 2, verdict)
    title = say("sights.fading", language, n=LAYERS)
    return Sight("fading", title, _ground(language), moments, asked, 350, "dying", ("deep_sigmoids",))


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _sentence(seen: int, language: Language, verdict: str) -> str:
    if seen == 0:
        return say("sights.fading_start", language, n=LAYERS)
    if seen == LAYERS:
        return verdict
    layer = LAYERS - seen
    return say("sights.fading_step", language, layer=layer + 1, g=number(abs(gradients()[layer])))


def _ground(language: Language) -> tuple[Shape, ...]:
    shapes = [line(_LEFT - 8, 40, _LEFT - 8, 470), line(_LEFT - 8, 470, 940, 470)]
    for power in _POWERS:
        y = _SIZES.at(10.0**power)
        shapes += [
            line(_LEFT - 8, y, 940, y, "hairline"),
            text(_LEFT - 16, y + 5, f"10{_raised(power)}", "muted", 16, text_anchor="end"),
        ]
    for layer in range(LAYERS):
        shapes.append(text(_LEFT + layer * _STEP + 17, 494, f"{layer + 1}", "muted", 16, text_anchor="middle"))
    names = (say("sights.fading_size", language), say("sights.layer", language))
    return (
        *shapes,
        text(24, 28, names[0], size=16, font_weight="bold"),
        text(940, 524, names[1], size=16, text_anchor="end"),
    )


def _moment(seen: int) -> tuple[Shape, ...]:
    shapes: list[Shape] = []
    for layer in range(LAYERS - seen, LAYERS):
        size = abs(gradients()[layer])
        x, y = _LEFT + layer * _STEP, _SIZES.at(size)
        now = layer == LAYERS - seen
        shapes.append(bar(x, y, 34, 470 - y, "gradient", opacity=1 if now else 0.55))
        if now:
            shapes.append(text(x + 34, y - 10, number(size), size=18, text_anchor="end", font_weight="bold"))
    return tuple(shapes)
