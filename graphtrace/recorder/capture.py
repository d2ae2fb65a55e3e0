"""Captured tensors: what was read of a tensor at one moment, on its way to the plain record `TensorData`.

The content of a capture is in one of four states: nothing could be read; its bytes are on the host; it waits in a
batch to be measured; or it waits on an accelerator, from which `fetch` brings all of one device and dtype at once.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from graphtrace.model import TensorData, TensorMeta
from graphtrace.recorder.memory import raw_bytes
from graphtrace.recorder.statistics import Row, small_stats

Shape = tuple[int, ...]
_NO_ROW: Row = (None, None, None, None)
UNREAD = TensorMeta((), "", "")  # of a tensor that waits


@dataclass(slots=True)
class OnHost:
    """Numbers as bytes, row by row.

    Attributes:
        raw: The bytes; None for dtypes without a plain format, and for sparse tensors.
        sample: Shape of `raw` if it is a thinned-out part, None if `raw` is whole.
        row: Norm, min, max and mean; None until small captures are measured together.
    """

    raw: bytes | None
    sample: Shape | None = None
    row: Row | None = None


@dataclass(slots=True)
class OnDevice:
    """A copy on an accelerator, whole or thinned out, and its statistics there: both 0-dim or small tensors."""

    numbers: torch.Tensor | None
    sample: Shape | None = None
    stats: torch.Tensor | None = None


@dataclass(slots=True)
class Waiting:
    """A copy that is kept elsewhere on the host until it is measured; `sample` is the shape that will be kept."""

    sample: Shape | None


@dataclass(slots=True)
class Capture:
    """What one tensor contained at one moment.

    Attributes:
        meta: Shape, dtype and device; `UNREAD` while it waits in a window.
        content: Its numbers, None where they cannot be read.
        same_as: A capture of the same numbers in another order, as of a transposed view: its statistics count.
        data: The finished record, once `finish` has run.
    """

    meta: TensorMeta
    content: OnHost | OnDevice | Waiting | None = None
    same_as: Capture | None = None
    data: TensorData | None = None

    @property
    def sample(self) -> Shape | None:
        """Shape of the part that was kept, None for a whole tensor and for one that cannot be read."""
        return None if self.content is None else self.content.sample

    @property
    def is_whole(self) -> bool:
        """Whether every number was kept."""
        content = self.content
        if isinstance(content, OnHost):
            return content.sample is None and content.raw is not None
        return isinstance(content, OnDevice) and content.sample is None and content.numbers is not None

    @property
    def is_measured(self) -> bool:
        """Whether the host has its statistics, or will have them before the recording is read out."""
        content = self.content
        if isinstance(content, OnHost):
            known = content.row is not None
        else:
            known = isinstance(content, Waiting) and content.sample is not None
        return known or self.same_as is not None


Taken = tuple[Capture | None, ...] | Capture  # the captures of an event, by its names; one may go by all of them


@dataclass(slots=True)
class Flag:
    """A yes or no. One that was computed on an accelerator has its `value` once it was fetched."""

    tensor: torch.Tensor | None
    value: bool = False


def finish(captures: Sequence[Capture]) -> None:
    """Turn captures that are on the host into records. Small ones are measured together, which is quicker."""
    fresh = [capture for capture in captures if capture.data is None]
    _measure_small(fresh)
    for capture in fresh:
        capture.data = _record(capture)


def _measure_small(captures: Sequence[Capture]) -> None:
    small: list[tuple[str, bytes]] = []
    contents: list[OnHost] = []
    for capture in captures:
        content = capture.content
        if isinstance(content, OnHost) and content.row is None and content.raw and capture.same_as is None:
            small.append((capture.meta.dtype, content.raw))
            contents.append(content)
    for content, row in zip(contents, small_stats(small), strict=True):
        content.row = row


def _record(capture: Capture) -> TensorData:
    content = capture.content
    if not isinstance(content, OnHost):
        return TensorData(capture.meta, *(_row_of(capture.same_as) or _NO_ROW))
    row = content.row or _row_of(capture.same_as) or _NO_ROW
    data = None if content.raw is None else base64.b64encode(content.raw).decode("ascii")
    return TensorData(capture.meta, *row, data, content.sample)


def _row_of(capture: Capture | None) -> Row | None:
    return capture.content.row if capture is not None and isinstance(capture.content, OnHost) else None


def fetch(captures: Sequence[Capture], flags: Sequence[Flag]) -> None:
    """Bring over what waits on accelerators: one transfer per device and dtype."""
    _fetch_flags(flags)
    waiting = [(capture, capture.content) for capture in captures if isinstance(capture.content, OnDevice)]
    raw = _fetch_numbers([content for _, content in waiting])
    rows = _fetch_stats(waiting)
    for capture, content in waiting:
        capture.content = OnHost(raw.get(id(content)), content.sample, rows.get(id(content)))


def _fetch_flags(flags: Sequence[Flag]) -> None:
    groups: dict[torch.device, list[tuple[Flag, torch.Tensor]]] = defaultdict(list)
    for flag in flags:
        if flag.tensor is not None:
            groups[flag.tensor.device].append((flag, flag.tensor))
    for group in groups.values():
        values = torch.stack([tensor for _, tensor in group]).tolist()
        for (flag, _), value in zip(group, values, strict=True):
            flag.value, flag.tensor = value, None


def _fetch_numbers(contents: Sequence[OnDevice]) -> dict[int, bytes | None]:
    groups: dict[tuple[torch.device, torch.dtype], list[tuple[int, torch.Tensor]]] = defaultdict(list)
    for content in contents:
        if content.numbers is not None:
            groups[content.numbers.device, content.numbers.dtype].append((id(content), content.numbers))
    raw: dict[int, bytes | None] = {}
    for group in groups.values():
        together = torch.cat([numbers.reshape(-1) for _, numbers in group]).cpu()
        parts = torch.split(together, [numbers.numel() for _, numbers in group])
        raw.update({key: raw_bytes(part) for (key, _), part in zip(group, parts, strict=True)})
    return raw


def _fetch_stats(waiting: Sequence[tuple[Capture, OnDevice]]) -> dict[int, Row]:
    groups: dict[tuple[torch.device, torch.dtype], list[tuple[int, str, torch.Tensor]]] = defaultdict(list)
    for capture, content in waiting:
        if content.stats is not None:
            key = content.stats.device, content.stats.dtype
            groups[key].append((id(content), capture.meta.dtype, content.stats))
    rows: dict[int, Row] = {}
    for group in groups.values():
        table = torch.stack([stats for _, _, stats in group]).tolist()
        rows.update({key: _row(dtype, row) for (key, dtype, _), row in zip(group, table, strict=True)})
    return rows


def _row(dtype: str, row: list[float]) -> Row:
    norm, low, high, mean = row
    return (norm, None, None, None) if dtype.startswith("complex") else (norm, low, high, mean)
