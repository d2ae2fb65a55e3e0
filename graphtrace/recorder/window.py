"""Small tensors wait in a window, and are copied together: one call copies hundreds in the time of three reads.

A tensor that waits is held, so its memory is not reused; whoever is about to change tensors in place empties the
window first. One that was changed all the same has lost its content, and the recording says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from graphtrace.recorder.capture import UNREAD, Capture, OnHost, Waiting
from graphtrace.recorder.copies import WHOLE, CopiedLarge, CopiedRow, CopiedSmall, InCopy, SharedView
from graphtrace.recorder.memory import is_dense, raw_bytes, thinner_in_row
from graphtrace.recorder.unseen import unseen
from graphtrace.tracer.metas import tensor_meta

BATCHED = 65_536  # elements up to which a tensor is copied whole to be measured
_ELEMENTS = 1 << 19  # in one window
_KEPT = 32 << 20  # bytes of copies
_WIDTHS = {torch.float32: 4, torch.float64: 8}
_SMALL = dict.fromkeys(
    (torch.float16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool), WHOLE
)

MOST_ELEMENTS: dict[torch.dtype, int] = {**_SMALL, **dict.fromkeys(_WIDTHS, BATCHED)}  # of a tensor that may wait
_Group = tuple[list[torch.Tensor], list[Capture]]
Read = Callable[[Capture, torch.Tensor], object]


@dataclass(slots=True, eq=False)
class InWindow(Waiting):
    """The state of all small, or of all large tensors of one window; `sample` is None or a placeholder."""

    window: Window


class Window:
    """Tensors that wait to be copied, and copies that wait to be read.

    Args:
        read: Reads a tensor by itself, where it cannot be copied with others.
        most: Elements that wait to be copied at most.
        kept: Bytes of copies that wait to be read at most.

    Attributes:
        lost: How many tensors were changed before they were copied.
    """

    def __init__(self, read: Read, most: int = _ELEMENTS, kept: int = _KEPT) -> None:
        self.lost = 0
        self._read, self._most, self._kept = read, most, kept
        self._small, self._large = InWindow(None, self), InWindow((), self)
        self._count = self._bytes = 0
        self._tensors: list[torch.Tensor] = []
        self._captures: list[Capture] = []
        self._versions: list[int] = []
        self._views: dict[int, list[SharedView]] = {}
        self._copied: list[CopiedSmall | CopiedLarge | CopiedRow] = []

    def add(self, tensor: torch.Tensor, count: int, capture: Capture) -> Capture:
        """Let a tensor of the CPU wait, of at most `MOST_ELEMENTS` of its dtype."""
        self._versions.append(tensor._version)  # raises for an inference tensor
        capture.content = self._large if count > WHOLE else self._small
        self._captures.append(capture)
        self._tensors.append(tensor)
        self._count += count
        if self._count > self._most:
            self.flush()
        return capture

    def share(self, capture: Capture, tensor: torch.Tensor, other: Capture) -> bool:
        """Let a view of the memory of another capture wait with it; False if that one is not to be copied still."""
        if other.content is not self._large or other.meta is not UNREAD:
            return False
        sample, steps = thinner_in_row(tensor.shape, tensor.stride(), _WIDTHS[tensor.dtype])
        capture.meta, capture.content = tensor_meta(tensor), self._large
        self._views.setdefault(id(other), []).append(SharedView(capture, sample, steps))
        return True

    def read(self) -> None:
        """Copy all that waits, and read the copies."""
        self.flush()
        copied, self._copied, self._bytes = self._copied, [], 0
        with unseen():
            for one in copied:
                one.read()

    def flush(self) -> None:
        """Copy all that waits."""
        if not self._tensors:
            return
        tensors, captures, versions, views = self._tensors, self._captures, self._versions, self._views
        self._tensors, self._captures, self._versions, self._views, self._count = [], [], [], {}, 0
        with unseen():
            if [tensor._version for tensor in tensors] != versions:
                tensors, captures = self._unmoved(tensors, captures, versions, views)
            small, large = _sorted(tensors, captures, self._small)
            for group in small.values():
                self._copy_small(*group)
            for (shape, stride, _), group in large.items():
                self._copy_large(shape, stride, *group, views)
        if self._bytes > self._kept:
            self.read()

    def _unmoved(
        self,
        tensors: Sequence[torch.Tensor],
        captures: Sequence[Capture],
        versions: Sequence[int],
        views: dict[int, list[SharedView]],
    ) -> tuple[list[torch.Tensor], list[Capture]]:
        """Disown what was changed while it waited."""
        kept: tuple[list[torch.Tensor], list[Capture]] = ([], [])
        for tensor, capture, version in zip(tensors, captures, versions, strict=True):
            if tensor._version == version:
                kept[0].append(tensor)
                kept[1].append(capture)
                continue
            self.lost += 1
            capture.meta = tensor_meta(tensor)
            for lost in [capture, *[view.capture for view in views.get(id(capture), ())]]:
                lost.content = lost.same_as = None
        return kept

    def _copy_small(self, tensors: list[torch.Tensor], captures: list[Capture]) -> None:
        """Copy tensors of which every number is kept."""
        if len(tensors) > 1:  # of one alone torch would return a view
            copy = torch._C._nn.flatten_dense_tensors(tensors)
            self.keep(CopiedSmall(copy, captures, [tensor.shape for tensor in tensors]))
            return
        captures[0].meta, captures[0].content = tensor_meta(tensors[0]), OnHost(raw_bytes(tensors[0]))

    def _copy_large(
        self,
        shape: torch.Size,
        stride: tuple[int, ...],
        tensors: list[torch.Tensor],
        captures: list[Capture],
        views: dict[int, list[SharedView]],
    ) -> None:
        """Copy tensors that leave a sample, all of one shape, in the order of memory."""
        if not is_dense(tensors[0]) or any(map(torch.Tensor.is_neg, tensors)):
            for tensor, capture in zip(tensors, captures, strict=True):
                self._read(capture, tensor)
            return
        count = shape.numel()
        plain = tensors[0].is_contiguous()
        lines = tensors if plain else [tensor.as_strided((count,), (1,)) for tensor in tensors]
        if len(tensors) > 1:  # of one alone torch would return a view
            numbers = torch._C._nn.flatten_dense_tensors(lines).view(-1, count)
        else:
            numbers = lines[0].reshape(1, count).clone()
        copied = CopiedLarge(numbers, captures, shape, stride, views)
        for place, capture in enumerate(captures):
            capture.content = InCopy((), copied, place)
        self.keep(copied)

    def keep(self, copied: CopiedSmall | CopiedLarge | CopiedRow) -> None:
        """Keep copies until they are read."""
        self._copied.append(copied)
        self._bytes += copied.numbers.nbytes


def _sorted(
    tensors: Sequence[torch.Tensor], captures: Sequence[Capture], small: InWindow
) -> tuple[dict[torch.dtype, _Group], dict[tuple[torch.Size, tuple[int, ...], torch.dtype], _Group]]:
    """Sort tensors by what can be copied together: small ones by dtype, large ones also by shape and strides."""
    of_dtype: dict[torch.dtype, _Group] = {}
    of_shape: dict[tuple[torch.Size, tuple[int, ...], torch.dtype], _Group] = {}
    for tensor, capture in zip(tensors, captures, strict=True):
        if capture.content is small:
            group = of_dtype.get(tensor.dtype) or of_dtype.setdefault(tensor.dtype, ([], []))
        else:
            key = tensor.shape, tensor.stride(), tensor.dtype
            group = of_shape.get(key) or of_shape.setdefault(key, ([], []))
        group[0].append(tensor)
        group[1].append(capture)
    return of_dtype, of_shape
