"""What one sees of a net beside its graph, as numbers of torch: boundary, tiles, histograms, pictures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from graphtrace.lab.running.machine import Machine

Numbers = Tensor  # for those who know no torch
Tensors = Mapping[str, Tensor]  # see `graphtrace.lab.showing.moment.tensors`
MOST_CELLS = 40_000  # numbers that one picture shows; of larger tensors every k-th row and column
MOST_IMAGES = 64  # channels of one layer that are shown


@dataclass(frozen=True, slots=True)
class Boundary:
    """Output of the net over a grid of inputs, and the data on it.

    Attributes:
        axis: Columns of the grid, and its rows.
        z: Rows of outputs: the number itself, or for several outputs the largest one's position.
        points: Inputs of the data, ``(x, y)``.
        targets: Per point its target, a class or a number.
        classes: How many outputs there are to choose from; 1 where `z` is a number.
    """

    axis: tuple[float, ...]
    z: Tensor
    points: tuple[tuple[float, float], ...]
    targets: tuple[float, ...]
    classes: int


@dataclass(frozen=True, slots=True)
class Tiles:
    """A tensor as images side by side, NaN between them.

    Attributes:
        cells: Rows of numbers.
        steps: 1, or k where only every k-th row is there; the same of columns.
        tiles: Rows and columns of images.
    """

    cells: Tensor
    steps: tuple[int, int] = (1, 1)
    tiles: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Histogram:
    """How the numbers of a whole tensor are spread.

    Attributes:
        edges: Of the bins, one more than `counts`.
        odd: How many numbers are NaN or infinite, and in no bin.
    """

    counts: tuple[int, ...]
    edges: tuple[float, ...]
    odd: int
    norm: float
    mean: float
    std: float


@dataclass(frozen=True, slots=True)
class Picture:
    """What the net makes of one sample.

    Attributes:
        image: Channels of the input, None where that is no image.
        maps: Per layer that gives images its name and those images, channel by channel.
        outputs: The last layer's numbers.
        target: The class it should be, None where the target is no class.
        wanted: What `outputs` should be, where the target is that; else nothing.
    """

    image: Tensor | None
    maps: tuple[tuple[str, Tensor], ...]
    outputs: tuple[float, ...]
    target: int | None
    wanted: tuple[float, ...] = ()


def net_at(machine: Machine, tensors: Tensors) -> nn.Module:
    """Return a copy of the net as it was at a moment, for evaluation."""
    net = deepcopy(machine.trainer.net).eval().requires_grad_(False)
    for name, one in (*net.named_parameters(), *net.named_buffers()):
        one.copy_(tensors[name])
    return net


def boundary(machine: Machine, tensors: Tensors, steps: int = 48) -> Boundary | None:
    """Evaluate the net over a square around its data; None where inputs are not pairs of numbers."""
    data, target = tensors["x"], tensors["y"]
    if data.dim() != 2 or data.shape[1] != 2 or not data.is_floating_point():
        return None
    low, high = float(data.min()), float(data.max())
    margin = max(0.25 * (high - low), 0.25)
    line = torch.linspace(low - margin, high + margin, steps, dtype=data.dtype, device=data.device)
    rows, columns = torch.meshgrid(line, line, indexing="ij")
    with torch.no_grad():
        out = net_at(machine, tensors)(torch.stack([columns.reshape(-1), rows.reshape(-1)], 1)).reshape(steps**2, -1)
    shown = out[:, 0] if out.shape[1] == 1 else out.argmax(1)
    flat = target.reshape(len(data), -1)
    labels = flat[:, 0] if flat.shape[1] == 1 else flat.argmax(1)
    points = tuple((float(x), float(y)) for x, y in data.tolist())
    grid = shown.reshape(steps, steps).double().cpu()
    return Boundary(tuple(line.tolist()), grid, points, tuple(labels.double().tolist()), out.shape[1])


def tiles(tensor: Tensor) -> Tiles:
    """Lay a tensor out in the plane: kernels as a row per input and a column per output, vectors as a row."""
    plain = tensor.detach().double().cpu()
    if plain.dim() == 4 and plain.shape[2] * plain.shape[3] > 1:
        out, inner = plain.shape[:2]
        grid = plain if inner > 1 else plain[:, 0]
        return images(plain[:, 0]) if inner == 1 else _thinned(_joined(grid.transpose(0, 1)), (inner, out))
    rows = plain.reshape(1, -1) if plain.dim() < 2 else plain.reshape(plain.shape[0], -1)
    return _thinned(rows, (1, 1))


def row(numbers: Iterable[Tensor]) -> Tiles:
    """Lay tensors of one number each out side by side."""
    return Tiles(torch.cat([one.detach().reshape(1, 1).double().cpu() for one in numbers], 1))


def images(channels: Tensor) -> Tiles:
    """Lay images (channel × height × width) out as a rectangle of them."""
    plain = channels.detach().double().cpu()[:MOST_IMAGES]
    count, height, width = plain.shape
    columns = min(count, max(1, math.ceil(math.sqrt(2 * count * height / width))))
    rows = -(-count // columns)
    full = plain.new_full((rows * columns, height, width), math.nan)
    full[:count] = plain
    return _thinned(_joined(full.reshape(rows, columns, height, width)), (rows, columns))


def _joined(grid: Tensor) -> Tensor:
    """Join a grid of images (rows × columns × height × width), with a line of NaN after each."""
    rows, columns, height, width = grid.shape
    spaced = grid.new_full((rows, columns, height + 1, width + 1), math.nan)
    spaced[:, :, :-1, :-1] = grid
    flat = spaced.permute(0, 2, 1, 3).reshape(rows * (height + 1), columns * (width + 1))
    return flat[:-1, :-1]


def _thinned(cells: Tensor, shape: tuple[int, int]) -> Tiles:
    step = max(1, math.ceil(math.sqrt(cells.numel() / MOST_CELLS)))
    rows = step if cells.shape[0] > step else 1  # of one row every k-th number, not only the first row's
    return Tiles(cells[::rows, ::step], (rows, step), shape)


def histogram(tensor: Tensor, low: float | None = None, high: float | None = None, bins: int = 40) -> Histogram:
    """Count every number of a tensor, between its own smallest and largest or wider limits."""
    flat = tensor.detach().double().cpu().reshape(-1)
    finite = flat[flat.isfinite()]
    low, high = limits(finite) if low is None or high is None else (low, high)
    counts = torch.histc(finite, bins, low, high).long()
    edges = torch.linspace(low, high, bins + 1, dtype=torch.float64)
    spread = float(finite.std(correction=0)) if len(finite) else math.nan
    mean = float(finite.mean()) if len(finite) else math.nan
    odd, norm = len(flat) - len(finite), float(flat.norm())
    return Histogram(tuple(counts.tolist()), tuple(edges.tolist()), odd, norm, mean, spread)


def limits(*found: Tensor) -> tuple[float, float]:
    """Return limits that hold every finite number of some tensors, and are not the same."""
    every = [one.detach().double().cpu().reshape(-1) for one in found]
    finite = torch.cat([one[one.isfinite()] for one in every]) if every else torch.empty(0)
    if not len(finite):
        return -1.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if low < high else (low - 0.5 * max(abs(low), 1), high + 0.5 * max(abs(high), 1))


def picture(machine: Machine, tensors: Tensors, sample: int) -> Picture:
    """Show one sample of the data to the net."""
    data = tensors["x"]
    found: list[tuple[str, Tensor]] = []
    net = net_at(machine, tensors)
    for name, module in net.named_modules():
        if not list(module.children()):
            module.register_forward_hook(_keep(found, name))
    shown = data[sample % len(data)]
    with torch.no_grad():
        out: Tensor = net(shown[None])
    label = tensors["y"][sample % len(data)]
    target = int(label) if label.dim() == 0 and not label.is_floating_point() else None
    maps = tuple((name, one[0].double().cpu()) for name, one in found if one.dim() == 4)
    wanted = label.reshape(-1).double().tolist() if label.shape == out[0].shape else []
    image = shown.double().cpu() if data.dim() == 4 else None
    return Picture(image, maps, tuple(out.reshape(-1).double().tolist()), target, tuple(wanted))


def _keep(found: list[tuple[str, Tensor]], name: str) -> Any:
    """A hook that keeps a copy: the next layer may work in place."""
    return lambda module, inputs, out: found.append((f"{name} · {type(module).__name__}", out.detach().clone()))


def by_depth(machine: Machine, tensors: Tensors) -> tuple[tuple[str, float | None], ...]:
    """Return per parameter, from the input to the loss, the norm of its ``.grad``; None where that is None."""
    grads = ((name, tensors.get(f"{name}.grad")) for name in machine.names())
    return tuple((name, None if grad is None else float(grad.double().norm())) for name, grad in grads)
