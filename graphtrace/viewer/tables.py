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
            self.table.append(tensor_to_wire(value))
        return place


def tensor_to_wire(value: TensorData) -> wire.WireTensor:
    """Return the content of a tensor as strict JSON."""
    meta = value.meta
    found: wire.WireTensor = {
        "shape": list(meta.shape),
        "dtype": meta.dtype,
        "device": meta.device,
        "norm": plain_number(value.norm),
        "min": plain_number(value.min),
        "max": plain_number(value.max),
        "mean": plain_number(value.mean),
    }
    if value.data is not None:
        found["data"] = value.data
    if value.sample is not None:
        found["sample"] = list(value.sample)
    return found


def plain_number(value: float | None) -> wire.Number:
    """Write a number for JSON, which knows no NaN and no infinity: they travel as words."""
    return str(value) if value is not None and value - value != 0 else value
