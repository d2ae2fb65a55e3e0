"""The tensors that came into a step: what the program's own variables hold of what was computed with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import CodeType, FrameType

import torch

from graphtrace.model import ForwardTensor
from graphtrace.recorder.calls import user_frame

Numbered = Mapping[int, tuple[torch.Tensor, ForwardTensor]]
_MOST_BYTES = 512 << 20
_LEARNED = ("param", "leaf", "buffer", "grad")


def outward(frame: FrameType | None, home: CodeType | None) -> Iterator[FrameType]:
    """Yield the program's frames from `frame` outward, up to the one whose code is `home`."""
    frame = None if frame is None else user_frame(frame)
    while frame is not None:
        yield frame
        if frame.f_code is home or frame.f_back is None:
            return
        frame = user_frame(frame.f_back)


def of_traceback(error: BaseException) -> Iterator[FrameType]:
    """Yield the program's frames that an exception passed through, the outermost first."""
    trace = error.__traceback__
    while trace is not None:
        if user_frame(trace.tb_frame) is trace.tb_frame:
            yield trace.tb_frame
        trace = trace.tb_next


def batch(numbered: Numbered, frames: Iterator[FrameType]) -> dict[str, torch.Tensor]:
    """Return the tensors that came into a step, by name.

    Args:
        numbered: The tensors of the step's block, see `record.numbered`.
        frames: Frames of the program, whose variables name tensors.
    """
    data = {key: pair for key, pair in numbered.items() if _is_data(*pair)}
    found: dict[str, torch.Tensor] = {}
    named: set[int] = set()
    for frame in frames:
        for name, value in frame.f_locals.items():
            if isinstance(value, torch.Tensor) and id(value) in data and id(value) not in named:
                found.setdefault(name, value)
                named.add(id(value))
    for key, (tensor, known) in data.items():
        if key not in named and known.origin == "input":
            found.setdefault(known.name or f"input {known.id}", tensor)
    return _within(found)


def _is_data(tensor: torch.Tensor, known: ForwardTensor) -> bool:
    return not tensor.requires_grad and known.origin not in _LEARNED


def _within(found: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Leave out what is too large to be a batch, as a whole data set."""
    left, kept = _MOST_BYTES, {}
    for name in sorted(found, key=lambda name: found[name].nbytes):
        left -= found[name].nbytes
        if left >= 0:
            kept[name] = found[name]
    return {name: kept[name] for name in found if name in kept}
