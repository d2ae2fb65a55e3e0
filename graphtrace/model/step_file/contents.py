"""Contents of tensors as bytes: each once, those of the step before as references, an update as its two ends."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Mapping, Sequence

from graphtrace.model.graph import TensorMeta
from graphtrace.model.step_file.columns import (
    DIFFERENCE,
    EARLIER,
    OWN,
    PLAIN,
    SIZES,
    STATISTICS,
    TRANSPOSED,
    Columns,
    Forms,
    difference,
    group,
    shuffled,
    transposed,
)
from graphtrace.model.tensor_data import TensorData, item_size

Update = tuple[TensorData, TensorData, TensorData]  # delta, after, before


class ContentTable:
    """Numbers the contents of a step, each once.

    Args:
        before: Contents whose bytes the step before has, by their numbers there.
    """

    def __init__(self, before: Mapping[TensorData, int]) -> None:
        self._before = before
        self.numbers: dict[TensorData, int] = {}
        self._metas: dict[TensorMeta, int] = {}
        self._samples: dict[tuple[int, ...], int] = {}
        self._tables: dict[tuple[int | str, ...], list[TensorData]] = {}  # of two dimensions, by their shape

    def number(self, data: TensorData | None) -> int | None:
        """Return the number of a content, a new one where it is new."""
        if data is None:
            return None
        self._metas.setdefault(data.meta, len(self._metas))
        if data.sample is not None:
            self._samples.setdefault(data.sample, len(self._samples))
        return self.numbers.setdefault(data, len(self.numbers))

    def forms(self) -> Forms:
        """Return the shapes of all contents."""
        return Forms(tuple(self._metas), tuple(self._samples))

    def rows(self, updates: Iterable[Update]) -> list[tuple[int, ...]]:
        """Return per content its row of `Columns`.

        Args:
            updates: Contents that may be differences of others.
        """
        ends = {delta: (after, before) for delta, after, before in updates if _is_difference(delta, after, before)}
        return [self._row(data, ends.get(data)) for data in self.numbers]

    def _row(self, data: TensorData, ends: tuple[TensorData, TensorData] | None) -> tuple[int, ...]:
        if data in self._before:
            return EARLIER, 0, 0, 0, self._before[data], 0
        known = sum(1 << bit for bit, name in enumerate(STATISTICS) if getattr(data, name) is not None)
        sample = 0 if data.sample is None else 1 + self._samples[data.sample]
        form = self._metas[data.meta], sample, known
        if ends is not None and all(end in self.numbers for end in ends):
            first, second = (self.numbers[end] for end in ends)
            if max(first, second) < self.numbers[data]:
                return DIFFERENCE, *form, first, second
        if (other := self._exchanged(data)) is not None:
            return TRANSPOSED, *form, self.numbers[other], 0
        return (PLAIN if data.data is None else OWN), *form, 0, 0

    def _exchanged(self, data: TensorData) -> TensorData | None:
        """Return an earlier content that has this one's rows as its columns: gradients of weights often come so."""
        shape, size = data.meta.shape if data.sample is None else data.sample, item_size(data.meta.dtype)
        if data.data is None or len(shape) != 2 or not isinstance(shape[0], int) or size is None or 1 in shape:
            return None
        raw, others = base64.b64decode(data.data), tuple(self._tables.get(shape[::-1], ()))
        self._tables.setdefault(shape, []).append(data)
        turned = transposed(raw, shape[0], size) if others else b""
        same = (other for other in others if other.meta.dtype == data.meta.dtype)
        return next((other for other in same if base64.b64decode(other.data or "") == turned), None)

    def packed(self, updates: Iterable[Update]) -> tuple[Columns, bytes, bytes, dict[TensorData, int]]:
        """Return columns, statistics and bytes of all contents, and those that a later step may refer to."""
        rows = self.rows(updates)
        pairs = list(zip(self.numbers, rows, strict=True))
        told = [getattr(data, name) for data, row in pairs if row[0] != EARLIER for name in STATISTICS]
        numbers = [number for number in told if number is not None]
        own = [data for data, row in pairs if row[0] == OWN]
        columns = Columns(*zip(*rows, strict=True)) if rows else Columns()
        statistics = shuffled(struct.pack(f"<{len(numbers)}d", *numbers), 8)
        here = [data for data, row in pairs if row[0] == OWN or (row[0] == TRANSPOSED and rows[row[4]][0] == OWN)]
        return columns, statistics, _bytes_of(own), {data: self.numbers[data] for data in here}


def _is_difference(delta: TensorData, after: TensorData, before: TensorData) -> bool:
    ends = (after, before)
    if delta.data is None or any(end.data is None or end.meta.dtype != "float32" for end in (*ends, delta)):
        return False
    return difference(base64.b64decode(after.data or ""), base64.b64decode(before.data or "")) == base64.b64decode(
        delta.data
    )


def _bytes_of(contents: Sequence[TensorData]) -> bytes:
    """Join bytes of tensors by the size of their elements, first bytes first: so they compress better."""
    groups: dict[int, list[bytes]] = {size: [] for size in SIZES}
    for data in contents:
        groups[group(data.meta.dtype)].append(base64.b64decode(data.data or ""))
    return b"".join(shuffled(b"".join(parts), size) for size, parts in groups.items())
