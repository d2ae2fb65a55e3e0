"""What was taken, and how it comes from an accelerator: all of one device and dtype in one transfer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from graphtrace.model import TensorData, TensorMeta
from graphtrace.recorder.memory import raw_bytes
from graphtrace.recorder.statistics import Row


@dataclass(slots=True)
class Pending:
    """A content that was taken; `value` is there once it was resolved.

    On the CPU `raw` and `row` are there at once, or follow from `staged`; elsewhere `kept` and `stats` wait on
    the device. A view has the statistics of the one that it is `like`.
    """

    meta: TensorMeta
    sample: tuple[int, ...] | None = None
    raw: bytes | None = None
    row: Row | None = None
    kept: torch.Tensor | None = None
    stats: torch.Tensor | None = None
    value: TensorData | None = None
    staged: Any = None  # shelf, place there, and strides
    like: Pending | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every number is there."""
        return self.sample is None and (self.raw is not None or self.kept is not None)

    @property
    def is_measured(self) -> bool:
        """Whether its statistics are there, or will be."""
        return self.row is not None or self.staged is not None or self.like is not None

    def forget(self) -> None:
        """Keep shape and dtype only."""
        self.sample = self.raw = self.row = self.kept = self.stats = self.staged = self.like = None


@dataclass(slots=True)
class Flag:
    """A yes or no; where it was computed on a device, `value` is there once it was resolved."""

    tensor: torch.Tensor | None
    value: bool = False


def fetch(pending: Sequence[Pending], flags: Sequence[Flag]) -> None:
    """Bring everything over."""
    _fetch_flags(flags)
    _fetch_kept([one for one in pending if one.kept is not None])
    _fetch_stats([one for one in pending if one.stats is not None])


def _fetch_flags(flags: Sequence[Flag]) -> None:
    tensors: dict[torch.device, list[Flag]] = defaultdict(list)
    for flag in flags:
        if flag.tensor is not None:
            tensors[flag.tensor.device].append(flag)
    for group in tensors.values():
        values = torch.stack([flag.tensor for flag in group if flag.tensor is not None]).tolist()
        for flag, value in zip(group, values, strict=True):
            flag.value, flag.tensor = value, None


def _fetch_kept(pending: Sequence[Pending]) -> None:
    groups: dict[Any, list[Pending]] = defaultdict(list)
    for one in pending:
        if one.kept is not None:
            groups[one.kept.device, one.kept.dtype].append(one)
    for group in groups.values():
        kept = [one.kept for one in group if one.kept is not None]
        flat = torch.cat([tensor.reshape(-1) for tensor in kept]).cpu()
        parts = torch.split(flat, [tensor.numel() for tensor in kept])
        for one, part in zip(group, parts, strict=True):
            one.raw, one.kept = raw_bytes(part), None


def _fetch_stats(pending: Sequence[Pending]) -> None:
    groups: dict[Any, list[Pending]] = defaultdict(list)
    for one in pending:
        if one.stats is not None:
            groups[one.stats.device, one.stats.dtype].append(one)
    for group in groups.values():
        table = torch.stack([one.stats for one in group if one.stats is not None]).tolist()
        for one, row in zip(group, table, strict=True):
            one.row, one.stats = _row(one.meta.dtype, row), None


def _row(dtype: str, row: list[float]) -> Row:
    norm, low, high, mean = row
    return (norm, None, None, None) if dtype.startswith("complex") else (norm, low, high, mean)
