"""How contents of tensors stand in a file: what there is of each in columns, and their bytes in groups."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from graphtrace.errors import FileError
from graphtrace.model.graph import TensorMeta
from graphtrace.model.tensor_data import item_size

# No bytes; its bytes; content `first` of another step; `first` minus `second`; `first` with rows and columns exchanged.
PLAIN, OWN, EARLIER, DIFFERENCE, TRANSPOSED = range(5)
SIZES = (1, 2, 4, 8)
STATISTICS = ("norm", "min", "max", "mean")
DAMAGED = "file is damaged: parts of a step do not fit (save it again, or check that it is complete)"


@dataclass(frozen=True, slots=True)
class Columns:
    """What there is of each content: how it is kept, which of `metas` and `samples`, a bit per known statistic."""

    kind: tuple[int, ...] = ()
    meta: tuple[int, ...] = ()
    sample: tuple[int, ...] = ()
    known: tuple[int, ...] = ()
    first: tuple[int, ...] = ()
    second: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Forms:
    """Shapes that contents have: of the tensor, and of the sample that was kept (``sample[i] - 1`` is its place)."""

    metas: tuple[TensorMeta, ...] = ()
    samples: tuple[tuple[int, ...], ...] = ()


def difference(after: bytes, before: bytes) -> bytes | None:
    """Subtract float32 numbers as torch does: the difference of two is rounded once."""
    count = len(after) // 4
    if len(after) != len(before) or len(after) % 4:
        return None
    form = f"<{count}f"
    try:
        pairs = zip(struct.unpack(form, after), struct.unpack(form, before), strict=True)
        return struct.pack(form, *[x - y for x, y in pairs])
    except OverflowError:
        return None


def transposed(raw: bytes, rows: int, size: int) -> bytes:
    """Return the elements of a table column by column."""
    columns = len(raw) // max(1, rows * size)
    lines = [raw[at * columns * size : (at + 1) * columns * size] for at in range(rows)]
    return b"".join(line[at : at + size] for at in range(0, columns * size, size) for line in lines)


def group(dtype: str) -> int:
    """Return the group of a dtype: the size of its elements, 8 at most.

    Raises:
        FileError: Its bytes are never kept.
    """
    size = item_size(dtype)
    if size is None:
        raise FileError(f"contents of this dtype cannot be written: {dtype[:40]!r} (save it as .json.gz)")
    return min(size, 8)


def shuffled(content: bytes, size: int) -> bytes:
    """Put the first bytes of all elements before the second ones, and so on."""
    return b"".join(content[at::size] for at in range(size))


def ordered(content: bytes, size: int) -> bytes:
    """Undo `shuffled`."""
    if len(content) % size:
        raise FileError(DAMAGED)
    made, part = bytearray(len(content)), len(content) // size
    for at in range(size):
        made[at::size] = content[at * part : (at + 1) * part]
    return bytes(made)
