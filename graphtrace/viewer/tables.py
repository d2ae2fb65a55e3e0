"""Names and contents of tensors in the wire format, each once."""

from __future__ import annotations

from graphtrace.model import TensorData, wire
from graphtrace.style.safe_text import visible


class LeafTable:
    """Names of leaves, each once."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def place(self, name: str) -> int:
        """Return the position of a name."""
        return self._places.setdefault(name, len(self._places))

    def names(self) -> list[str]:
        """Return the table."""
        return [visible(name, 2000) for name in self._places]


class TensorTable:
    """Every content once."""

    def __init__(self) -> None:
        self.table: list[wire.WireTensor] = []
        self._places: dict[TensorData, int] = {}

    def take(self, value: TensorData | None) -> int | None:
        """Return the position of a content, None for none."""
        return None if value is None else self.place(value)

    def place(self, value: TensorData) -> int:
        """Return the position of a content."""
        place = self._places.setdefault(value, len(self.table))
        if place == len(self.table):
            self.table.append(_tensor(value))
        return place


def _tensor(value: TensorData) -> wire.WireTensor:
    meta = value.meta
    found: wire.WireTensor = {
        "shape": list(meta.shape),
        "dtype": meta.dtype,
        "device": meta.device,
        "norm": _number(value.norm),
        "min": _number(value.min),
        "max": _number(value.max),
        "mean": _number(value.mean),
    }
    if value.data is not None:
        found["data"] = value.data
    if value.sample is not None:
        found["sample"] = list(value.sample)
    return found


def _number(value: float | None) -> wire.Number:
    """JSON knows no NaN and no infinity: they travel as words."""
    return str(value) if value is not None and value - value != 0 else value
