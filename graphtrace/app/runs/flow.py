"""What a box of the graph stands for among the parameters, and the colours of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, log10, sqrt
from statistics import median
from typing import Literal, get_args

from graphtrace.model import Graph, View
from graphtrace.runs import WatchedRun, WatchedStep
from graphtrace.style.theme import Palette

Measure = Literal["gradient", "update", "zeros", "dead"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
DECADES = 3.0  # powers of ten from the middle to either end of the colours
USUAL_UPDATE = 1e-3  # update over weight


@dataclass(frozen=True, slots=True)
class Scale:
    """How numbers become places from −1 to 1.

    Attributes:
        middle: log10 of the number in the middle; None for shares, from 0 to 1.
    """

    middle: float | None

    def place(self, value: float | None) -> float | None:
        """Return the place of a number; None for one that has none, as NaN."""
        if value is None or not isfinite(value):
            return None
        if self.middle is None:
            return min(1.0, max(0.0, value))
        if value <= 0:
            return -1.0
        return min(1.0, max(-1.0, (log10(value) - self.middle) / DECADES))


def value_of(run: WatchedRun, step: WatchedStep, parameter: int, measure: Measure) -> float | None:
    """Return a number of a parameter; a gradient's norm counts per number, so that large layers compare with small."""
    numbers = step.parameters[parameter]
    if measure == "gradient":
        size = max(1, run.sizes[parameter])
        return None if numbers.grad_norm is None else numbers.grad_norm / sqrt(size)
    return {"update": numbers.update, "zeros": numbers.zeros, "dead": numbers.dead}[measure]


def scale_of(run: WatchedRun, measure: Measure) -> Scale:
    """Return the scale of a measure over a whole run, so that colours mean the same at every step."""
    if measure in ("zeros", "dead"):
        return Scale(None)
    if measure == "update":
        return Scale(log10(USUAL_UPDATE))
    steps = run.steps[:: max(1, len(run.steps) // 50)]
    known = [
        value
        for step in steps
        for i in range(len(run.parameters))
        if (value := value_of(run, step, i, measure)) is not None and isfinite(value) and value > 0
    ]
    return Scale(log10(median(known)) if known else 0.0)


def parameters_of(graph: Graph, view: View, names: Sequence[str]) -> dict[int, list[int]]:
    """Return per box the positions of the parameters that it holds or reads."""
    positions = {name: i for i, name in enumerate(names)}
    leaves = {node.id: positions[node.param] for node in graph.nodes if node.param in positions}
    reads: dict[int, list[int]] = {}
    for edge in graph.edges:
        if edge.target in leaves:
            reads.setdefault(edge.source, []).append(leaves[edge.target])
    found: dict[int, list[int]] = {}
    for box in view.boxes:
        held = [leaves[node] for node in box.nodes if node in leaves]
        read = [parameter for node in box.nodes for parameter in reads.get(node, ())]
        if held or read:
            found[box.id] = list(dict.fromkeys([*held, *read]))
    return found


def box_values(
    run: WatchedRun, step: WatchedStep, boxes: Mapping[int, Sequence[int]], measure: Measure
) -> dict[int, float | None]:
    """Return per box the number of its parameters together: the mean square of gradients, else the largest."""
    found: dict[int, float | None] = {}
    for box, parameters in boxes.items():
        values = [value_of(run, step, i, measure) for i in parameters]
        known = [(value, run.sizes[i]) for value, i in zip(values, parameters, strict=True) if value is not None]
        if not known:
            found[box] = None
        elif measure == "gradient":
            found[box] = sqrt(sum(value * value * size for value, size in known) / sum(size for _, size in known))
        else:
            found[box] = max(value for value, _ in known)
    return found


def colour(place: float | None, palette: Palette, strongest: float = 0.75) -> str:
    """Return the colour of a place: blue for small, vermillion for large; amber for what is not finite.

    Args:
        place: From −1 to 1.
        palette: Colours of the theme.
        strongest: Share of its hue that the strongest colour has; text stays readable on 0.4.
    """
    if place is None:
        return blend(palette.surface, palette.warning, strongest)
    target = palette.gradient if place > 0 else palette.forward
    return blend(palette.surface, target, strongest * abs(place))


def blend(ground: str, target: str, share: float) -> str:
    """Return a colour between two."""
    pairs = zip(bytes.fromhex(ground[1:]), bytes.fromhex(target[1:]), strict=True)
    return f"rgb({','.join(str(round(a + (b - a) * share)) for a, b in pairs)})"
