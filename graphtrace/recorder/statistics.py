"""Statistics of a tensor: norm, min, max, mean; by torch for one tensor, by numpy for many small ones at once.

Sums are in double precision, or of few numbers each, so that every statistic is exact to the rounding of float32
on any machine.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import torch

from graphtrace.recorder.memory import flat

_CHUNK = 1 << 16  # elements of a large tensor that are read at once, so that four reductions share the cache
_SPLIT = 8192  # elements from which two reductions are quicker than torch.aminmax, and numpy's dot wakes threads
_WIDE = 16_384  # float32 elements up to which all sums are in float64 at little cost
_ROW = 64  # float32 elements that are summed in float32: loses two units of the last place at most, on any machine
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

Row = tuple[float | None, float | None, float | None, float | None]  # norm, min, max, mean
Numbers = npt.NDArray[np.float32] | npt.NDArray[np.float64]
Wide = npt.NDArray[np.float64]


def norm_only(tensor: torch.Tensor) -> Row | None:
    """Return the norm alone, which takes half the time; None where it is no plain number, or would not be quicker."""
    if tensor.dtype is not torch.float32 or tensor.numel() <= _WIDE:
        return None
    line = flat(tensor)
    rest = line.numel() % _ROW
    rows = (line[: line.numel() - rest] if rest else line).view(-1, _ROW)
    norm = _wide_norm(torch.linalg.vector_norm(rows, dim=1))
    if rest:
        norm = math.hypot(norm, _wide_norm(line[-rest:]))
    return (norm, None, None, None) if 1e-15 < norm < math.inf else None


def _wide_norm(line: torch.Tensor) -> float:
    norm: float = torch.linalg.vector_norm(line, dtype=torch.float64).item()
    return norm


def cpu_stats(tensor: torch.Tensor) -> Row:
    """Return norm, min, max and mean of a dense tensor with at least one element, summed in double precision."""
    line = flat(tensor)
    if tensor.is_complex():
        norm = torch.linalg.vector_norm(line, dtype=torch.complex128).item()
        return _NAN if norm != norm else norm, None, None, None
    parts = [_reduced(part) for part in torch.split(line, _CHUNK)] if line.numel() > _CHUNK else [_reduced(line)]
    if any(part[1] != part[1] for part in parts):
        return _NAN, _NAN, _NAN, _NAN
    low, high = min(part[1] for part in parts), max(part[2] for part in parts)
    norm = math.sqrt(sum([part[0] for part in parts]))
    if _left_range(norm, low, high):
        scale = max(-low, high)
        norm = scale * _wide_norm(line.double() / scale)
    mean = sum([part[3] for part in parts]) / line.numel()
    return norm, float(low), float(high), _NAN if mean != mean else mean


def _left_range(norm: float, low: float, high: float) -> bool:
    """Whether the squares of finite numbers left the range of float64; those of float32 never do."""
    return not 1e-140 < norm < math.inf and bool(low or high) and math.isfinite(low) and math.isfinite(high)


def _reduced(flat: torch.Tensor) -> tuple[float, float, float, float]:
    """Return the sum of squares, min, max and sum."""
    wide = flat.double()
    real = flat if flat.dtype is torch.float32 else wide  # half the memory to read
    if real.numel() <= _SPLIT:
        low, high = torch.aminmax(real)
    else:
        low, high = real.amin(), real.amax()
    return torch.dot(wide, wide).item(), low.item(), high.item(), wide.sum().item()


def measured_rows(numbers: Numbers) -> Iterator[Row]:
    """Measure every row of an array of shape [rows, elements]. Call where numpy's warnings are off."""
    lows, highs = np.minimum.reduce(numbers, 1).tolist(), np.maximum.reduce(numbers, 1).tolist()
    wide = numbers.astype(np.float64, copy=False)
    norms = np.sqrt(_row_dots(wide, wide)).tolist()
    means = (_row_dots(wide, _ones(wide.shape[1])) / wide.shape[1]).tolist()
    for line, norm, low, high, mean in zip(wide, norms, lows, highs, means, strict=True):
        if low != low:
            yield _NAN, _NAN, _NAN, _NAN
            continue
        if _left_range(norm, low, high):
            norm = _scaled_norm(line, low, high)
        yield norm, low, high, _NAN if mean != mean else mean


@lru_cache(maxsize=256)
def _ones(count: int) -> Wide:
    return np.ones((1, count))


def _scaled_norm(line: Wide, low: float, high: float) -> float:
    scale = max(-low, high)
    return scale * float(np.linalg.norm(line / scale))


def _row_dots(rows: Wide, others: Wide) -> Wide:
    """Multiply row by row and sum, in parts that are too short to wake numpy's threads."""
    starts = range(0, rows.shape[1], _SPLIT)
    parts = [np.vecdot(rows[:, i : i + _SPLIT], others[:, i : i + _SPLIT]) for i in starts]
    total: Wide = parts[0] if len(parts) == 1 else np.add.reduce(parts)
    return total


def device_stats(tensor: torch.Tensor) -> torch.Tensor:
    """Return the four as one tensor on the tensor's device, NaN where there is none."""
    wide = torch.float32 if tensor.device.type == "mps" else torch.float64
    if tensor.is_complex():
        norm = torch.linalg.vector_norm(torch.view_as_real(tensor.resolve_conj()), dtype=wide)
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


def small_stats(contents: Sequence[tuple[str, bytes]]) -> list[Row | None]:
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


def _reduced_rows(numbers: npt.NDArray[np.generic], sizes: npt.NDArray[np.int64]) -> Iterator[Row]:
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    with np.errstate(all="ignore"):  # overflow and inf - inf are results, not mistakes
        if numbers.dtype.kind == "c":
            parts = np.abs(numbers.astype(np.complex128))
            yield from ((norm, None, None, None) for norm in _norms(parts, starts))
            return
        wide = numbers.astype(np.float64)
        means = (np.add.reduceat(wide, starts) / sizes).tolist()
        lows, highs = np.minimum.reduceat(wide, starts).tolist(), np.maximum.reduceat(wide, starts).tolist()
        norms = _norms(wide, starts)
        if numbers.itemsize == 8:
            lines = np.split(wide, starts[1:])
            bounds = zip(lines, norms, lows, highs, strict=True)
            norms = [_scaled_norm(line, *pair) if _left_range(n, *pair) else n for line, n, *pair in bounds]
        for row in zip(norms, lows, highs, means, strict=True):
            yield tuple(_NAN if x != x else x for x in row)  # type: ignore[misc]


def _norms(numbers: Wide, starts: npt.NDArray[np.int64]) -> list[float]:
    norms = np.sqrt(np.add.reduceat(numbers * numbers, starts)).tolist()
    return [_NAN if norm != norm else norm for norm in norms]
