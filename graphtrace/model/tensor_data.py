"""What a recording keeps of a tensor: statistics, and its numbers as bytes, all of them or a sample."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass

from graphtrace.model.graph import TensorMeta

Number = float | complex  # Python counts int and bool as float here

_FORMATS = {
    "float64": "d",
    "float32": "f",
    "float16": "e",
    "int64": "q",
    "int32": "i",
    "int16": "h",
    "int8": "b",
    "uint8": "B",
    "bool": "?",
    "complex64": "f",
    "complex128": "d",
}


@dataclass(frozen=True, slots=True)
class TensorData:
    """The content of a tensor at one moment, never an alias of its memory.

    Attributes:
        meta: Shape, dtype and device.
        norm: Euclidean norm over all elements (of absolute values for complex). None where torch
            cannot tell (nested, no element).
        min: Smallest element; with `max` and `mean` None for complex and empty tensors, and at the
            level ``stats`` for float32 tensors on the CPU of more than 65,536 elements.
        data: Little-endian bytes in base64, row by row; None where nothing was kept.
        sample: Shape of `data` if it is a thinned-out part (every k-th row and column of the last
            two dimensions, the first of all others), None if `data` is whole.
    """

    meta: TensorMeta
    norm: float | None = None
    min: float | None = None
    max: float | None = None
    mean: float | None = None
    data: str | None = None
    sample: tuple[int, ...] | None = None

    def __eq__(self, other: object) -> bool:
        """Compare as tuples do, where a NaN object equals itself; from Python 3.13 on dataclasses do not."""
        if not isinstance(other, TensorData):
            return NotImplemented
        return self is other or self._all() == other._all()

    def _all(self) -> tuple[object, ...]:
        return (self.meta, self.norm, self.min, self.max, self.mean, self.data, self.sample)

    def __hash__(self) -> int:
        return hash(self._all())

    @property
    def is_whole(self) -> bool:
        """Whether every number is there."""
        return self.data is not None and self.sample is None

    @property
    def is_finite(self) -> bool:
        """Whether no element is NaN or infinite, as far as the statistics tell."""
        known = [x for x in (self.norm, self.min, self.max, self.mean) if x is not None]
        return all(x - x == 0 for x in known)

    def numbers(self) -> list[Number]:
        """Return the kept numbers, flat, exactly as they were."""
        return unpack(self.data or "", self.meta.dtype)


def item_size(dtype: str) -> int | None:
    """Return the bytes of one element, None for a dtype whose bytes are not kept."""
    if dtype == "bfloat16":
        return 2
    code = _FORMATS.get(dtype)
    return None if code is None else struct.calcsize(f"<{code}") * (2 if dtype.startswith("complex") else 1)


def unpack(data: str, dtype: str) -> list[Number]:
    """Decode base64 bytes of a dtype into Python numbers; complex numbers from pairs."""
    raw = base64.b64decode(data)
    if dtype == "bfloat16":  # the upper half of a float32
        words = struct.unpack(f"<{len(raw) // 2}H", raw)
        return [struct.unpack("<f", struct.pack("<I", word << 16))[0] for word in words]
    code = _FORMATS[dtype]
    flat = list(struct.unpack(f"<{len(raw) // struct.calcsize(code)}{code}", raw))
    if dtype.startswith("complex"):
        return [complex(*pair) for pair in zip(flat[::2], flat[1::2], strict=True)]
    return flat
