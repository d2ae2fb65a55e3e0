"""What one sees of a machine beside its graph, as plain numbers: boundary, weights, gradient norms, ratios."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import torch

from graphtrace.lab.machine import Machine

MOST_WEIGHTS = 4096  # numbers of one parameter that a heatmap shows


@dataclass(frozen=True, slots=True)
class Boundary:
    """Output of the net over a grid of inputs, and the data on it.

    Attributes:
        x: Columns of the grid; `y` its rows.
        z: Rows of outputs: the number itself, or for several outputs the largest one's position.
        points: Inputs of the data, ``(x, y)``.
        targets: Per point its target, a class or a number.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    z: tuple[tuple[float, ...], ...]
    points: tuple[tuple[float, float], ...]
    targets: tuple[float, ...]


def boundary(machine: Machine, steps: int = 48) -> Boundary | None:
    """Evaluate a copy of the net over a square around its data; None where inputs are not pairs of numbers."""
    data, target = machine.live.x.detach(), machine.live.y.detach()
    if data.dim() != 2 or data.shape[1] != 2 or not data.is_floating_point():
        return None
    low, high = float(data.min()), float(data.max())
    margin = max(0.25 * (high - low), 0.25)
    line = torch.linspace(low - margin, high + margin, steps, dtype=data.dtype, device=data.device)
    rows, columns = torch.meshgrid(line, line, indexing="ij")
    net = deepcopy(machine.live.net).eval()
    with torch.no_grad():
        out = net(torch.stack([columns.reshape(-1), rows.reshape(-1)], 1)).reshape(steps * steps, -1)
    shown = out[:, 0] if out.shape[1] == 1 else out.argmax(1)
    flat = target.reshape(len(data), -1)
    labels = flat[:, 0] if flat.shape[1] == 1 else flat.argmax(1)
    axis = tuple(line.tolist())
    grid = tuple(map(tuple, shown.reshape(steps, steps).double().tolist()))
    return Boundary(axis, axis, grid, tuple(map(tuple, data.tolist())), tuple(labels.double().tolist()))


def weights(machine: Machine) -> dict[str, tuple[tuple[float, ...], ...]]:
    """Return every parameter of at most `MOST_WEIGHTS` numbers as rows; more dimensions are laid side by side."""
    found = {}
    for name, parameter in machine.live.net.named_parameters():
        plain = parameter.detach()
        if 0 < plain.numel() <= MOST_WEIGHTS:
            rows = plain.reshape(1, -1) if plain.dim() < 2 else plain.reshape(plain.shape[0], -1)
            found[name] = tuple(map(tuple, rows.double().tolist()))
    return found


def gradient_norms(machine: Machine) -> dict[str, tuple[tuple[int, float], ...]]:
    """Return, per leaf, its gradient's norm after each watched backward pass, by the number of that pass."""
    found: dict[str, list[tuple[int, float]]] = {}
    passes = 0
    for turn in machine.turns[: machine.position]:
        for event in turn.recording.events if turn.recording else ():
            passes += event.kind == "backward_begin"
            after = event.value("after") if event.kind == "accumulate" else None
            if after is not None and after.norm is not None and event.param:
                found.setdefault(event.param, []).append((passes, after.norm))
    return {name: tuple(points) for name, points in found.items()}


def update_ratios(machine: Machine) -> dict[str, tuple[tuple[int, float], ...]]:
    """Return, per parameter, norm of the update over norm of the weight, by the number of the watched step."""
    found: dict[str, list[tuple[int, float]]] = {}
    for turn in machine.turns[: machine.position]:
        for event in turn.recording.events if turn.recording else ():
            before, delta = event.value("before"), event.value("delta")
            if event.kind == "param_update" and event.param and before and delta and before.norm and delta.norm:
                found.setdefault(event.param, []).append((event.step + 1, delta.norm / before.norm))
    return {name: tuple(points) for name, points in found.items()}
