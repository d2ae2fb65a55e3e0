"""Shapes, dtypes and devices as plain records, without keeping a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import torch
from torch.autograd.graph import Node as TorchNode

from graphtrace.model import TensorMeta

_LEAF: type[TorchNode] = torch._C._functions.AccumulateGrad  # type: ignore[attr-defined]
_STRIDED = torch.strided
_LIMIT = 20_000
_known: dict[tuple[object, ...], tuple[TensorMeta, ...]] = {}  # (*sizes, dtype, device) to a record that graphs share


class _Described(Protocol):
    """A tensor, or torch's ``InputMetadata``."""

    @property
    def shape(self) -> Sequence[int]: ...
    @property
    def dtype(self) -> torch.dtype: ...
    @property
    def device(self) -> torch.device: ...


@dataclass(frozen=True, slots=True)
class _Gone:
    shape: torch.Size
    dtype: torch.dtype
    device: torch.device


_CPU = torch.device("cpu")


def outputs_of(nodes: Sequence[TorchNode]) -> tuple[list[tuple[TensorMeta, ...]], dict[int, torch.Tensor]]:
    """Describe the outputs of every node. Returns also the leaves, by the position of their node.

    Known shapes are looked up in this loop: a call for every node would take a quarter longer.
    """
    metas: list[tuple[TensorMeta, ...]] = []
    leaves = {}
    for position, node in enumerate(nodes):
        try:
            if type(node) is _LEAF:
                owner = leaves[position] = node.variable  # type: ignore[attr-defined]
                if owner.layout is not _STRIDED:
                    raise KeyError
            else:
                (owner,) = node._input_metadata
            metas.append(_known[(*owner.shape, owner.dtype, owner.device)])
        except (AttributeError, KeyError, RuntimeError, TypeError, ValueError):
            metas.append(tensor_metas(leaves[position]) if position in leaves else output_metas(node))
    return metas, leaves


def variable_of(node: TorchNode) -> torch.Tensor:
    """Return the leaf behind an ``AccumulateGrad``."""
    leaf: torch.Tensor = node.variable  # type: ignore[attr-defined]
    return leaf


def output_metas(node: TorchNode) -> tuple[TensorMeta, ...]:
    """Describe the incoming gradients of `node`, which are the outputs of its forward operation."""
    metas: Sequence[_Described] = getattr(node, "_input_metadata", ())
    if len(metas) == 1:  # as for most nodes
        return _meta(metas[0])
    return tuple([_meta(meta)[0] for meta in metas])


def tensor_meta(tensor: torch.Tensor) -> TensorMeta:
    """Describe a tensor. A strided nested tensor has no shape: it reads ``("nested",)``."""
    return tensor_metas(tensor)[0]


def tensor_metas(tensor: torch.Tensor) -> tuple[TensorMeta, ...]:
    """Describe a tensor, as the only output of a node: for leaves three times as fast as asking their node."""
    if tensor.layout is torch.strided:
        return _meta(tensor)
    return (TensorMeta(_shape(tensor), _text(tensor.dtype), str(tensor.device), _text(tensor.layout)),)


def host_meta(shape: torch.Size, dtype: torch.dtype) -> TensorMeta:
    """Describe a dense tensor of the CPU that is gone."""
    return _meta(_Gone(shape, dtype, _CPU))[0]


def _meta(owner: _Described) -> tuple[TensorMeta, ...]:
    """Describe a tensor or an ``InputMetadata``; as a tuple, since most nodes have one output."""
    try:
        key = (*owner.shape, owner.dtype, owner.device)
        metas = _known.get(key)
    except (RuntimeError, TypeError):  # strided nested tensors and symbolic sizes
        return (_record(owner),)
    if metas is None:
        if len(_known) >= _LIMIT:
            _known.clear()
        metas = _known[key] = (_record(owner),)
    return metas


def _record(owner: _Described) -> TensorMeta:
    return TensorMeta(_shape(owner), _text(owner.dtype), str(owner.device))


@lru_cache(maxsize=256)
def _text(constant: torch.dtype | torch.layout) -> str:
    return str(constant)[6:]  # "torch.float32"


def _shape(owner: _Described) -> tuple[int | str, ...]:
    """Read ``owner.shape``; symbolic sizes become their text."""
    try:
        return tuple(size if type(size) is int else str(size) for size in owner.shape)
    except RuntimeError:
        return ("nested",)
