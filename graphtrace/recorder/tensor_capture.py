"""Capture tensors inside hooks, cheaply, and finish them once per pass.

No alias of live memory is kept: ``.grad`` takes over the memory of a gradient, and the next pass overwrites it. On
the CPU a tensor is read at once, since bytes and numbers are cheaper there than tensors. On other devices nothing is
copied to the host inside a hook: copies and statistics stay there until `TensorCapture.resolve` fetches all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from graphtrace.literals import Level
from graphtrace.model import TensorData
from graphtrace.recorder.batches import StatsBatcher
from graphtrace.recorder.capture import Capture, Flag, OnDevice, OnHost, Waiting, fetch, finish
from graphtrace.recorder.copies import BY_ROWS, WHOLE
from graphtrace.recorder.memory import is_there, on_host, raw_bytes, same_bits, same_memory, sampled, thinned, thinner
from graphtrace.recorder.remembered import Remembered
from graphtrace.recorder.statistics import (
    Row,
    cpu_stats,
    device_stats,
    device_stats_with_zeros,
    norm_only,
    with_zeros,
)
from graphtrace.tracer.metas import tensor_meta

LARGE = 65_536  # elements from which the norm alone is computed, unless the level is full
_UNREADABLE = (RuntimeError, NotImplementedError, TypeError, AttributeError)


class TensorCapture:
    """Captures tensors at one level of detail.

    Args:
        level: ``stats``, or ``full`` to keep whole tensors of any size within the budget.
        budget_bytes: Bytes of large whole tensors to keep at most; of the others statistics are kept.

    Attributes:
        exposed: Addresses of memory that the program got hold of.
        lost: How many tensors were changed, unseen, before they were read.
        over_budget: How many tensors left statistics only, since the budget was used up.
        out_of_memory: Whether an accelerator had no memory for a copy.
    """

    def __init__(self, level: Level, budget_bytes: int) -> None:
        self.level = level
        self.exposed: set[int] = set()
        self.over_budget = self.lost = 0
        self.out_of_memory = False
        self._bytes_left = budget_bytes
        self._on_device: list[Capture] = []
        self._flags: list[Flag] = []
        self._batches = StatsBatcher()
        self._remembered = Remembered()

    def flush(self) -> None:
        """Copy the small tensors that wait; here none does. Call before tensors change in place."""

    def later(self, tensor: torch.Tensor, capture: Capture | None = None, leaves: bool = False) -> Capture:
        """Capture a tensor that nothing changes before the next `flush`: it may wait for that, here it does not.

        `capture` takes the content, and `leaves` tells of the gradient of a leaf, which waits until `settle`.
        """
        return self.take(tensor) if capture is None else self.fill(capture, tensor)

    def fill(self, capture: Capture, tensor: torch.Tensor) -> Capture:
        """Read a tensor now, as the content of a capture that was made before."""
        capture.meta = tensor_meta(tensor)
        self._fill(capture, tensor)
        return capture

    def take(self, tensor: torch.Tensor, same_as: Capture | None = None) -> Capture:
        """Capture a tensor as it is now. Call with grad mode off.

        Args:
            tensor: Any tensor, of any shape.
            same_as: A capture of the same numbers, perhaps in another order: its statistics are known.
        """
        capture = Capture(tensor_meta(tensor), same_as=same_as)
        self._fill(capture, tensor)
        return capture

    def _fill(self, capture: Capture, tensor: torch.Tensor) -> None:
        try:
            self._read(capture, tensor)
        except torch.OutOfMemoryError:  # on an accelerator: from now on keep no large tensor whole
            capture.content = capture.same_as = None
            self._bytes_left, self.out_of_memory = 0, True
        except _UNREADABLE:  # wrappers and nested tensors: shape and dtype only
            capture.content = capture.same_as = None

    def take_known(
        self, tensor: torch.Tensor, known: Sequence[torch.Tensor | None], captures: Sequence[Capture | None]
    ) -> Capture:
        """Capture a tensor that may be one of `known`, or a view of the same memory; `captures` are theirs.

        What is known was captured just now, and is None where there is none.
        """
        return self._known(tensor, known, captures) or self.take(tensor)

    def later_known(
        self, tensor: torch.Tensor, known: Sequence[torch.Tensor | None], captures: Sequence[Capture | None]
    ) -> Capture:
        """Capture a tensor as `take_known` does; a small one of the CPU waits as for `later`."""
        return self._known(tensor, known, captures) or self.later(tensor)

    def _known(
        self, tensor: torch.Tensor, known: Sequence[torch.Tensor | None], captures: Sequence[Capture | None]
    ) -> Capture | None:
        large = tensor.numel() > WHOLE
        for other, capture in zip(known, captures, strict=False):
            if other is None or capture is None:
                continue
            if other is tensor:
                return capture
            if large and capture.is_measured and same_memory(tensor, other):
                return self._shared(tensor, capture.same_as or capture)
        return None

    def _shared(self, tensor: torch.Tensor, other: Capture) -> Capture:
        """Capture a view of the memory of another capture."""
        return self.take(tensor, other)

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
        self._read_waiting(capture)
        raw = raw_bytes(tensor) if capture.sample is None else sampled(tensor)
        return not isinstance(capture.content, OnHost) or raw != capture.content.raw

    def _read_waiting(self, *captures: Capture) -> None:
        """Bring what waits on the host to its bytes."""
        for capture in captures:
            if isinstance(capture.content, Waiting):
                self._batches.measure()

    def _read(self, capture: Capture, tensor: torch.Tensor) -> None:
        if tensor.device.type == "meta":
            return
        if tensor.layout is not torch.strided:
            capture.content = self._sparse(tensor)
            self._on_device.append(capture)
            return
        count, sample = tensor.numel(), None
        if count > WHOLE and not self._afford(tensor):
            if count <= BY_ROWS and on_host(tensor) and self._batches.take(capture, tensor):
                return
            sample = thinner(tensor.shape, tensor.stride())[0]
        now = capture.same_as is None and (count > WHOLE or tensor.dtype is torch.bfloat16)  # others are measured later
        if on_host(tensor):
            raw = raw_bytes(tensor) if sample is None else sampled(tensor)
            capture.content = OnHost(raw, sample, self._row(tensor) if now else None)
        else:
            kept = tensor if sample is None else thinned(tensor)
            copy = kept.clone(memory_format=torch.contiguous_format)
            capture.content = OnDevice(copy, sample, device_stats(tensor) if now and count else None)
            self._on_device.append(capture)

    @staticmethod
    def is_here(tensor: torch.Tensor) -> bool:
        """Return whether a tensor's numbers are in the memory of the host."""
        return on_host(tensor) and tensor.layout is torch.strided and not tensor.is_nested and is_there(tensor)

    def _row(self, tensor: torch.Tensor) -> Row | None:
        """Measure a tensor on the host: the norm alone where the rest would cost too much."""
        if tensor.numel() == 0:
            return None
        return (norm_only(tensor) if self.level == "stats" and tensor.numel() > LARGE else None) or cpu_stats(tensor)

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
        """Compare two tensors to the last bit, on an accelerator by `settle`; None where there are none to read."""
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
        self._read_waiting(capture, other)
        if not (capture.is_whole and other.is_whole):
            return None
        one, two = capture.content, other.content
        if isinstance(one, OnDevice) and isinstance(two, OnDevice):
            return None if one.numbers is None or two.numbers is None else self.same(one.numbers, two.numbers)
        same = isinstance(one, OnHost) and isinstance(two, OnHost) and one.raw == two.raw
        return Flag(None, same and capture.meta == other.meta)

    def resolve(self) -> None:
        """Read and measure all that waits on the host, and fetch what waits on accelerators."""
        self.settle()
        self._batches.measure()

    def settle(self) -> None:
        """Let go of all tensors: copy those that wait, and fetch what waits on accelerators."""
        self.flush()
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
