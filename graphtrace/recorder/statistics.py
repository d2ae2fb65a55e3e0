"""Statistics of a tensor by torch itself: norm, smallest, largest, mean. And bits, compared."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch

SAMPLE = 12  # rows and columns of a thinned-out part
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
_INTEGERS = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
_NAN = math.nan  # the one NaN, which equals itself inside a record

Row = tuple[float | None, float | None, float | None, float | None]


def on_host(tensor: torch.Tensor) -> bool:
    """Whether reading a tensor costs no transfer."""
    return tensor.device.type == "cpu"


def norm_alone(tensor: torch.Tensor) -> Row | None:
    """Return the norm alone, which takes half the time; None where it is no plain number, or would not be quicker."""
    if tensor.dtype is not torch.float32 or tensor.numel() <= _SPLIT:
        return None
    flat = _flat(tensor)
    norm = math.sqrt(torch.dot(flat, flat).item())
    return (norm, None, None, None) if 1e-15 < norm < math.inf else None


def cpu_stats(tensor: torch.Tensor) -> Row:
    """Return norm, min, max and mean of a dense tensor with at least one element."""
    flat = _flat(tensor)
    if tensor.is_complex():
        norm = torch.linalg.vector_norm(flat, dtype=torch.complex128).item()
        return _NAN if norm != norm else norm, None, None, None
    parts = [_reduced(part) for part in torch.split(flat, _CHUNK)] if flat.numel() > _CHUNK else [_reduced(flat)]
    norm = parts[0][0] if len(parts) == 1 else math.hypot(*[part[0] for part in parts])
    if any(part[1] != part[1] for part in parts):
        return _NAN, _NAN, _NAN, _NAN
    low, high = min(part[1] for part in parts), max(part[2] for part in parts)
    if not 1e-15 < norm < math.inf and (low or high) and math.isfinite(low) and math.isfinite(high):
        norm = torch.linalg.vector_norm(flat, dtype=torch.float64).item()  # squares left the range of float32
    mean = sum(part[3] for part in parts) / flat.numel()
    return norm, float(low), float(high), _NAN if mean != mean else mean


def _reduced(flat: torch.Tensor) -> tuple[float, float, float, float]:
    """Return norm, min, max and sum."""
    real = flat if flat.dtype in (torch.float32, torch.float64) else flat.double()
    if real.numel() <= _SPLIT:
        low, high = torch.aminmax(real)
        return torch.linalg.vector_norm(real).item(), low.item(), high.item(), real.sum().item()
    squares, total = torch.dot(real, real).item(), real.sum().item()  # the quickest comes first: it fills the cache
    return math.sqrt(squares), real.amin().item(), real.amax().item(), total


def _flat(tensor: torch.Tensor) -> torch.Tensor:
    """Return the elements in a row, in the order of memory where they lie close."""
    if tensor.is_contiguous():
        return tensor.view(-1)
    if is_dense(tensor):
        return tensor.as_strided((tensor.numel(),), (1,))
    return tensor.reshape(-1)


def is_dense(tensor: torch.Tensor) -> bool:
    """Whether the elements fill one stretch of memory, each place once."""
    return tensor.is_contiguous() or _fills(tensor.shape, tensor.stride())


@lru_cache(maxsize=4096)
def _fills(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    expected = 1
    for stride, size in sorted(zip(strides, shape, strict=True)):
        if size != 1 and stride != expected:
            return False
        expected *= size
    return True


def same_memory(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors hold the same numbers of the same memory, perhaps in another order."""
    return (
        one.layout is torch.strided is other.layout
        and one.data_ptr() == other.data_ptr() != 0
        and one.numel() == other.numel()
        and one.dtype is other.dtype
        and is_dense(one)
        and is_dense(other)
        and one.is_neg() == other.is_neg()
    )


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


def thinned(tensor: torch.Tensor) -> tuple[torch.Tensor, tuple[int, ...]]:
    """View every k-th row and column of the last two dimensions, the first entry of all others."""
    size, stride = _thinner(tensor.shape, tensor.stride())
    return tensor.as_strided(size, stride), size


@lru_cache(maxsize=4096)
def _thinner(shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    every = [-(-size // SAMPLE) for size in shape[-2:]]
    size = tuple(-(-size // k) for size, k in zip(shape[-2:], every, strict=True))
    return size, tuple(stride * k for stride, k in zip(strides[-2:], every, strict=True))


def raw_bytes(tensor: torch.Tensor) -> bytes | None:
    """Return the elements of a CPU tensor, row by row, little-endian; None for dtypes without a plain format."""
    plain: Any = tensor.view(torch.int16) if tensor.dtype is torch.bfloat16 else tensor
    if plain.is_complex() or plain.is_neg():
        plain = plain.resolve_conj().resolve_neg()
    for read in (plain.numpy, lambda: plain.clone().numpy()):  # zeros without memory must be written out first
        try:
            content: bytes = read().tobytes()
        except (RuntimeError, TypeError):
            continue
        return content
    return None


def same_bits(one: torch.Tensor, other: torch.Tensor) -> bool | torch.Tensor:
    """Compare two tensors to the last bit: on the CPU now, elsewhere as a 0-dim bool on their device."""
    if one.layout is not torch.strided or other.layout is not torch.strided:
        one, other = one.to_dense(), other.to_dense()
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    first, second = _as_integers(one), _as_integers(other)
    return torch.equal(first, second) if on_host(first) else (first == second).all()


def _as_integers(tensor: torch.Tensor) -> torch.Tensor:
    plain = tensor.detach().resolve_conj().resolve_neg()
    if plain.is_complex():
        plain = torch.view_as_real(plain)
    if plain.element_size() in _INTEGERS:
        return plain.view(_INTEGERS[plain.element_size()])
    return plain
