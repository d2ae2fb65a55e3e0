"""The memory of tensors on the CPU as bytes: row by row, thinned out, or in the order of memory.

Never through ``Tensor.numpy``: torch then forbids the program to resize that memory.
"""

from __future__ import annotations

from ctypes import Array, c_char, memmove, string_at
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch

SAMPLE = 12  # rows and columns of a thinned-out part
_INTEGERS = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}
_READABLE = frozenset(
    {torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64, torch.complex128, torch.bool}
    | {torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8}
)
_WORDS = {1: "u1", 2: "u2", 4: "u4", 8: "u8", 16: "c16"}
_OWN_MEMORY = (torch.Tensor, torch.nn.Parameter)  # other classes may have none


def on_host(tensor: torch.Tensor) -> bool:
    """Whether reading a tensor costs no transfer."""
    return tensor.is_cpu


def raw_bytes(tensor: torch.Tensor) -> bytes | None:
    """Return the elements of a CPU tensor, row by row, little-endian; None for dtypes without a plain format."""
    if tensor.dtype not in _READABLE:
        return None
    if not tensor.is_contiguous() or not _is_plain(tensor):
        return _copied_bytes(tensor)
    if not is_there(tensor):
        return None
    address = tensor.data_ptr()
    return string_at(address, tensor.nbytes) if address else _copied_bytes(tensor)


class _SamplePlan(NamedTuple):
    """Where the thinned-out part of a tensor is in its memory: shape, strides in bytes, and all that they span."""

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    words: str
    span: type[Array[c_char]]


def sampled(tensor: torch.Tensor) -> bytes | None:
    """Return the bytes of the thinned-out part of a CPU tensor, row by row, read where they are."""
    if tensor.dtype not in _READABLE:
        return None
    address = tensor.data_ptr() if _is_plain(tensor) and is_there(tensor) else 0
    if not address:
        return raw_bytes(thinned(tensor))
    plan = _sample_plan(tensor.shape, tensor.stride(), tensor.element_size())
    memory = memoryview(plan.span.from_address(address))
    return np.ndarray(plan.shape, plan.words, memory, 0, plan.strides).tobytes()


@lru_cache(maxsize=4096)
def _sample_plan(shape: tuple[int, ...], strides: tuple[int, ...], width: int) -> _SamplePlan:
    size, steps = thinner_in_row(shape, strides, width)
    last = sum((count - 1) * step for count, step in zip(size, steps, strict=True))
    return _SamplePlan(size, steps, _WORDS[width], c_char * (max(last, 0) + width))


def copied_to(tensor: torch.Tensor, address: int) -> bool:
    """Copy the elements of a dense CPU tensor in the order of memory; False for one that is not dense."""
    if not is_dense(tensor) or not _is_plain(tensor) or not is_there(tensor):
        return False
    source = tensor.data_ptr()
    if source:
        memmove(address, source, tensor.nbytes)
    return bool(source)


def _is_plain(tensor: torch.Tensor) -> bool:
    """Whether memory holds the numbers themselves, not their negatives or conjugates."""
    return type(tensor) in _OWN_MEMORY and not (tensor.is_neg() or tensor.is_conj() or tensor.is_nested)


def is_there(tensor: torch.Tensor) -> bool:
    """Whether a tensor's memory was not given back, as sharded training does with ``storage.resize_(0)``."""
    held = tensor.untyped_storage().nbytes()
    return held >= tensor.storage_offset() * tensor.element_size() + tensor.nbytes or not tensor.numel()


def _copied_bytes(tensor: torch.Tensor) -> bytes | None:
    """The same by way of a copy, which may be given to numpy; zeros without memory are written out by it."""
    try:
        own = tensor.detach().resolve_conj().resolve_neg().clone(memory_format=torch.contiguous_format)
        content: bytes = (own.view(torch.int16) if own.dtype is torch.bfloat16 else own).numpy().tobytes()
    except (RuntimeError, TypeError):
        return None
    return content


def flat(tensor: torch.Tensor) -> torch.Tensor:
    """Return the elements in a row, in the order of memory where they lie close."""
    if tensor.is_contiguous():
        return tensor.view(-1)
    if is_dense(tensor):
        return tensor.as_strided((tensor.numel(),), (1,))
    return tensor.reshape(-1)


def is_dense(tensor: torch.Tensor) -> bool:
    """Whether the elements fill one stretch of memory, each place once."""
    return tensor.is_contiguous() or _fills(tensor.shape, tensor.stride())


@lru_cache(maxsize=4096)
def _fills(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    expected = 1
    for stride, size in sorted(zip(strides, shape, strict=True)):
        if size != 1 and stride != expected:
            return False
        expected *= size
    return True


def same_memory(tensor: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors hold the same numbers of the same memory, perhaps in another order."""
    return (
        tensor.layout is torch.strided is other.layout
        and tensor.data_ptr() == other.data_ptr() != 0
        and tensor.numel() == other.numel()
        and tensor.dtype is other.dtype
        and is_dense(tensor)
        and is_dense(other)
        and tensor.is_neg() == other.is_neg()
    )


def thinned(tensor: torch.Tensor) -> torch.Tensor:
    """View every k-th row and column of the last two dimensions, the first entry of all others."""
    return tensor.as_strided(*thinner(tensor.shape, tensor.stride()))


@lru_cache(maxsize=4096)
def thinner_in_row(
    shape: tuple[int, ...], strides: tuple[int, ...], width: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return shape and strides in bytes of the thinned-out part of a tensor with elements of this many bytes."""
    size, steps = thinner(shape, strides)
    return size, tuple(step * width for step in steps)


@lru_cache(maxsize=4096)
def thinner(shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return shape and strides of the thinned-out part."""
    every = [-(-size // SAMPLE) for size in shape[-2:]]
    size = tuple(-(-size // k) for size, k in zip(shape[-2:], every, strict=True))
    return size, tuple(stride * k for stride, k in zip(strides[-2:], every, strict=True))


def same_bits(tensor: torch.Tensor, other: torch.Tensor) -> bool | torch.Tensor:
    """Compare two tensors to the last bit: on the CPU now, elsewhere as a 0-dim bool on their device."""
    if tensor.layout is not torch.strided or other.layout is not torch.strided:
        tensor, other = tensor.to_dense(), other.to_dense()
    if tensor.shape != other.shape or tensor.dtype != other.dtype:
        return False
    first, second = _as_integers(tensor), _as_integers(other)
    return torch.equal(first, second) if on_host(first) else (first == second).all()


def _as_integers(tensor: torch.Tensor) -> torch.Tensor:
    plain = tensor.detach().resolve_conj().resolve_neg()
    if plain.is_complex():
        plain = torch.view_as_real(plain)
    if plain.element_size() in _INTEGERS:
        return plain.view(_INTEGERS[plain.element_size()])
    return plain
