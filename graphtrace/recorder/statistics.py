"""Statistics of a tensor: norm, smallest, largest, mean; by torch, of many small ones at once by numpy."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch

from graphtrace.recorder.memory import flat

_CHUNK = 1 << 17  # elements of a large tensor that are read at once, so that three reductions share the cache
_SPLIT = 8192  # elements from which two reductions are quicker than torch.aminmax
_KNOWN = {
    "float16",
    "float32",
    "float64",
    "int64",
    "int32",
    "int16",
    "int8",
    "uint8",
    "bool",
    "complex64",
    "complex128",
}
_NAN = math.nan  # the one NaN, which equals itself inside a record

Row = tuple[float | None, float | None, float | None, float | None]


def norm_alone(tensor: torch.Tensor) -> Row | None:
    """Return the norm alone, which takes half the time; None where it is no plain number, or would not be quicker."""
    if tensor.dtype is not torch.float32 or tensor.numel() <= _SPLIT:
        return None
    line = flat(tensor)
    norm = math.sqrt(torch.dot(line, line).item())
    return (norm, None, None, None) if 1e-15 < norm < math.inf else None


def cpu_stats(tensor: torch.Tensor) -> Row:
    """Return norm, min, max and mean of a dense tensor with at least one element."""
    line = flat(tensor)
    if tensor.is_complex():
        norm = torch.linalg.vector_norm(line, dtype=torch.complex128).item()
        return _NAN if norm != norm else norm, None, None, None
    parts = [_reduced(part) for part in torch.split(line, _CHUNK)] if line.numel() > _CHUNK else [_reduced(line)]
    norm = parts[0][0] if len(parts) == 1 else math.hypot(*[part[0] for part in parts])
    if any(part[1] != part[1] for part in parts):
        return _NAN, _NAN, _NAN, _NAN
    low, high = min(part[1] for part in parts), max(part[2] for part in parts)
    if not 1e-15 < norm < math.inf and (low or high) and math.isfinite(low) and math.isfinite(high):
        norm = torch.linalg.vector_norm(line, dtype=torch.float64).item()  # squares left the range of float32
    mean = sum(part[3] for part in parts) / line.numel()
    return norm, float(low), float(high), _NAN if mean != mean else mean


def _reduced(flat: torch.Tensor) -> tuple[float, float, float, float]:
    """Return norm, min, max and sum."""
    real = flat if flat.dtype in (torch.float32, torch.float64) else flat.double()
    if real.numel() <= _SPLIT:
        low, high = torch.aminmax(real)
        return torch.linalg.vector_norm(real).item(), low.item(), high.item(), real.sum().item()
    squares, total = torch.dot(real, real).item(), real.sum().item()  # the quickest comes first: it fills the cache
    return math.sqrt(squares), real.amin().item(), real.amax().item(), total


def lying_rows(numbers: Any) -> Iterator[Row]:
    """Measure every row of a numpy array of float32 or float64. Call where numpy's warnings are off."""
    lows, highs = np.minimum.reduce(numbers, 1).tolist(), np.maximum.reduce(numbers, 1).tolist()
    means = (np.add.reduce(numbers, 1) / numbers.shape[1]).tolist()
    for line, low, high, mean in zip(numbers, lows, highs, means, strict=True):
        if low != low:
            yield _NAN, _NAN, _NAN, _NAN
            continue
        norm = math.sqrt(sum([float(part.dot(part)) for part in _short(line)]))
        if not 1e-15 < norm < math.inf and (low or high) and math.isfinite(low) and math.isfinite(high):
            norm = float(np.linalg.norm(line.astype(np.float64)))  # squares left the range of float32
        yield norm, low, high, _NAN if mean != mean else mean


def _short(line: Any) -> list[Any]:
    """Cut a row into parts too short to wake numpy's threads."""
    return [line] if line.size <= _SPLIT else [line[i : i + _SPLIT] for i in range(0, line.size, _SPLIT)]


def device_stats(tensor: torch.Tensor) -> torch.Tensor:
    """Return the four as one tensor on the tensor's device, NaN where there is none."""
    wide = torch.float32 if tensor.device.type == "mps" else torch.float64
    if tensor.is_complex():
        norm = torch.linalg.vector_norm(torch.view_as_real(tensor.resolve_conj())).to(wide)
        return torch.stack([norm, *[norm.new_tensor(_NAN)] * 3])
    real = tensor if tensor.dtype in (torch.float32, torch.float64) else tensor.to(wide)
    low, high = torch.aminmax(real)
    norm, mean = torch.linalg.vector_norm(real, dtype=wide), torch.mean(real, dtype=wide)
    return torch.stack([norm, low.to(wide), high.to(wide), mean])


def with_zeros(row: Row, share: float) -> Row:
    """Statistics of a sparse tensor from those of its stored elements, which are this share of all."""
    norm, low, high, mean = row
    if low is None or high is None or mean is None or low != low:
        return row
    return norm, min(low, 0.0), max(high, 0.0), mean * share


def device_stats_with_zeros(stats: torch.Tensor, share: float) -> torch.Tensor:
    """The same, on a device."""
    norm, low, high, mean = stats.unbind()
    return torch.stack([norm, low.clamp(max=0), high.clamp(min=0), mean * share])


def little_stats(contents: Sequence[tuple[str, bytes]]) -> list[Row | None]:
    """Compute the four for many small tensors at once, in double precision, from their bytes.

    None where the dtype is not one that numpy knows, or where there is no element.
    """
    rows: list[Row | None] = [None] * len(contents)
    groups: dict[str, list[int]] = defaultdict(list)
    for i, (dtype, raw) in enumerate(contents):
        if raw and dtype in _KNOWN:
            groups[dtype].append(i)
    for dtype, members in groups.items():
        numbers = np.frombuffer(b"".join([contents[i][1] for i in members]), dtype)
        sizes = np.array([len(contents[i][1]) // numbers.itemsize for i in members])
        for i, row in zip(members, _reduced_rows(numbers, sizes), strict=True):
            rows[i] = row
    return rows


def _reduced_rows(numbers: Any, sizes: Any) -> Iterator[Row]:
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    with np.errstate(all="ignore"):  # overflow and inf - inf are results, not mistakes
        if numbers.dtype.kind == "c":
            parts = np.abs(numbers.astype(np.complex128))
            yield from ((norm, None, None, None) for norm in _norms(parts, starts))
            return
        wide = numbers.astype(np.float64)
        means = (np.add.reduceat(wide, starts) / sizes).tolist()
        lows, highs = np.minimum.reduceat(wide, starts).tolist(), np.maximum.reduceat(wide, starts).tolist()
        for row in zip(_norms(wide, starts), lows, highs, means, strict=True):
            yield tuple(_NAN if x != x else x for x in row)  # type: ignore[misc]


def _norms(numbers: Any, starts: Any) -> list[float]:
    norms = np.sqrt(np.add.reduceat(numbers * numbers, starts)).tolist()
    return [_NAN if norm != norm else norm for norm in norms]
