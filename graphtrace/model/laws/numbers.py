"""Arithmetic on recorded numbers: sums as a dtype rounds them, and tensors in words."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import cast

from graphtrace.model.tensor_data import TensorData

_PACKED = {"float16": "<e", "float32": "<f", "float64": "<d"}
_EPS = {"float64": 2.0**-52, "float32": 2.0**-23, "bfloat16": 2.0**-7, "float16": 2.0**-10}


def differ(first: TensorData, second: TensorData) -> bool:
    """Whether the numbers that were kept of two tensors differ in a bit."""
    return first.data != second.data or first.sample != second.sample


def same_stats(first: TensorData | None, second: TensorData | None) -> bool:
    """Whether two tensors have equal statistics, as far as both have them."""
    if first is None or second is None:
        return first is second
    pairs = [(getattr(first, name), getattr(second, name)) for name in ("norm", "min", "max", "mean")]
    return all(a == b or (a != a and b != b) for a, b in pairs if a is not None and b is not None)


def wrong_sum(parts: Sequence[TensorData], total: TensorData | None) -> str | None:
    """Add the kept numbers in order of arrival, rounding as the dtype does, and compare with the total.

    Returns:
        The first number that is wrong, in words; None if all are right or not all numbers were kept.
    """
    if total is None or not total.is_whole or not all(part.is_whole and part.meta == total.meta for part in parts):
        return None
    if len(parts) > 1 and total.meta.dtype not in _EPS:
        return None
    sums = parts[0].numbers()
    for part in parts[1:]:
        sums = [_rounded(cast(float, a + b), total.meta.dtype) for a, b in zip(sums, part.numbers(), strict=True)]
    bad = [(a, b) for a, b in zip(sums, total.numbers(), strict=True) if a != b and not (a != a and b != b)]
    return f"{bad[0][0]} is not {bad[0][1]}" if bad else None


def _rounded(number: float, dtype: str) -> float:
    """Round the sum of two numbers of a dtype to that dtype. A double holds the sum closely enough to round once."""
    try:
        if dtype == "bfloat16":
            return _bfloat16(number)
        value: float = struct.unpack(_PACKED[dtype], struct.pack(_PACKED[dtype], number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return value


def _bfloat16(number: float) -> float:
    """Round to nearest, ties to even, from a float32, as torch does."""
    if not math.isfinite(number):
        return number
    (word,) = struct.unpack("<I", struct.pack("<f", number))
    word = (word + 0x7FFF + (word >> 16 & 1)) & 0xFFFF0000
    value: float = struct.unpack("<f", struct.pack("<I", word))[0]
    return value


def wrong_delta(before: TensorData, delta: TensorData, after: TensorData) -> str | None:
    """Check that a parameter is what it was plus its change, up to 4 units in the last place.

    Args:
        before: The parameter before its update.
        delta: The recorded difference.
        after: The parameter after its update.
    """
    if not (before.is_whole and delta.is_whole and after.is_whole):
        return None
    for a, d, b in zip(before.numbers(), delta.numbers(), after.numbers(), strict=True):
        if not _near(a + d, b, max(abs(a), abs(b)), after.meta.dtype):
            return f"{a} plus {d} is not {b}"
    return None


def _near(expected: complex, got: complex, scale: float, dtype: str) -> bool:
    if expected == got or (expected != expected and got != got) or not math.isfinite(scale):
        return True
    eps = _EPS.get(dtype.replace("complex64", "float32").replace("complex128", "float64"), 0.0)
    return abs(expected - got) <= 4 * eps * max(scale, 1e-300)


def shown(value: TensorData | None) -> str:
    """Write a tensor for a message: its numbers if they are few, else its norm."""
    if value is None:
        return "None"
    if value.is_whole and 0 < len(numbers := value.numbers()) <= 4:
        return "[" + ", ".join(f"{number:.6g}" for number in numbers) + "]"
    return f"a tensor of shape {value.meta} and norm {value.norm}"
