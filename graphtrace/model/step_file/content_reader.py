"""Read the contents of a step's tensors from their bytes, in whatever state these are."""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Sequence
from math import prod

from graphtrace.errors import FileError
from graphtrace.model.graph import TensorMeta
from graphtrace.model.step_file.blocks import ReadBudget
from graphtrace.model.step_file.columns import (
    DAMAGED,
    DIFFERENCE,
    EARLIER,
    OWN,
    PLAIN,
    SIZES,
    TRANSPOSED,
    Columns,
    Forms,
    difference,
    group,
    ordered,
    transposed,
)
from graphtrace.model.tensor_data import TensorData, item_size


class ContentReader:
    """Reads the contents of a step.

    Args:
        columns: What there is of each.
        forms: Their shapes.
        statistics: Their statistics, as `ContentTable.packed` made them.
        content: Their bytes.
        budget: What may be made of them.
    """

    def __init__(self, columns: Columns, forms: Forms, statistics: bytes, content: bytes, budget: ReadBudget) -> None:
        self._forms, self._budget = forms, budget
        self._rows = _rows(columns)
        numbers = ordered(statistics, 8)
        self._numbers = iter([math.nan if x != x else x for x in struct.unpack(f"<{len(numbers) // 8}d", numbers)])
        self._groups = self._split(content)
        self._raw: dict[int, bytes] = {}

    def _split(self, content: bytes) -> dict[int, memoryview]:
        """Return the bytes of each group of dtypes."""
        wanted = dict.fromkeys(SIZES, 0)
        for row in self._rows:
            if row[0] == OWN:
                meta, size = self._size(row)
                wanted[group(meta.dtype)] += size
        if sum(wanted.values()) != len(content):
            raise FileError(DAMAGED)
        groups, at = {}, 0
        for size, count in wanted.items():
            groups[size] = memoryview(ordered(content[at : at + count], size))
            at += count
        return groups

    def _size(self, row: tuple[int, ...]) -> tuple[TensorMeta, int]:
        meta, sample = self._form(row)
        shape = meta.shape if sample is None else sample
        sizes = [size for size in shape if isinstance(size, int) and size >= 0]
        if len(sizes) != len(shape):
            raise FileError(DAMAGED)
        return meta, prod(sizes) * (item_size(meta.dtype) or 0)

    def _form(self, row: tuple[int, ...]) -> tuple[TensorMeta, tuple[int, ...] | None]:
        _, meta, sample = row[:3]
        if not 0 <= meta < len(self._forms.metas) or not 0 <= sample <= len(self._forms.samples):
            raise FileError(DAMAGED)
        return self._forms.metas[meta], self._forms.samples[sample - 1] if sample else None

    def read(self, earlier: Sequence[TensorData | None] | None) -> list[TensorData | None]:
        """Return all contents.

        Args:
            earlier: Contents of the step that this one refers to; None leaves those out that refer to it.

        Raises:
            FileError: They do not fit.
        """
        found: list[TensorData | None] = []
        for number, row in enumerate(self._rows):
            found.append(self._read_earlier(row, earlier) if row[0] == EARLIER else self._read_here(number, row, found))
        return found

    def _read_earlier(self, row: tuple[int, ...], earlier: Sequence[TensorData | None] | None) -> TensorData | None:
        if earlier is None:
            return None
        data = earlier[row[4]] if 0 <= row[4] < len(earlier) else None
        if data is None:
            raise FileError(DAMAGED)
        return data

    def _read_here(self, number: int, row: tuple[int, ...], found: Sequence[TensorData | None]) -> TensorData | None:
        meta, sample = self._form(row)
        norm, least, most, mean = (next(self._numbers, math.nan) if row[3] >> bit & 1 else None for bit in range(4))
        raw: bytes | None = None
        if row[0] == OWN:
            size = self._size(row)[1]
            part = group(meta.dtype)
            raw, self._groups[part] = bytes(self._groups[part][:size]), self._groups[part][size:]
        elif row[0] in (DIFFERENCE, TRANSPOSED):
            raw = self._made(row, meta.shape if sample is None else sample, found)
            if raw is None:
                return None
        elif row[0] != PLAIN:
            raise FileError(DAMAGED)
        return TensorData(meta, norm, least, most, mean, None if raw is None else self._text(raw), sample)

    def _made(
        self, row: tuple[int, ...], shape: Sequence[int | str], found: Sequence[TensorData | None]
    ) -> bytes | None:
        """Return bytes that are made of those of others; None where they are of a step that is only referred to."""
        ends = row[4:6] if row[0] == DIFFERENCE else row[4:5]
        if not all(0 <= end < len(found) for end in ends):
            raise FileError(DAMAGED)
        raws = [base64.b64decode(data.data or "") for end in ends if (data := found[end]) is not None]
        if len(raws) < len(ends):
            return None
        made = difference(*raws) if row[0] == DIFFERENCE else self._turned(raws[0], row, shape)
        if made is None:
            raise FileError(DAMAGED)
        return made

    def _turned(self, raw: bytes, row: tuple[int, ...], shape: Sequence[int | str]) -> bytes | None:
        meta, size = self._size(row)
        item = item_size(meta.dtype)
        if size != len(raw) or len(shape) != 2 or not isinstance(shape[1], int) or item is None:
            return None
        return transposed(raw, shape[1], item)

    def _text(self, raw: bytes) -> str:
        self._budget.take(2 * len(raw))
        return base64.b64encode(raw).decode("ascii")


def _rows(columns: Columns) -> list[tuple[int, ...]]:
    parts = (columns.kind, columns.meta, columns.sample, columns.known, columns.first, columns.second)
    if len({len(part) for part in parts}) > 1:
        raise FileError(DAMAGED)
    return list(zip(*parts, strict=True))
