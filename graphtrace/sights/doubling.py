"""A vector doubled until it is long, and the gradient that a vector v sends back: 2⁹·v."""

from __future__ import annotations

from functools import cache

import torch

from graphtrace.explain import number
from graphtrace.literals import Language
from graphtrace.sights.records import Moment, Prediction, Shape, Sight
from graphtrace.sights.running import Numbers
from graphtrace.sights.shapes import bar, line, text
from graphtrace.texts import say

START, VOTE, LONG = (1.0, 2.0, 3.0), (0.1, 1.0, 0.0001), 1000
_LEFT, _STEP, _CELL = 118, 84, 76


@cache
def values_and_gradients() -> tuple[tuple[Numbers, ...], tuple[Numbers, ...]]:
    """Run the program, and return x and every y, then what backward brought to each of them."""
    x = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    passed = [x, x * 2]
    while passed[-1].data.norm() < LONG:
        passed.append(passed[-1] * 2)
    for y in passed[1:]:
        y.retain_grad()
    passed[-1].backward(torch.tensor(VOTE))  # type: ignore[no-untyped-call]
    gradients = [one.grad for one in passed]
    return tuple(tuple(one.tolist()) for one in passed), tuple(tuple(g.tolist()) for g in gradients if g is not None)


def times() -> int:
    """Return how many multiplications there were."""
    return len(values_and_gradients()[0]) - 1


def sight(language: Language) -> Sight:
    """Return the doubling: forward a column a moment, then backward."""
    _, gradients = values_and_gradients()
    count = times()
    ratios = {round(g / v) for g, v in zip(gradients[0], VOTE, strict=True)}
    (ratio,) = ratios
    grads = ", ".join(map(number, gradients[0]))
    verdict = say("sights.doubling_verdict", language, n=count, ratio=ratio, grads=grads)
    forward = [(i, None) for i in range(count + 1)]
    backward = [(count, i) for i in range(count, -1, -1)]
    moments = tuple(
        Moment(_moment(seen, arrived), _sentence(seen, arrived, language, verdict))
        for seen, arrived in (*forward, *backward)
    )
    options = tuple(number(factor) for factor in (2, 2 * count, ratio))
    asked = Prediction(say("sights.doubling_ask", language), options, 2, verdict)
    title = say("sights.doubling", language)
    return Sight("doubling", title, _ground(language), moments, asked, 600, "vectors", ("doubling",))


def _sentence(seen: int, arrived: int | None, language: Language, verdict: str) -> str:
    values, gradients = values_and_gradients()
    if arrived == 0:
        return verdict
    if arrived is None and seen == 0:
        return say("sights.doubling_start", language, most=LONG)
    if arrived is None:
        return say("sights.doubling_forward", language, n=seen, y=", ".join(map(number, values[seen])))
    if arrived == times():
        return say("sights.doubling_vote", language, v=", ".join(map(number, VOTE)))
    grads = ", ".join(map(number, gradients[arrived]))
    return say("sights.doubling_backward", language, n=times() - arrived, grads=grads)


def _ground(language: Language) -> tuple[Shape, ...]:
    shapes: list[Shape] = []
    for i in range(times() + 1):
        x = _LEFT + i * _STEP
        name = "x" if i == 0 else f"y{i}".translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
        shapes += [
            bar(x, 30, _CELL, 470, "frame"),
            text(x + _CELL / 2, 62, name, size=19, text_anchor="middle", font_weight="bold"),
        ]
        if i:
            shapes.append(text(x - 4, 278, "×2", "muted", 15, text_anchor="middle"))
    words = (say("sights.value", language), say("sights.gradient", language))
    return (
        *shapes,
        text(16, 150, words[0], size=18),
        text(16, 390, words[1], size=18),
        line(16, 262, 944, 262, "hairline"),
    )


def _moment(seen: int, arrived: int | None) -> tuple[Shape, ...]:
    values, gradients = values_and_gradients()
    shapes: list[Shape] = []
    for i in range(seen + 1):
        shapes += _cells(i, 84, values[i], "forward")
        if arrived is not None and i >= arrived:
            shapes += _cells(i, 310, gradients[i], "gradient")
    now = seen if arrived is None else arrived
    shapes.append(bar(_LEFT + now * _STEP, 24, _CELL, 5, "forward" if arrived is None else "gradient"))
    return tuple(shapes)


def _cells(column: int, top: float, numbers: Numbers, colour: str) -> list[Shape]:
    """Draw three numbers in cells."""
    x = _LEFT + column * _STEP
    shapes: list[Shape] = []
    for k, value in enumerate(numbers):
        y = top + k * 56
        shapes += [
            bar(x + 4, y, _CELL - 8, 46, colour, opacity=0.25, stroke=colour),
            text(x + _CELL / 2, y + 29, number(value), size=17, text_anchor="middle"),
        ]
    return shapes
