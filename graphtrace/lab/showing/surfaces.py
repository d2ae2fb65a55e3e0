"""What the net gives for other inputs than its data: over the plane, along a line, or how many of each class are right.

They are small enough to be made ten times a second beside a graph; `chart_data` has the large ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from graphtrace.errors import TraceError
from graphtrace.lab.records.spec import CLASSIFYING, Spec
from graphtrace.lab.running.machine import Machine

SIZE = 24  # rows and columns of a plane
ALONG = 65  # points of a line
MAX_POINTS = 128  # samples that are drawn
MAX_CLASSES = 12


@dataclass(frozen=True, slots=True)
class Surface:
    """Outputs of the net, for a picture of a few centimetres.

    Attributes:
        kind: ``plane``: over a square of two inputs; ``line``: along one input; ``classes``: right answers per class.
        low: Smallest input shown, in both directions.
        high: Largest input shown.
        outputs: Row by row from the smallest inputs on: the net's output, or the class whose output is the largest.
            Of ``classes`` the share of right answers of each class; NaN for a class without samples.
        classes: How many classes `outputs` tells apart; 0 if it holds the net's output itself.
        middle: Output between the targets: where the answer changes.
        points: Samples: their inputs, and last the target, a class or a number.
    """

    kind: Literal["plane", "line", "classes"]
    low: float
    high: float
    outputs: tuple[float, ...]
    classes: int = 0
    middle: float = 0.0
    points: tuple[tuple[float, ...], ...] = ()


def surface(machine: Machine) -> Surface | None:
    """Return what suits a net: None for a net whose inputs are neither one number, nor two, and that has no classes."""
    x, y = machine.trainer.x, machine.trainer.y
    if not machine.names():
        return None
    try:
        if x.dim() == 2 and x.is_floating_point() and x.shape[1] in (1, 2):
            return _plane(machine, x, y) if x.shape[1] == 2 else _line(machine, x, y)
        return _accuracy(machine, x, y) if machine.spec.loss.name in CLASSIFYING else None
    except (TraceError, RuntimeError):  # a net that takes its own batch only, as batch norm without statistics
        return None


def levels(numbers: Sequence[float], most: int) -> tuple[bytes, float, float]:
    """Return numbers as bytes, and which two numbers 0 and `most` stand for.

    Args:
        numbers: Any; of one that is not finite the byte is one more than `most`.
        most: The largest byte of a finite number, at most 254.
    """
    read = torch.tensor(numbers, dtype=torch.float64)
    is_finite = read.isfinite()
    low, high = (float(end) for end in read[is_finite].aminmax()) if is_finite.any() else (0.0, 0.0)
    step = (high - low) / most or 1.0
    found = torch.where(is_finite, ((read - low) / step).round(), most + 1).to(torch.uint8)
    return bytes(found.tolist()), low, high


def _range(x: Tensor) -> tuple[float, float]:
    low, high = float(x.min()), float(x.max())
    margin = max(0.25 * (high - low), 0.25)
    return low - margin, high + margin


def _plane(machine: Machine, x: Tensor, y: Tensor) -> Surface | None:
    low, high = _range(x)
    line = torch.linspace(low, high, SIZE, dtype=x.dtype)
    rows, columns = torch.meshgrid(line, line, indexing="ij")
    out = machine.predict(torch.stack([columns.reshape(-1), rows.reshape(-1)], 1)).reshape(SIZE**2, -1)
    classes = out.shape[1] if out.shape[1] > 1 else 0
    targets = _targets(y, classes)
    if targets is None:
        return None
    outputs = out.argmax(1) if classes else out[:, 0]
    middle = _middle(machine.spec, targets)
    return Surface("plane", low, high, tuple(outputs.tolist()), classes, middle, _points(x, targets))


def _line(machine: Machine, x: Tensor, y: Tensor) -> Surface | None:
    low, high = _range(x)
    out = machine.predict(torch.linspace(low, high, ALONG, dtype=x.dtype)[:, None]).reshape(ALONG, -1)
    targets = _targets(y, 0)
    if out.shape[1] != 1 or targets is None:
        return None
    return Surface("line", low, high, tuple(out[:, 0].tolist()), points=_points(x, targets))


def _accuracy(machine: Machine, x: Tensor, y: Tensor) -> Surface | None:
    """Count right answers per class, where the net gives one number per class and sample."""
    out = machine.predict(x)
    if y.dim() != 1 or out.dim() != 2 or out.shape[1] > MAX_CLASSES:
        return None
    right, target = (out.argmax(1) == y.cpu()).double(), y.cpu()
    shares = [right[target == i].mean().item() for i in range(out.shape[1])]  # the mean of no sample is NaN
    return Surface("classes", 0.0, 1.0, tuple(shares), out.shape[1])


def _targets(y: Tensor, classes: int) -> Tensor | None:
    """Return one number per sample; None where a sample has several that are no classes."""
    flat = y.reshape(len(y), -1)
    if flat.shape[1] == 1:
        return flat[:, 0]
    return flat.argmax(1) if classes else None


def _points(x: Tensor, targets: Tensor) -> tuple[tuple[float, ...], ...]:
    rows = torch.cat([x[:MAX_POINTS].double(), targets[:MAX_POINTS, None].double()], 1).tolist()
    return tuple(tuple(row) for row in rows)


def _middle(spec: Spec, targets: Tensor) -> float:
    """Return the output at which the answer changes: logits change sign."""
    if spec.loss.name == "BCEWithLogitsLoss":
        return 0.0
    return (float(targets.min()) + float(targets.max())) / 2
