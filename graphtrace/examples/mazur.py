"""Mazur's worked example: two inputs, two sigmoid units, two outputs, every weight a number of its own."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from graphtrace.examples.program import Built, Example, example
from graphtrace.examples.updates import by_hand, zero

_WEIGHTS = (0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55)


def _number(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)


def _forward(w: dict[str, Tensor], given: dict[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
    i1, i2, b1, b2, t1, t2 = (given[name] for name in ("i1", "i2", "b1", "b2", "t1", "t2"))
    h1 = torch.sigmoid(w["w1"] * i1 + w["w2"] * i2 + b1)
    h2 = torch.sigmoid(w["w3"] * i1 + w["w4"] * i2 + b1)
    o1 = torch.sigmoid(w["w5"] * h1 + w["w6"] * h2 + b2)
    o2 = torch.sigmoid(w["w7"] * h1 + w["w8"] * h2 + b2)
    loss = 0.5 * (t1 - o1) ** 2 + 0.5 * (t2 - o2) ** 2
    return loss, {"h1": h1, "h2": h2, "o1": o1, "o2": o2}


@example(
    "m",
    "Mazur's 2-2-2 net",
    "Mazur 的 2-2-2 网络",
    "八个权重都是单独的数，可以与发表的手算逐个对照。",
)
def mazur() -> Built:
    """Eight weights, each a number of its own, to compare with the published hand calculation."""
    w = {f"w{k}": _number(value).requires_grad_() for k, value in enumerate(_WEIGHTS, start=1)}
    values = {"i1": 0.05, "i2": 0.10, "b1": 0.35, "b2": 0.60, "t1": 0.01, "t2": 0.99}
    given = {name: _number(value) for name, value in values.items()}  # the calculation leaves biases fixed
    loss, computed = _forward(w, given)
    built = Built(
        loss,
        params=w,
        tensors=given | computed,
        forward=lambda: _forward(w, given)[0],
        zero=partial(zero, tuple(w.values())),
    )
    return by_hand(built, 0.5)


EXAMPLES: tuple[Example, ...] = (mazur,)
