"""What large tensors contained, so that they need not be read again."""

from __future__ import annotations

import weakref

import torch

from graphtrace.recorder.capture import Capture


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
