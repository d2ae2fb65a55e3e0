"""What the charts beside the graph show, as tensors: decision boundary, heatmaps, histograms, one sample's way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from graphtrace.lab.running.machine import Machine

Numbers = Tensor  # the type's name for layers that do not import torch
Tensors = Mapping[str, Tensor]  # see `graphtrace.lab.showing.time_points.tensors_at`
MAX_CELLS = 40_000  # numbers in one heatmap; of a larger tensor every k-th row and column
MAX_IMAGES = 64  # channels of one layer that are shown


@dataclass(frozen=True, slots=True)
class DecisionBoundary:
    """Output of the net over a square grid of inputs, and the data on it.

    Attributes:
        axis: Coordinates of the grid's columns, and of its rows.
        z: Outputs, [rows, columns]: the output itself, or the index of the largest of several outputs.
        points: Inputs of the data, ``(x, y)``.
        targets: Target of each point: a class or a number.
        classes: How many outputs the net has; 1 if `z` is the output itself.
    """

    axis: tuple[float, ...]
    z: Tensor
    points: tuple[tuple[float, float], ...]
    targets: tuple[float, ...]
    classes: int


@dataclass(frozen=True, slots=True)
class Tiles:
    """A tensor laid out in the plane: one rectangle of numbers, or several side by side with NaN between them.

    Attributes:
        cells: The numbers, [rows, columns].
        strides: (rows, columns): 1, or k if only every k-th one is there.
        grid: Rows and columns of rectangles.
    """

    cells: Tensor
    strides: tuple[int, int] = (1, 1)
    grid: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Distribution of the numbers of a tensor.

    Attributes:
        edges: Of the bins, one more than `counts`.
        non_finite: How many numbers are NaN or infinite; no bin counts them.
    """

    counts: tuple[int, ...]
    edges: tuple[float, ...]
    non_finite: int
    norm: float
    mean: float
    std: float


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What the net computes for one sample.

    Attributes:
        image: The input, [channels, height, width]; None if it is no image.
        maps: Name and output, [channels, height, width], of each layer whose output is an image.
        outputs: Output of the net.
        target: The target class; None if the target is no class.
        target_outputs: The target if it is a number for each output; else empty.
    """

    image: Tensor | None
    maps: tuple[tuple[str, Tensor], ...]
    outputs: tuple[float, ...]
    target: int | None
    target_outputs: tuple[float, ...] = ()


def net_at(machine: Machine, tensors: Tensors) -> nn.Module:
    """Return a copy of the net with these parameters and buffers, in evaluation mode."""
    net = deepcopy(machine.trainer.net).eval().requires_grad_(False)
    for name, tensor in (*net.named_parameters(), *net.named_buffers()):
        tensor.copy_(tensors[name])
    return net


def decision_boundary(machine: Machine, tensors: Tensors, size: int = 48) -> DecisionBoundary | None:
    """Evaluate the net over a square around its data; None if inputs are not pairs of numbers.

    Args:
        machine: Whose net.
        tensors: Parameters, buffers and data to use.
        size: Rows and columns of the grid.
    """
    data, target = tensors["x"], tensors["y"]
    if data.dim() != 2 or data.shape[1] != 2 or not data.is_floating_point():
        return None
    low, high = float(data.min()), float(data.max())
    margin = max(0.25 * (high - low), 0.25)
    line = torch.linspace(low - margin, high + margin, size, dtype=data.dtype, device=data.device)
    rows, columns = torch.meshgrid(line, line, indexing="ij")
    with torch.no_grad():
        out = net_at(machine, tensors)(torch.stack([columns.reshape(-1), rows.reshape(-1)], 1)).reshape(size**2, -1)
    z = out[:, 0] if out.shape[1] == 1 else out.argmax(1)
    flat = target.reshape(len(data), -1)
    labels = flat[:, 0] if flat.shape[1] == 1 else flat.argmax(1)
    points = tuple((float(x), float(y)) for x, y in data.tolist())
    grid = z.reshape(size, size).double().cpu()
    return DecisionBoundary(tuple(line.tolist()), grid, points, tuple(labels.double().tolist()), out.shape[1])


def tiles(tensor: Tensor) -> Tiles:
    """Lay a tensor out: convolution kernels with a row per input and a column per output, a vector as one row."""
    plain = tensor.detach().double().cpu()
    if plain.dim() == 4 and plain.shape[2] * plain.shape[3] > 1:
        outputs, inputs = plain.shape[:2]
        return images(plain[:, 0]) if inputs == 1 else _thinned(_joined(plain.transpose(0, 1)), (inputs, outputs))
    rows = plain.reshape(1, -1) if plain.dim() < 2 else plain.reshape(plain.shape[0], -1)
    return _thinned(rows, (1, 1))


def number_row(scalars: Iterable[Tensor]) -> Tiles:
    """Lay tensors of one number each out side by side."""
    return Tiles(torch.cat([scalar.detach().reshape(1, 1).double().cpu() for scalar in scalars], 1))


def images(channels: Tensor) -> Tiles:
    """Lay images, [channels, height, width], out as a rectangle of images."""
    plain = channels.detach().double().cpu()[:MAX_IMAGES]
    count, height, width = plain.shape
    columns = min(count, max(1, math.ceil(math.sqrt(2 * count * height / width))))
    rows = -(-count // columns)
    full = plain.new_full((rows * columns, height, width), math.nan)
    full[:count] = plain
    return _thinned(_joined(full.reshape(rows, columns, height, width)), (rows, columns))


def _joined(grid: Tensor) -> Tensor:
    """Join a grid of images, [rows, columns, height, width], with lines of NaN between them."""
    rows, columns, height, width = grid.shape
    spaced = grid.new_full((rows, columns, height + 1, width + 1), math.nan)
    spaced[:, :, :-1, :-1] = grid
    flat = spaced.permute(0, 2, 1, 3).reshape(rows * (height + 1), columns * (width + 1))
    return flat[:-1, :-1]


def _thinned(cells: Tensor, grid: tuple[int, int]) -> Tiles:
    stride = max(1, math.ceil(math.sqrt(cells.numel() / MAX_CELLS)))
    row_stride = stride if cells.shape[0] > stride else 1  # a tensor of one row keeps it
    return Tiles(cells[::row_stride, ::stride], (row_stride, stride), grid)


def histogram(tensor: Tensor, low: float | None = None, high: float | None = None, bins: int = 40) -> Histogram:
    """Count the numbers of a tensor.

    Args:
        tensor: Any shape.
        low: Left end of the first bin; by default the smallest number.
        high: Right end of the last bin; by default the largest number.
        bins: How many.
    """
    flat = tensor.detach().double().cpu().reshape(-1)
    finite = flat[flat.isfinite()]
    low, high = value_range(finite) if low is None or high is None else (low, high)
    counts = torch.histc(finite, bins, low, high).long()
    edges = torch.linspace(low, high, bins + 1, dtype=torch.float64)
    std = float(finite.std(correction=0)) if len(finite) else math.nan
    mean = float(finite.mean()) if len(finite) else math.nan
    non_finite, norm = len(flat) - len(finite), float(flat.norm())
    return Histogram(tuple(counts.tolist()), tuple(edges.tolist()), non_finite, norm, mean, std)


def value_range(*tensors: Tensor) -> tuple[float, float]:
    """Return the smallest and the largest finite number of some tensors, moved apart if they are equal."""
    flat = [tensor.detach().double().cpu().reshape(-1) for tensor in tensors]
    finite = torch.cat([numbers[numbers.isfinite()] for numbers in flat]) if flat else torch.empty(0)
    if not len(finite):
        return -1.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if low < high else (low - 0.5 * max(abs(low), 1), high + 0.5 * max(abs(high), 1))


def sample_result(machine: Machine, tensors: Tensors, sample: int) -> SampleResult:
    """Run the net on one sample of its data.

    Args:
        machine: Whose net.
        tensors: Parameters, buffers and data to use.
        sample: Index of the sample.
    """
    data, outputs = tensors["x"], list[tuple[str, Tensor]]()
    net = net_at(machine, tensors)
    for name, module in net.named_modules():
        if not list(module.children()):
            module.register_forward_hook(_collect(outputs, name))
    x, label = data[sample % len(data)], tensors["y"][sample % len(data)]
    with torch.no_grad():
        out: Tensor = net(x[None])
    target = int(label) if label.dim() == 0 and not label.is_floating_point() else None
    maps = tuple((name, output[0].double().cpu()) for name, output in outputs if output.dim() == 4)
    target_outputs = label.reshape(-1).double().tolist() if label.shape == out[0].shape else []
    image = x.double().cpu() if data.dim() == 4 else None
    return SampleResult(image, maps, tuple(out.reshape(-1).double().tolist()), target, tuple(target_outputs))


def _collect(outputs: list[tuple[str, Tensor]], name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
    """Return a hook that copies the output: the next layer may work in place."""

    def hook(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        outputs.append((f"{name} · {type(module).__name__}", output.detach().clone()))

    return hook


def gradient_norms_by_depth(machine: Machine, tensors: Tensors) -> tuple[tuple[str, float | None], ...]:
    """Return the norm of each parameter's ``.grad``, from the input to the loss; None for a gradient of None."""
    grads = ((name, tensors.get(f"{name}.grad")) for name in machine.names())
    return tuple((name, None if grad is None else float(grad.double().norm())) for name, grad in grads)
