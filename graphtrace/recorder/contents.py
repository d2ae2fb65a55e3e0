"""Take the content of tensors inside hooks, cheaply, and turn it into plain values once per pass.

Inside a hook nothing is copied to the host and no alias of live memory is kept: ``.grad`` steals the
storage of a gradient, and the next pass overwrites it (facts of the project, autograd 3.2). Small
tensors are cloned, large ones leave four 0-dim statistics and a thinned-out clone on their device;
`Contents.resolve` fetches all of them together.
"""

from __future__ import annotations

import base64
import math
from collections import defaultdict
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, cast

import torch

from graphtrace.model import TensorMeta, TensorValue
from graphtrace.tracer.metas import tensor_meta

WHOLE = 1024  # elements up to which every number is kept
SAMPLE = 12  # rows and columns of a thinned-out part
_LITTLE = 64  # elements up to which plain Python computes faster than four torch calls


def unwatched() -> AbstractContextManager[Any]:
    """Run our own torch calls without any function mode, so that the recorder does not record itself."""
    return cast(AbstractContextManager[Any], torch._C.DisableTorchFunction())


@dataclass(slots=True)
class Pending:
    """A content that was taken; `value` is there after `Contents.resolve`."""

    meta: TensorMeta
    kept: torch.Tensor | None = None
    sample: tuple[int, ...] | None = None
    stats: torch.Tensor | None = None  # norm, min, max, mean on the tensor's device
    value: TensorValue | None = None


@dataclass(slots=True)
class Flag:
    """A yes or no computed on a device; `value` is there after `Contents.resolve`."""

    tensor: torch.Tensor | None
    value: bool = False


class Contents:
    """Takes contents at one level of detail.

    Args:
        level: ``stats``, or ``full`` to keep whole tensors of any size within the budget.
        budget_bytes: Bytes of large whole tensors to keep at most; what is over leaves statistics.
    """

    def __init__(self, level: str, budget_bytes: int) -> None:
        self.level, self.left = level, budget_bytes
        self.over_budget = 0
        self._pending: list[Pending] = []
        self._flags: list[Flag] = []

    def take(self, tensor: torch.Tensor) -> Pending:
        """Take the content of a tensor as it is now. Call with grad mode off."""
        pending = Pending(tensor_meta(tensor))
        try:
            self._keep(pending, tensor.detach())
        except (RuntimeError, NotImplementedError, TypeError):  # wrappers, nested tensors: shape and dtype only
            pending.kept = pending.stats = None
        self._pending.append(pending)
        return pending

    def _keep(self, pending: Pending, tensor: torch.Tensor) -> None:
        if tensor.device.type == "meta":
            return
        if tensor.layout is not torch.strided:
            pending.stats = _stats(tensor.coalesce().values() if tensor.is_sparse else tensor.values())
            return
        count = tensor.numel()
        if count <= WHOLE or self._afford(tensor):
            pending.kept = tensor.clone(memory_format=torch.contiguous_format)
            return
        pending.stats = _stats(tensor)
        pending.kept, pending.sample = _thinned(tensor)

    def _afford(self, tensor: torch.Tensor) -> bool:
        if self.level != "full":
            return False
        if tensor.nbytes > self.left:
            self.over_budget += 1
            return False
        self.left -= tensor.nbytes
        return True

    def flag(self, tensor: torch.Tensor) -> Flag:
        """Take a 0-dim bool; on the CPU it is read at once."""
        if tensor.device.type == "cpu":
            return Flag(None, bool(tensor))
        flag = Flag(tensor)
        self._flags.append(flag)
        return flag

    def resolve(self) -> None:
        """Fetch everything taken since the last call: one transfer per device and dtype."""
        _fetch_flags(self._flags)
        _fetch_kept(self._pending)
        rows = _fetch_stats(self._pending)
        for pending in self._pending:
            pending.value = _value(pending, rows.get(id(pending)))
            pending.kept = pending.stats = None
        self._pending, self._flags = [], []


def _stats(tensor: torch.Tensor) -> torch.Tensor | None:
    """Return norm, min, max and mean as one float64 tensor of shape [4]; NaN where there is none."""
    if tensor.numel() == 0:
        return None
    if tensor.is_complex():
        norm = torch.linalg.vector_norm(tensor).double()
        return torch.stack([norm, *[norm.new_tensor(math.nan)] * 3])
    real = tensor if tensor.dtype in (torch.float32, torch.float64) else tensor.double()
    low, high = torch.aminmax(real)
    return torch.stack([torch.linalg.vector_norm(real), low, high, real.mean()]).double()


def _thinned(tensor: torch.Tensor) -> tuple[torch.Tensor, tuple[int, ...]]:
    """Clone every k-th row and column of the last two dimensions, the first entry of all others."""
    while tensor.dim() > 2:
        tensor = tensor[0]
    for dim, size in enumerate(tensor.shape):
        stride = -(-size // SAMPLE)
        tensor = tensor.as_strided(
            [*tensor.shape[:dim], -(-size // stride), *tensor.shape[dim + 1 :]],
            [*tensor.stride()[:dim], tensor.stride(dim) * stride, *tensor.stride()[dim + 1 :]],
            tensor.storage_offset(),
        )
    return tensor.clone(memory_format=torch.contiguous_format), tuple(tensor.shape)


def _fetch_flags(flags: list[Flag]) -> None:
    tensors = [flag.tensor for flag in flags if flag.tensor is not None]
    if tensors:
        for flag, value in zip(flags, torch.stack([one.cpu() for one in tensors]).tolist(), strict=True):
            flag.value, flag.tensor = value, None


def _fetch_kept(pending: list[Pending]) -> None:
    """Bring clones on accelerators over, all of one device and dtype in one transfer."""
    groups: dict[Any, list[Pending]] = defaultdict(list)
    for one in pending:
        if one.kept is not None and one.kept.device.type != "cpu":
            groups[one.kept.device, one.kept.dtype].append(one)
    for group in groups.values():
        kept = [one.kept for one in group if one.kept is not None]
        flat = torch.cat([tensor.reshape(-1) for tensor in kept]).cpu()
        parts = torch.split(flat, [tensor.numel() for tensor in kept])
        for one, tensor, part in zip(group, kept, parts, strict=True):
            one.kept = part.reshape(tensor.shape)


def _fetch_stats(pending: list[Pending]) -> dict[int, list[float]]:
    groups: dict[torch.device, list[Pending]] = defaultdict(list)
    for one in pending:
        if one.stats is not None:
            groups[one.stats.device].append(one)
    rows: dict[int, list[float]] = {}
    for group in groups.values():
        table = torch.stack([one.stats for one in group if one.stats is not None]).tolist()
        rows |= {id(one): row for one, row in zip(group, table, strict=True)}
    return rows


def _value(pending: Pending, row: list[float] | None) -> TensorValue:
    kept = pending.kept
    if row is None and kept is not None and pending.sample is None:
        row = _little_stats(kept) if kept.numel() <= _LITTLE else _listed(_stats(kept))
    is_complex = pending.meta.dtype.startswith("complex")
    norm, low, high, mean = [math.nan if x != x else x for x in row] if row else [None] * 4  # the one NaN equals itself
    if is_complex:
        low = high = mean = None
    return TensorValue(pending.meta, norm, low, high, mean, _bytes(kept), pending.sample)


def _listed(stats: torch.Tensor | None) -> list[float] | None:
    return None if stats is None else stats.tolist()


def _little_stats(tensor: torch.Tensor) -> list[float] | None:
    numbers = tensor.reshape(-1).tolist()
    if not numbers:
        return None
    if tensor.is_complex():
        return [math.hypot(*map(abs, numbers)), math.nan, math.nan, math.nan]
    if any(number != number for number in numbers):
        return [math.nan] * 4
    total = math.fsum(numbers) if all(map(math.isfinite, numbers)) else sum(numbers)
    return [math.hypot(*numbers), float(min(numbers)), float(max(numbers)), total / len(numbers)]


def _bytes(kept: torch.Tensor | None) -> str | None:
    """Return the elements as little-endian bytes in base64; None for dtypes without a plain format."""
    if kept is None:
        return None
    try:
        words = kept.view(torch.int16) if kept.dtype is torch.bfloat16 else kept.resolve_conj().resolve_neg()
        return base64.b64encode(words.numpy().tobytes()).decode("ascii")
    except (RuntimeError, TypeError):
        return None
