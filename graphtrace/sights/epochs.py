"""Twenty epochs of Adam against three thousand steps by hand: same net, same data, same learning rate."""

from __future__ import annotations

from functools import cache

from graphtrace import examples
from graphtrace.explain import number
from graphtrace.literals import Language
from graphtrace.sights.axes import Axis, path
from graphtrace.sights.records import Moment, Prediction, Shape, Sight
from graphtrace.sights.shapes import line, shape, text
from graphtrace.texts import say

BY_HAND, EPOCHS = 3000, 20
_PARTS = (1.0, 1.25, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.3, 8.0)  # of a power of ten: moments equally far apart
_GUESSES = (15, 150, 1500)
_STEPS = Axis(1, BY_HAND, 90, 900, log=True)
_LOSSES = Axis(0.65, 1.1, 470, 40)


@cache
def losses(program: str, steps: int) -> tuple[float, ...]:
    """Run an example's own loop, and return the loss before each step and after the last."""
    built = examples.build(program)
    assert built.zero is not None, "it trains"
    assert built.forward is not None
    assert built.step is not None
    found = []
    for _ in range(steps):
        built.zero()
        loss = built.forward()
        found.append(loss.item())
        loss.backward()  # type: ignore[no-untyped-call]
        built.step()
    return (*found, built.forward().item())


def by_hand() -> tuple[float, ...]:
    """Return the losses of ``param.data -= param.grad.data * 1e-4``."""
    return losses("batch_by_hand", BY_HAND)


def adam() -> tuple[float, ...]:
    """Return those of ``torch.optim.Adam`` with the same learning rate."""
    return losses("batch_adam", EPOCHS)


def beaten() -> int:
    """Return after how many epochs Adam's loss is below that of all steps by hand."""
    return next(epoch for epoch, loss in enumerate(adam()) if loss < by_hand()[-1])


def sight(language: Language) -> Sight:
    """Return the race of the two."""
    steps = [*range(EPOCHS + 1), *(round(part * power) for power in (10, 100, 1000) for part in _PARTS)]
    shown = sorted({step for step in steps if step <= EPOCHS or EPOCHS < step < BY_HAND} | {BY_HAND})
    last = {"n": BY_HAND, "hand": number(by_hand()[-1]), "k": beaten(), "epochs": EPOCHS, "adam": number(adam()[-1])}
    verdict = say("sights.epochs_verdict", language, **last)
    moments = (Moment(_moment(step, language), _sentence(step, language, verdict)) for step in shown)
    right = next(i for i, most in enumerate(_GUESSES) if beaten() <= most)
    options = tuple(say("sights.epochs_option", language, n=most) for most in _GUESSES)
    asked = Prediction(say("sights.epochs_ask", language, n=BY_HAND), options, right, verdict)
    title = say("sights.epochs", language, n=BY_HAND, epochs=EPOCHS)
    return Sight(
        "epochs", title, _ground(language), tuple(moments), asked, 200, "training", ("batch_by_hand", "batch_adam")
    )


def _sentence(step: int, language: Language, verdict: str) -> str:
    if step == 0:
        return say("sights.epochs_start", language, loss=number(adam()[0]))
    if step == BY_HAND:
        return verdict
    place = {"n": step, "hand": number(by_hand()[step]), "adam": number(adam()[min(step, EPOCHS)])}
    return say("sights.epochs_step" if step <= EPOCHS else "sights.epochs_alone", language, **place, epochs=EPOCHS)


def _ground(language: Language) -> tuple[Shape, ...]:
    """Draw the axes."""
    shapes = [line(90, 40, 90, 470, "line"), line(90, 470, 900, 470, "line")]
    for loss in (0.7, 0.8, 0.9, 1.0):
        y = _LOSSES.at(loss)
        shapes += [line(90, y, 900, y, "hairline"), text(80, y + 5, number(loss), "muted", 16, text_anchor="end")]
    for step in (1, 10, 100, 1000, BY_HAND):
        shapes.append(text(_STEPS.at(step), 496, f"{step:,}", "muted", 16, text_anchor="middle"))
    names = (say("sights.loss", language), say("sights.steps", language))
    return (
        *shapes,
        text(24, 28, names[0], size=16, font_weight="bold"),
        text(940, 524, names[1], size=16, text_anchor="end"),
    )


def _moment(step: int, language: Language) -> tuple[Shape, ...]:
    both = (
        (by_hand(), step, "forward", say("sights.by_hand", language)),
        (adam(), min(step, EPOCHS), "gradient", "Adam"),
    )
    shapes: list[Shape] = []
    for losses_, now, colour, name in both:
        spots = [(_STEPS.at(max(1, k)), _LOSSES.at(losses_[k])) for k in _thinned(now)]
        x, y = spots[-1]
        dash = {"stroke_dasharray": "7 4"} if colour == "gradient" else {}
        shapes += [
            shape("path", d=path(spots), stroke=colour, stroke_width=3, fill="none", **dash),
            shape("circle", cx=round(x, 1), cy=round(y, 1), r=7, fill=colour, stroke="surface", stroke_width=2),
            text(
                min(x + 12, 740), y - 14 if colour == "forward" else y + 26, f"{name}  {number(losses_[now])}", size=18
            ),
        ]
    return tuple(shapes)


def _thinned(last: int) -> list[int]:
    """Return the steps through which a line is drawn: each at first, then as many as can be told apart."""
    return [*range(min(last, 100) + 1), *range(110, last, 10), *([last] if last > 100 else [])]
