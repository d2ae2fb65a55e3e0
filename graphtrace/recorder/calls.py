"""A torch call of the user's: what it means to a recording, its tensors, and the line of code that made it."""

from __future__ import annotations

import linecache
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from inspect import CO_OPTIMIZED
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType
from typing import Literal

import torch
from torch.overrides import resolve_name

from graphtrace.model import Constant, Source

Role = Literal["op", "in_place", "backward", "set_grad", "read_grad", "hook", "none"]
Function = Callable[..., object]
Arguments = Sequence[object]
Keywords = Mapping[str, object]

_VIEWS = {"T", "mT", "H", "mH", "real", "imag"}  # property getters that make nodes
_IN_PLACE = {"__setitem__", "__iadd__", "__isub__", "__imul__", "__itruediv__", "__ipow__", "__imatmul__"}
_QUERIES = """
requires_grad_ retain_grad register_post_accumulate_grad_hook _foreach_norm is_same_size __deepcopy__
dim size stride numel nelement ndimension element_size storage_offset data_ptr get_device untyped_storage
is_contiguous is_floating_point is_complex item tolist numpy
__len__ __repr__ __format__ __bool__ __float__ __int__ __index__ __hash__
_set_grad_enabled _record_function_enter_new _RecordFunction
"""
_OVERLOADS = (torch._ops.OpOverload, torch._ops.OpOverloadPacket)  # the program's own may change their arguments
_RUNNING = ("batch_norm", "instance_norm")  # change running means, which may be tensors of the program's
SHOWN = frozenset(["numpy", "data_ptr", "untyped_storage", "__array__", "storage", "_typed_storage", "__dlpack__"])
_SILENT = frozenset(_QUERIES.split())  # calls that compute no tensor

RECORDER = str(Path(__file__).resolve().parent)
_TORCH = str(Path(torch.__file__).resolve().parent)
_RUNS = str(Path(__file__).resolve().parents[1] / "runs")
_MOST_SOURCES = 10_000
_WRITTEN = frozenset([int, float, bool, str, list, tuple, torch.Size])  # kinds of arguments that are no tensors
_ROWS, _NUMBERS = (list, tuple), frozenset([int, float, bool])  # arguments such as a stride
_LARGEST = 2**63
_MOST_LETTERS, _MOST_NUMBERS = 40, 6
_sources: dict[tuple[int, int], tuple[CodeType, Source]] = {}  # by identity, which is quicker than the code's hash


@lru_cache(maxsize=4096)
def role_of(func: Function) -> tuple[Role, str]:
    """Return the role and the public name of a function that torch hands to a function mode.

    The role ``none`` means that the call computes no tensor and is not recorded.
    """
    if func in (torch.Tensor.backward, torch.autograd.backward, torch.autograd.grad):
        return "backward", func.__name__
    short = getattr(func, "__name__", "")
    if short in ("__get__", "__set__", "__delete__"):
        return _property_role(getattr(getattr(func, "__self__", None), "__name__", ""), short)
    if short == "register_hook":
        return "hook", short
    if short in _SILENT:
        return "none", short
    name = _public_name(func, short)
    in_place = short in _IN_PLACE or (short.endswith("_") and not short.endswith("__"))
    return "in_place" if in_place else "op", name


def changes_unseen(func: Function, name: str, kwargs: Keywords) -> bool:
    """Return whether a call that is no in-place one by its name may change a tensor all the same."""
    if type(func) in _OVERLOADS or name.endswith(_RUNNING):
        return True
    return bool(kwargs) and (
        kwargs.get("out") is not None or bool(kwargs.get("inplace")) or kwargs.get("max_norm") is not None
    )


def _public_name(func: Function, short: str) -> str:
    """Return where the user finds a function. Of several names (``spmm`` is ``mm``) take the function's own."""
    name = (resolve_name(func) or short).removeprefix("torch.")
    owner, _, last = name.rpartition(".")
    home: object = torch
    for part in owner.split(".") if owner else ():
        home = getattr(home, part, None)
    if last != short and getattr(home, short, None) is func:
        return f"{owner}.{short}" if owner else short
    return name


def _property_role(name: str, access: str) -> tuple[Role, str]:
    if access == "__get__" and name == "grad":
        return "read_grad", "Tensor.grad"
    if access == "__get__":
        return ("op" if name in _VIEWS else "none"), f"Tensor.{name}"
    if name == "grad":
        return "set_grad", "Tensor.grad"
    return ("in_place" if name == "data" else "none"), f"Tensor.{name}"


def tensors_in(*containers: object) -> list[torch.Tensor]:
    """Return the tensors among arguments, also inside lists, tuples and dicts, in order."""
    tensors: list[torch.Tensor] = []
    queue: list[object] = list(reversed(containers))
    while queue:
        item = queue.pop()
        if isinstance(item, torch.Tensor):
            tensors.append(item)
        elif isinstance(item, list | tuple):
            queue.extend(reversed(item))
        elif isinstance(item, dict):
            queue.extend(reversed(list(item.values())))
    return tensors


def unique(tensors: Iterable[torch.Tensor]) -> list[torch.Tensor]:
    """Return tensors without repetition of the same object."""
    return list({id(tensor): tensor for tensor in tensors}.values())


def input_tensors(args: Arguments, kwargs: Keywords) -> list[torch.Tensor]:
    """Return the tensors among the arguments of a call, each once, in order."""
    tensors: dict[int, torch.Tensor] = {}
    for item in (*args, *kwargs.values()):
        if isinstance(item, torch.Tensor):
            tensors[id(item)] = item
        elif type(item) in _ROWS and _NUMBERS.issuperset(map(type, item)):  # type: ignore[call-overload]
            continue
        elif isinstance(item, list | tuple | dict):
            return unique(tensors_in(args, kwargs))
    return list(tensors.values())


def constants_of(args: Arguments, kwargs: Keywords) -> tuple[tuple[str, Constant], ...]:
    """Return the plain numbers and words among the arguments of a call, by position or keyword."""
    found: list[tuple[str, Constant]] = []
    for i, item in enumerate(args):
        if type(item) in _WRITTEN and (constant := _constant(item)) is not None:
            found.append((str(i), constant))
    for name, item in kwargs.items():
        if type(item) in _WRITTEN and (constant := _constant(item)) is not None:
            found.append((name, constant))
    return tuple(found)


def _constant(item: object) -> Constant | None:
    """Return an argument as it can be kept: numbers that a file can hold, short words, a few numbers as text."""
    if isinstance(item, int):
        return item if -_LARGEST < item < _LARGEST else None
    if isinstance(item, float):
        return item if item == item else math.nan  # one NaN, so that a recording equals its copy from a file
    if isinstance(item, str):
        return item if len(item) <= _MOST_LETTERS else None
    if isinstance(item, list | tuple) and 0 < len(item) <= _MOST_NUMBERS:
        return str(tuple(item)) if all(type(part) in (int, float, bool) for part in item) else None
    return None


def storage_versions(tensors: Iterable[torch.Tensor]) -> dict[int, int]:
    """Return the version of every tensor's memory as it is now, by storage address."""
    versions = {}
    for tensor in tensors:
        try:
            versions[tensor.untyped_storage()._cdata] = tensor._version
        except (RuntimeError, NotImplementedError):  # inference tensors keep no version, wrappers have no memory
            continue
    return versions


@lru_cache(maxsize=4096)
def _is_users(filename: str) -> bool:
    return not filename.startswith((RECORDER, _RUNS, _TORCH))


def user_frame(frame: FrameType | None = None) -> FrameType | None:
    """Return the innermost frame outside torch and the recorder, from `frame` outwards."""
    frame = frame or sys._getframe(1)
    while frame is not None and not _is_users(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def raised_at(error: BaseException) -> Source | None:
    """Return the innermost line outside torch and the recorder that an exception passed through."""
    innermost, trace = None, error.__traceback__
    while trace is not None:
        innermost = trace if _is_users(trace.tb_frame.f_code.co_filename) else innermost
        trace = trace.tb_next
    if innermost is None:
        return None
    return _read_source(innermost.tb_frame.f_code, innermost.tb_lasti)  # the frame itself has gone on


def raised_by_program(error: BaseException) -> bool:
    """Return whether a line of the program itself raised an exception, and not torch below it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and _is_users(trace.tb_frame.f_code.co_filename)


def source_of(frame: FrameType | None) -> Source | None:
    """Return the line at which a frame stands now. Each place in the code is read once."""
    if frame is None:
        return None
    code, last = frame.f_code, frame.f_lasti
    known = _sources.get((id(code), last))
    if known is None or known[0] is not code:
        if len(_sources) >= _MOST_SOURCES:
            _sources.clear()
        known = _sources[id(code), last] = code, _read_source(code, last)
    return known[1]


def place_of(source: Source | None) -> Mapping[str, str | int]:
    """Return a line of the program as facts of an event."""
    return {} if source is None else {"file": source.file, "line": source.line, "text": source.text}


def _read_source(code: CodeType, last: int) -> Source:
    line, end_line, column, end_column = next(islice(code.co_positions(), last // 2, None), (None, None, None, None))
    start = line or code.co_firstlineno
    text = linecache.getline(code.co_filename, start).rstrip("\n")
    if line != end_line:
        column = end_column = None
    return Source(code.co_filename, start, column, end_column, text[:400])


def variable_name(frame: FrameType | None, tensor: torch.Tensor) -> str | None:
    """Return the variable that holds `tensor` where the user's code stands, local variables first."""
    if frame is None:
        return None
    variables = frame.f_locals
    name = _name_in(variables, tensor)
    if sys.version_info < (3, 13) and frame.f_code.co_flags & CO_OPTIMIZED and sys.getrefcount(variables) <= 3:
        variables.clear()  # a copy that the frame would keep: tensors that the program drops would live on
    return name or _name_in(frame.f_globals, tensor)


def _name_in(variables: Mapping[str, object], tensor: torch.Tensor) -> str | None:
    return next((name for name, value in variables.items() if value is tensor and not name.startswith("_")), None)
