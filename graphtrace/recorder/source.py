"""Which line of the user's code made a call, to the column."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Mapping
from functools import lru_cache
from inspect import CO_OPTIMIZED
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType

import torch

from graphtrace.model import Source

_OURS = str(Path(__file__).resolve().parents[1] / "recorder")
_TORCH = str(Path(torch.__file__).resolve().parent)
_known: dict[tuple[int, int], tuple[CodeType, Source]] = {}  # by identity, which is quicker than the code's hash
_LIMIT = 10_000


@lru_cache(maxsize=4096)
def _is_users(filename: str) -> bool:
    return not filename.startswith((_OURS, _TORCH))


def user_frame(frame: FrameType | None = None) -> FrameType | None:
    """Return the innermost frame outside torch and the recorder, from `frame` outwards."""
    frame = frame or sys._getframe(1)
    while frame is not None and not _is_users(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def raised_at(error: BaseException) -> Source | None:
    """Describe the innermost line outside torch and the recorder of those that an exception went through."""
    found, trace = None, error.__traceback__
    while trace is not None:
        found = trace if _is_users(trace.tb_frame.f_code.co_filename) else found
        trace = trace.tb_next
    return None if found is None else _read(found.tb_frame.f_code, found.tb_lasti)  # the frame itself has gone on


def source_of(frame: FrameType | None) -> Source | None:
    """Describe where a frame stands now. Read once per place in the code."""
    if frame is None:
        return None
    code, last = frame.f_code, frame.f_lasti
    found = _known.get((id(code), last))
    if found is None or found[0] is not code:
        if len(_known) >= _LIMIT:
            _known.clear()
        found = _known[id(code), last] = code, _read(code, last)
    return found[1]


def _read(code: CodeType, last: int) -> Source:
    line, end_line, column, end_column = next(islice(code.co_positions(), last // 2, None), (None, None, None, None))
    start = line or code.co_firstlineno
    text = linecache.getline(code.co_filename, start).rstrip("\n")
    if line != end_line:
        column = end_column = None
    return Source(code.co_filename, start, column, end_column, text[:400])


def variable_name(frame: FrameType | None, tensor: torch.Tensor) -> str | None:
    """Return the variable that holds `tensor` where the user's code stands, local ones first."""
    if frame is None:
        return None
    local = frame.f_locals
    name = _name_in(local, tensor)
    if sys.version_info < (3, 13) and frame.f_code.co_flags & CO_OPTIMIZED and sys.getrefcount(local) <= 3:
        local.clear()  # a copy that the frame would keep: tensors that the program lets go of would live on
    return name or _name_in(frame.f_globals, tensor)


def _name_in(variables: Mapping[str, object], tensor: torch.Tensor) -> str | None:
    return next((name for name, value in variables.items() if value is tensor and not name.startswith("_")), None)
