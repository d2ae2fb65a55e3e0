"""Take the content of tensors inside hooks, cheaply, and turn it into plain values once per pass.

No alias of live memory is kept: ``.grad`` steals the storage of a gradient, and the next pass
overwrites it (facts of the project, autograd 3.2). On the CPU a content is read at once, since bytes
and numbers are cheaper there than tensors. On other devices nothing is copied to the host inside a
hook: clones and 0-dim statistics stay there, and `Contents.resolve` fetches all of them together.
"""

from __future__ import annotations

import base64
import weakref
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, cast

import torch

from graphtrace.literals import Level
from graphtrace.model import TensorData
from graphtrace.recorder.fetch import Flag, Pending, fetch
from graphtrace.recorder.memory import on_host, raw_bytes, same_bits, same_memory, thinned
from graphtrace.recorder.staged import STAGED, Staged
from graphtrace.recorder.statistics import (
    Row,
    cpu_stats,
    device_stats,
    device_stats_with_zeros,
    little_stats,
    norm_alone,
    with_zeros,
)
from graphtrace.tracer.metas import tensor_meta

WHOLE = 1024  # elements up to which every number is kept
LARGE = 65_536  # elements from which the norm alone is computed, unless the level is full
_NOTHING: Row = (None, None, None, None)
_FAILS = (RuntimeError, NotImplementedError, TypeError, AttributeError)


def unwatched() -> AbstractContextManager[Any]:
    """Run our own torch calls without any function mode, so that no recorder records a recorder."""
    return cast(AbstractContextManager[Any], torch._C.DisableTorchFunction())


class Contents:
    """Takes contents at one level of detail.

    Args:
        level: ``stats``, or ``full`` to keep whole tensors of any size within the budget.
        budget_bytes: Bytes of large whole tensors to keep at most; what is over leaves statistics.
    """

    def __init__(self, level: Level, budget_bytes: int) -> None:
        self.level, self.left = level, budget_bytes
        self.over_budget = 0
        self.out_of_memory = False
        self._pending: list[Pending] = []
        self._flags: list[Flag] = []
        self._staged = Staged()
        self._known: dict[int, tuple[weakref.ref[torch.Tensor], int, Pending]] = {}

    def take(self, tensor: torch.Tensor, like: Pending | None = None) -> Pending:
        """Take the content of a tensor as it is now. Call with grad mode off.

        Args:
            tensor: Any tensor.
            like: The content of a tensor with the same numbers, perhaps in another order: its statistics are known.
        """
        pending = Pending(tensor_meta(tensor), like=like)
        try:
            self._keep(pending, tensor.detach() if tensor.requires_grad else tensor)
        except torch.OutOfMemoryError:
            self._run_short(pending)
        except _FAILS:  # wrappers, nested tensors: shape and dtype only
            pending.forget()
        if pending.kept is not None or pending.stats is not None:
            self._pending.append(pending)
        return pending

    def take_like(
        self, tensor: torch.Tensor, known: Sequence[torch.Tensor | None], taken: Sequence[Pending | None]
    ) -> Pending:
        """Take the content of a tensor that may be one of `known`, just `taken`, or a view of the same memory."""
        large = tensor.numel() > WHOLE
        for other, pending in zip(known, taken, strict=False):
            if other is None or pending is None:
                continue
            if other is tensor:
                return pending
            if large and pending.is_measured and same_memory(tensor, other):
                return self.take(tensor, pending.like or pending)
        return self.take(tensor)

    def remember(self, tensor: torch.Tensor, pending: Pending) -> None:
        """Note what a large tensor contains, so that `recall` need not read it again."""
        if pending.sample is not None and not tensor.is_inference():
            self._known[id(tensor)] = (weakref.ref(tensor), tensor._version, pending)

    def recall(self, tensor: torch.Tensor) -> Pending:
        """Take a content, without reading all of it if it was remembered and neither version nor sample changed."""
        ref, version, known = self._known.get(id(tensor), (None, 0, None))
        if ref is None or known is None or ref() is not tensor or tensor._version != version:
            return self.take(tensor)
        if self.has_moved(tensor, known):
            return self.take(tensor)
        return known

    def has_moved(self, tensor: torch.Tensor, known: Pending) -> bool:
        """Whether the sample of a large tensor shows that it was changed without a new version, as by ``.data``."""
        if not on_host(tensor):
            return False
        if known.staged is not None:
            self._staged.measure()
        return raw_bytes(thinned(tensor)) != known.raw

    def _keep(self, pending: Pending, tensor: torch.Tensor) -> None:
        if tensor.device.type == "meta":
            return
        if tensor.layout is not torch.strided:
            self._measure_sparse(pending, tensor)
            return
        count = tensor.numel()
        whole, kept = count <= WHOLE or self._afford(tensor), tensor
        if not whole:
            if count <= STAGED and on_host(tensor) and self._staged.take(pending, tensor):
                return
            kept = thinned(tensor)
            pending.sample = tuple(kept.shape)
        if on_host(tensor):
            pending.raw = raw_bytes(kept)
        else:
            pending.kept = kept.clone(memory_format=torch.contiguous_format)
        later = whole and tensor.dtype is not torch.bfloat16  # small ones are measured together, on the host
        if pending.like is None and not (later and count <= WHOLE):
            self._measure(pending, tensor)

    def _measure(self, pending: Pending, tensor: torch.Tensor) -> None:
        if tensor.numel() == 0:
            return
        if on_host(tensor):
            brief = self.level == "stats" and tensor.numel() > LARGE
            pending.row = (norm_alone(tensor) if brief else None) or cpu_stats(tensor)
        else:
            pending.stats = device_stats(tensor)

    def _measure_sparse(self, pending: Pending, tensor: torch.Tensor) -> None:
        """The elements that are not stored are zeros: they count."""
        stored = tensor.coalesce().values() if tensor.is_sparse else tensor.values()
        self._measure(pending, stored)
        share = stored.numel() / max(tensor.numel(), 1)
        if pending.row is not None and share < 1:
            pending.row = with_zeros(pending.row, share)
        elif pending.stats is not None and share < 1:
            pending.stats = device_stats_with_zeros(pending.stats, share)
        elif tensor.numel() and not stored.numel():
            pending.row = (0.0, 0.0, 0.0, 0.0)

    def _afford(self, tensor: torch.Tensor) -> bool:
        if self.level != "full":
            return False
        if tensor.nbytes > self.left:
            self.over_budget += 1
            return False
        self.left -= tensor.nbytes
        return True

    def _run_short(self, pending: Pending) -> None:
        """Out of memory on an accelerator: from now on keep no large tensor whole."""
        pending.forget()
        self.left, self.out_of_memory = 0, True

    def same(self, one: torch.Tensor, other: torch.Tensor) -> Flag | None:
        """Compare two tensors to the last bit; on an accelerator the answer comes with `resolve`.

        None where they have no bits to read, as inside ``torch.vmap``.
        """
        try:
            answer = same_bits(one, other)
        except _FAILS:
            return None
        if isinstance(answer, bool):
            return Flag(None, answer)
        self._flags.append(Flag(answer))
        return self._flags[-1]

    def same_content(self, one: Pending, other: Pending) -> Flag | None:
        """Compare two contents to the last bit; None where one of them is not whole."""
        if not (one.is_whole and other.is_whole):
            return None
        if one.kept is not None and other.kept is not None:
            return self.same(one.kept, other.kept)
        return Flag(None, one.raw == other.raw and one.meta == other.meta)

    def resolve(self) -> None:
        """Fetch what waits on accelerators: one transfer per device and dtype."""
        self._staged.measure()
        fetch(self._pending, self._flags)
        self._pending, self._flags = [], []
        self._known = {key: known for key, known in self._known.items() if known[0]() is not None}


def finish(pending: Sequence[Pending]) -> None:
    """Turn contents that were resolved into values, all small ones together."""
    fresh = [one for one in pending if one.value is None]
    _measure_little([one for one in fresh if one.row is None and one.like is None and one.raw])
    for one in fresh:
        one.value = _value(one)


def _measure_little(pending: Sequence[Pending]) -> None:
    rows = little_stats([(one.meta.dtype, one.raw or b"") for one in pending])
    for one, row in zip(pending, rows, strict=True):
        one.row = row


def _value(pending: Pending) -> TensorData:
    norm, low, high, mean = pending.row or (pending.like and pending.like.row) or _NOTHING
    data = None if pending.raw is None else base64.b64encode(pending.raw).decode("ascii")
    return TensorData(pending.meta, norm, low, high, mean, data, pending.sample)
