"""What a torch call means to a recording: an operation, an in-place change, a backward pass, a zeroing."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from torch.overrides import resolve_name

_VIEWS = {"T", "mT", "H", "mH", "real", "imag"}  # property getters that make nodes
_IN_PLACE = {"__setitem__", "__iadd__", "__isub__", "__imul__", "__itruediv__", "__ipow__", "__imatmul__"}
_ASKING = """
requires_grad_ retain_grad register_post_accumulate_grad_hook _foreach_norm is_same_size __deepcopy__
dim size stride numel nelement ndimension element_size storage_offset data_ptr get_device untyped_storage
is_contiguous is_floating_point is_complex item tolist numpy
__len__ __repr__ __format__ __bool__ __float__ __int__ __index__ __hash__
_set_grad_enabled _record_function_enter_new _RecordFunction
"""
_SILENT = frozenset(_ASKING.split())  # calls that compute no tensor

BACKWARD = torch.Tensor.backward
AUTOGRAD_BACKWARD = torch.autograd.backward
AUTOGRAD_GRAD = torch.autograd.grad


@lru_cache(maxsize=4096)
def role_of(func: Callable[..., Any]) -> tuple[str, str]:
    """Return role and public name of a function that torch hands to a function mode.

    Roles: ``backward``, ``set_grad``, ``in_place``, ``op``, ``hook`` and ``none``.
    """
    if func in (BACKWARD, AUTOGRAD_BACKWARD, AUTOGRAD_GRAD):
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


def _public_name(func: Callable[..., Any], short: str) -> str:
    """Return where the user finds a function. Of several names (``spmm`` is ``mm``) the function's own is meant."""
    name = (resolve_name(func) or short).removeprefix("torch.")
    owner, _, last = name.rpartition(".")
    home: Any = torch
    for part in owner.split(".") if owner else ():
        home = getattr(home, part, None)
    if last != short and getattr(home, short, None) is func:
        return f"{owner}.{short}" if owner else short
    return name


def _property_role(name: str, access: str) -> tuple[str, str]:
    if access == "__get__":
        return ("op" if name in _VIEWS else "none"), f"Tensor.{name}"
    if name == "grad":
        return "set_grad", "Tensor.grad"
    return ("in_place" if name == "data" else "none"), f"Tensor.{name}"
