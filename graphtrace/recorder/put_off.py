"""Capture small tensors of the CPU together: they wait in a window until it is full, or until something may change."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import torch

from graphtrace.literals import Level
from graphtrace.recorder.capture import UNREAD, Capture
from graphtrace.recorder.copies import WHOLE, CopiedRow, InCopy
from graphtrace.recorder.memory import on_host
from graphtrace.recorder.tensor_capture import TensorCapture
from graphtrace.recorder.window import MOST_ELEMENTS, InWindow, Window
from graphtrace.tracer.saved import storage_of


class PatientCapture(TensorCapture):
    """Captures tensors as `TensorCapture` does, small ones of the CPU many at a time.

    Args:
        level: ``stats`` or ``full``.
        budget_bytes: Bytes of large whole tensors to keep at most.
    """

    def __init__(self, level: Level, budget_bytes: int) -> None:
        super().__init__(level, budget_bytes)
        self._most = MOST_ELEMENTS if level == "stats" else dict.fromkeys(MOST_ELEMENTS, WHOLE)
        self._window = Window(self.fill)
        self._leaves = Window(self.fill, sys.maxsize, 0)  # gradients of leaves, which live on anyway

    def flush(self) -> None:
        """Copy the small tensors that wait. Call before tensors change in place."""
        self._window.flush()

    def later(self, tensor: torch.Tensor, capture: Capture | None = None, leaves: bool = False) -> Capture:
        """Capture a tensor that nothing changes before the next `flush`: a small one of the CPU waits for it."""
        count = tensor.numel()
        waits = count <= self._most.get(tensor.dtype, -1) and type(tensor) is torch.Tensor
        try:
            if waits and self.is_here(tensor):
                return (self._leaves if leaves else self._window).add(tensor, count, capture or Capture(UNREAD))
        except (RuntimeError, NotImplementedError):  # an inference tensor keeps no version, a wrapper has no memory
            pass
        return super().later(tensor, capture)

    def may_wait(self, tensor: torch.Tensor) -> bool:
        """Return whether a parameter is small enough to be copied with others, of their kind and here."""
        small = tensor.numel() <= self._most.get(tensor.dtype, -1) and tensor.is_floating_point()
        return small and type(tensor) in (torch.Tensor, torch.nn.Parameter) and self.is_here(tensor)

    def keep(self, copied: CopiedRow) -> None:
        """Keep a copy of many tensors until somebody reads them."""
        self._window.keep(copied)

    def recall_later(self, tensor: torch.Tensor) -> Capture:
        """Capture a tensor as `recall` does; a small one waits, as for `later`, unless the program got its memory."""
        capture = self._remembered.get(tensor)
        if capture is not None and not self.has_moved(tensor, capture):
            return capture
        exposed = tensor.numel() > WHOLE or storage_of(tensor)[0] in self.exposed
        return self.take(tensor) if exposed else self.later(tensor.detach())

    def expose(self, tensors: Sequence[torch.Tensor]) -> None:
        """The program gets hold of the memory of tensors: from now on they are read at once."""
        self.flush()
        self.exposed.update(address for tensor in tensors if (address := storage_of(tensor)[0]) is not None)

    def has_moved(self, tensor: torch.Tensor, capture: Capture) -> bool:
        """Return whether a tensor was changed without a new version: what was kept or copied of it tells."""
        if isinstance(capture.content, InWindow):
            capture.content.window.flush()
        if isinstance(capture.content, InCopy) and on_host(tensor):
            return not capture.content.copied.has(capture.content.place, tensor)
        return super().has_moved(tensor, capture)

    def settle(self) -> None:
        """Let go of all tensors: copy those that wait, and fetch what waits on accelerators."""
        self._leaves.flush()
        super().settle()
        self.lost += self._window.lost + self._leaves.lost
        self._window.lost = self._leaves.lost = 0

    def resolve(self) -> None:
        """Read and measure all that waits on the host, and fetch what waits on accelerators."""
        self.settle()
        self._window.read()
        self._leaves.read()
        super().resolve()

    def _shared(self, tensor: torch.Tensor, other: Capture) -> Capture:
        """Capture a view of the memory of another capture, which may wait still."""
        if isinstance(other.content, InWindow):
            capture = Capture(UNREAD, same_as=other)
            if other.content.window.share(capture, tensor, other):
                return capture
        return super()._shared(tensor, other)

    def _read_waiting(self, *captures: Capture) -> None:
        """Bring what waits on the host to its bytes."""
        for capture in captures:
            if isinstance(capture.content, InWindow):
                capture.content.window.flush()
            if isinstance(capture.content, InCopy):
                capture.content.copied.read()
            elif isinstance(capture.content, InWindow):
                capture.content.window.read()
        super()._read_waiting(*captures)
