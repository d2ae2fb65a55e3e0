"""Make the numbers of a dataset. The `draw_…` functions are plain PyTorch: exported programs contain their source.

They use torch's global generator as any program does; `tensors` runs them under a generator of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from graphtrace.examples.seeded import Seeded
from graphtrace.lab.records import datasets
from graphtrace.lab.records.datasets import Data
from graphtrace.lab.records.spec import CLASSIFYING, Spec

TargetForm = Literal["numbers", "classes", "column", "one_hot"]


def draw_xor() -> tuple[Tensor, Tensor]:
    """Four points; the class is 1 where exactly one coordinate is 1."""
    return torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), torch.tensor([0, 1, 1, 0])


def draw_moons(samples: int, noise: float) -> tuple[Tensor, Tensor]:
    """Two half circles that reach into each other."""
    labels = torch.arange(samples) % 2
    angle = torch.linspace(0, math.pi, samples)
    upper = torch.stack([angle.cos(), angle.sin()], dim=1)
    lower = torch.stack([1 - angle.cos(), 0.5 - angle.sin()], dim=1)
    return torch.where(labels[:, None] == 0, upper, lower) + noise * torch.randn(samples, 2), labels


def draw_circles(samples: int, noise: float) -> tuple[Tensor, Tensor]:
    """A ring of radius 1/2 inside a ring of radius 1."""
    labels = torch.arange(samples) % 2
    angle = torch.linspace(0, 2 * math.pi, samples)
    ring = torch.stack([angle.cos(), angle.sin()], dim=1)
    return ring * (1 - 0.5 * labels[:, None]) + noise * torch.randn(samples, 2), labels


def draw_spirals(samples: int, arms: int, noise: float) -> tuple[Tensor, Tensor]:
    """Arms that wind around each other, one class each."""
    labels = torch.arange(samples) % arms
    radius = torch.linspace(0.1, 1, samples)
    angle = 4 * radius + 2 * math.pi * labels / arms
    spiral = radius[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)
    return spiral + noise * torch.randn(samples, 2), labels


def draw_digits(samples: int, noise: float) -> tuple[Tensor, Tensor]:
    """8×8 images of the ten digits in a 4×6 font, moved, dimmed and noisy. No scans of handwriting."""
    font = ["699996", "262227", "69124F", "E1611E", "99F111", "F8E11E", "68E996", "F12244", "696996", "699716"]
    rows = torch.tensor([[int(row, 16) for row in glyph] for glyph in font])
    glyphs = ((rows[:, :, None] >> torch.tensor([3, 2, 1, 0])) & 1).float()
    labels = torch.arange(samples) % 10
    images = torch.zeros(samples, 1, 8, 8)
    tops, lefts, light = torch.randint(3, (samples,)), torch.randint(5, (samples,)), torch.rand(samples) / 2 + 0.5
    for i in range(samples):
        images[i, 0, tops[i] : tops[i] + 6, lefts[i] : lefts[i] + 4] = light[i] * glyphs[labels[i]]
    return images + noise * torch.randn(images.shape), labels


def draw_random(samples: int, shape: tuple[int, ...], targets: tuple[int, ...], classes: int) -> tuple[Tensor, Tensor]:
    """Normal numbers; with classes, a random class for each sample."""
    x = torch.randn(samples, *shape)
    return x, torch.randint(classes, (samples,)) if classes else torch.randn(samples, *targets)


def draw_tokens(vocabulary: int) -> tuple[Tensor, Tensor]:
    """Each token once; the class is the token that comes next."""
    tokens = torch.arange(vocabulary)
    return tokens, (tokens + 1) % vocabulary


def draw_sequences(samples: int, length: int) -> tuple[Tensor, Tensor]:
    """Random bits, and as the class the first of them."""
    bits = torch.randint(2, (samples, length))
    return bits[:, :, None].float(), bits[:, 0]


def draw_table(rows: tuple[tuple[float, ...], ...], targets: int, classes: int) -> tuple[Tensor, Tensor]:
    """The last columns are targets, or the last one is the class."""
    table = torch.tensor(rows, dtype=torch.float64)
    x, y = table[:, :-targets], table[:, -targets:]
    return x, y[:, 0].long() if classes else y


DRAW: dict[str, Callable[..., tuple[Tensor, Tensor]]] = {
    "Xor": draw_xor,
    "Moons": draw_moons,
    "Circles": draw_circles,
    "Spirals": draw_spirals,
    "Digits": draw_digits,
    "Random": draw_random,
    "Tokens": draw_tokens,
    "Sequences": draw_sequences,
    "Table": draw_table,
}


def arguments(data: Data) -> tuple[object, ...]:
    """Return the arguments of a dataset's draw function."""
    return tuple(getattr(data, field.name) for field in fields(data) if field.name != "seed")


def classes_of(data: Data) -> int:
    """Return how many classes a dataset has, 0 if its targets are numbers."""
    match data:
        case datasets.Xor() | datasets.Moons() | datasets.Circles() | datasets.Sequences():
            return 2
        case datasets.Digits():
            return 10
        case datasets.Spirals(arms=count) | datasets.Tokens(vocabulary=count):
            return count
        case datasets.Random(classes=count) | datasets.Table(classes=count):
            return count
    return 0


def is_tokens(data: Data) -> bool:
    """Whether the inputs are token numbers."""
    return isinstance(data, datasets.Tokens)


def input_shape(data: Data) -> tuple[int, ...]:
    """Return the shape of the inputs, batch first, without making them."""
    match data:
        case datasets.Xor():
            return (4, 2)
        case datasets.Moons() | datasets.Circles() | datasets.Spirals():
            return (data.samples, 2)
        case datasets.Digits():
            return (data.samples, 1, 8, 8)
        case datasets.Random():
            return (data.samples, *data.shape)
        case datasets.Tokens():
            return (data.vocabulary,)
        case datasets.Sequences():
            return (data.samples, data.length, 1)
        case datasets.Table():
            return (len(data.rows), len(data.rows[0]) - data.targets)
    raise TypeError(data)


def target_form(spec: Spec) -> TargetForm:
    """Return the form of the targets that the loss takes.

    ``numbers``; ``classes``; ``column``, a column of 0 and 1; or ``one_hot``.
    """
    classes = classes_of(spec.data)
    if not classes:
        return "numbers"
    if spec.loss.name in CLASSIFYING:
        return "classes"
    return "column" if classes == 2 and spec.loss.name != "KLDivLoss" else "one_hot"


def target_shape(spec: Spec) -> tuple[int, ...]:
    """Return the shape of the targets, without making them."""
    samples, data = input_shape(spec.data)[0], spec.data
    form = target_form(spec)
    if form == "numbers":
        return (samples, *data.targets) if isinstance(data, datasets.Random) else (samples, _columns(data))
    return {"classes": (samples,), "column": (samples, 1)}.get(form, (samples, classes_of(data)))


def _columns(data: Data) -> int:
    return data.targets if isinstance(data, datasets.Table) else 1


def tensors(spec: Spec) -> tuple[Tensor, Tensor]:
    """Return inputs and targets on the CPU: the numbers that ``torch.manual_seed(data.seed)`` would give."""
    with Seeded(getattr(spec.data, "seed", 0)):
        x, y = DRAW[type(spec.data).__name__](*arguments(spec.data))
    dtype = getattr(torch, spec.dtype)
    form = target_form(spec)
    if form == "column":
        y = y[:, None]
    elif form == "one_hot":
        y = functional.one_hot(y, classes_of(spec.data))
    return x.to(dtype) if x.is_floating_point() else x, y if form == "classes" else y.to(dtype)
