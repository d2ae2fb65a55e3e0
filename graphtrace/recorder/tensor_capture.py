"""Capture tensors inside hooks, cheaply, and finish them once per pass.

No alias of live memory is kept: ``.grad`` takes over the memory of a gradient, and the next pass overwrites it. On
the CPU a tensor is read at once, since bytes and numbers are cheaper there than tensors. On other devices nothing is
copied to the host inside a hook: copies and statistics stay there until `TensorCapture.resolve` fetches all of them.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence

import torch

from graphtrace.literals import Level
from graphtrace.model import TensorData
from graphtrace.recorder.batches import BATCHED, StatsBatcher
from graphtrace.recorder.capture import Capture, Flag, OnDevice, OnHost, Waiting, fetch, finish
from graphtrace.recorder.memory import on_host, raw_bytes, same_bits, same_memory, thinned
from graphtrace.recorder.statistics import (
    Row,
    cpu_stats,
    device_stats,
    device_stats_with_zeros,
    norm_only,
    with_zeros,
)
from graphtrace.tracer.metas import tensor_meta

WHOLE = 1024  # elements up to which every number is kept
LARGE = 65_536  # elements from which the norm alone is computed, unless the level is full
_UNREADABLE = (RuntimeError, NotImplementedError, TypeError, AttributeError)


class Remembered:
    """What large tensors contained, for as long as they live and are not changed. Tensors are held weakly."""

    def __init__(self) -> None:
        self._entries: dict[int, tuple[weakref.ref[torch.Tensor], int, Capture]] = {}

    def copy(self) -> Remembered:
        """Return a copy that changes on its own."""
        other = Remembered()
        other._entries = dict(self._entries)
        return other

    def get(self, tensor: torch.Tensor) -> Capture | None:
        """Return the capture of a tensor, None if there is none or the tensor has a new version since."""
        entry = self._entries.get(id(tensor))
        if entry is None or entry[0]() is not tensor or entry[1] != tensor._version:
            return None
        return entry[2]

    def put(self, tensor: torch.Tensor, capture: Capture) -> None:
        """Remember what a large tensor contains. Inference tensors keep no version: they are left out."""
        content = capture.content
        if content is not None and content.sample is not None and not tensor.is_inference():
            self._entries[id(tensor)] = (weakref.ref(tensor), tensor._version, capture)

    def sweep(self) -> None:
        """Forget tensors that are gone."""
        self._entries = {key: entry for key, entry in self._entries.items() if entry[0]() is not None}


class TensorCapture:
    """Captures tensors at one level of detail.

    Args:
        level: ``stats``, or ``full`` to keep whole tensors of any size within the budget.
        budget_bytes: Bytes of large whole tensors to keep at most; of the others statistics are kept.
    """

    def __init__(self, level: Level, budget_bytes: int) -> None:
        self.level = level
        self.over_budget = 0
        self.out_of_memory = False
        self._bytes_left = budget_bytes
        self._on_device: list[Capture] = []
        self._flags: list[Flag] = []
        self._batches = StatsBatcher()
        self._remembered = Remembered()

    def take(self, tensor: torch.Tensor, same_as: Capture | None = None) -> Capture:
        """Capture a tensor as it is now. Call with grad mode off.

        Args:
            tensor: Any tensor, of any shape.
            same_as: A capture of the same numbers, perhaps in another order: its statistics are known.
        """
        capture = Capture(tensor_meta(tensor), same_as=same_as)
        try:
            self._read(capture, tensor)
        except torch.OutOfMemoryError:  # on an accelerator: from now on keep no large tensor whole
            capture.content = capture.same_as = None
            self._bytes_left, self.out_of_memory = 0, True
        except _UNREADABLE:  # wrappers and nested tensors: shape and dtype only
            capture.content = capture.same_as = None
        return capture

    def take_known(
        self, tensor: torch.Tensor, known: Sequence[torch.Tensor | None], captures: Sequence[Capture | None]
    ) -> Capture:
        """Capture a tensor that may be one of `known`, or a view of the same memory; `captures` are theirs.

        Args:
            tensor: Any tensor.
            known: Tensors that were captured just now, None where there is none.
            captures: The capture of each, in the same order.
        """
        large = tensor.numel() > WHOLE
        for other, capture in zip(known, captures, strict=False):
            if other is None or capture is None:
                continue
            if other is tensor:
                return capture
            if large and capture.is_measured and same_memory(tensor, other):
                return self.take(tensor, capture.same_as or capture)
        return self.take(tensor)

    def remember(self, tensor: torch.Tensor, capture: Capture) -> None:
        """Note what a large tensor contains, so that `recall` need not read it again."""
        self._remembered.put(tensor, capture)

    def recall(self, tensor: torch.Tensor) -> Capture:
        """Capture a tensor; one that was remembered is read again only if its version or its sample changed."""
        capture = self._remembered.get(tensor)
        return self.take(tensor) if capture is None or self.has_moved(tensor, capture) else capture

    def has_moved(self, tensor: torch.Tensor, capture: Capture) -> bool:
        """Return whether a tensor was changed without a new version, as by ``.data``: what was kept of it tells."""
        if not on_host(tensor):
            return False
        if isinstance(capture.content, Waiting):
            self._batches.measure()
        kept = tensor if capture.sample is None else thinned(tensor)
        return not isinstance(capture.content, OnHost) or raw_bytes(kept) != capture.content.raw

    def _read(self, capture: Capture, tensor: torch.Tensor) -> None:
        if tensor.device.type == "meta":
            return
        if tensor.layout is not torch.strided:
            capture.content = self._sparse(tensor)
            self._on_device.append(capture)
            return
        count, kept, sample = tensor.numel(), tensor, None
        if count > WHOLE and not self._afford(tensor):
            if count <= BATCHED and on_host(tensor) and self._batches.take(capture, tensor):
                return
            kept = thinned(tensor)
            sample = tuple(kept.shape)
        now = capture.same_as is None and (count > WHOLE or tensor.dtype is torch.bfloat16)  # others are measured later
        if on_host(tensor):
            capture.content = OnHost(raw_bytes(kept), sample, self._row(tensor) if now else None)
        else:
            copy = kept.clone(memory_format=torch.contiguous_format)
            capture.content = OnDevice(copy, sample, device_stats(tensor) if now and count else None)
            self._on_device.append(capture)

    def _row(self, tensor: torch.Tensor) -> Row | None:
        """Measure a tensor on the host: the norm alone where the rest would cost too much."""
        if tensor.numel() == 0:
            return None
        brief = self.level == "stats" and tensor.numel() > LARGE
        return (norm_only(tensor) if brief else None) or cpu_stats(tensor)

    def _sparse(self, tensor: torch.Tensor) -> OnHost | OnDevice:
        """Measure a sparse tensor. The elements that are not stored are zeros: they count."""
        stored = tensor.coalesce().values() if tensor.is_sparse else tensor.values()
        share = stored.numel() / max(tensor.numel(), 1)
        if not stored.numel():
            return OnHost(None, None, (0.0, 0.0, 0.0, 0.0) if tensor.numel() else None)
        if not on_host(stored):
            stats = device_stats(stored)
            return OnDevice(None, None, device_stats_with_zeros(stats, share) if share < 1 else stats)
        row = self._row(stored)
        return OnHost(None, None, with_zeros(row, share) if row is not None and share < 1 else row)

    def _afford(self, tensor: torch.Tensor) -> bool:
        """Return whether a large tensor may be kept whole, and take its bytes from the budget."""
        if self.level != "full":
            return False
        if tensor.nbytes > self._bytes_left:
            self.over_budget += 1
            return False
        self._bytes_left -= tensor.nbytes
        return True

    def same(self, tensor: torch.Tensor, other: torch.Tensor) -> Flag | None:
        """Compare two tensors to the last bit; on an accelerator the answer comes with `resolve`.

        None where they have no bits to read, as inside ``torch.vmap``.
        """
        try:
            answer = same_bits(tensor, other)
        except _UNREADABLE:
            return None
        if isinstance(answer, bool):
            return Flag(None, answer)
        self._flags.append(Flag(answer))
        return self._flags[-1]

    def same_content(self, capture: Capture, other: Capture) -> Flag | None:
        """Compare two captures to the last bit; None where one of them is not whole."""
        if not (capture.is_whole and other.is_whole):
            return None
        one, two = capture.content, other.content
        if isinstance(one, OnDevice) and isinstance(two, OnDevice):
            return None if one.numbers is None or two.numbers is None else self.same(one.numbers, two.numbers)
        same = isinstance(one, OnHost) and isinstance(two, OnHost) and one.raw == two.raw
        return Flag(None, same and capture.meta == other.meta)

    def resolve(self) -> None:
        """Measure what waits in batches, and fetch what waits on accelerators."""
        self._batches.measure()
        fetch(self._on_device, self._flags)
        self._on_device, self._flags = [], []
        self._remembered.sweep()


def read_tensors(tensors: Sequence[torch.Tensor], level: Level, budget_bytes: int = 256 << 20) -> list[TensorData]:
    """Return what tensors contain as records, as a recording of this level would have them."""
    capture = TensorCapture(level, budget_bytes)
    with torch.no_grad():
        captures = [capture.take(tensor) for tensor in tensors]
        capture.resolve()
        finish(captures)
    return [taken.data for taken in captures if taken.data is not None]
