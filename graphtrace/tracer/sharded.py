"""Parameters that are sharded over processes (FSDP2): the whole tensors that a pass computes with, by name.

A module holds its shard; each forward pass gathers the whole parameter, a tensor of its own, and the graph leads to
that. Read from FSDP2's own records, which are not public: where they are missing, nothing is found.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from graphtrace.model import TensorMeta

_FSDP = "torch.distributed.fsdp._fully_shard"
_gathered: dict[int, weakref.ref[torch.Tensor]] = {}


def is_sharded(model: nn.Module) -> bool:
    """Return whether a module of the model shards its parameters."""
    return _FSDP in sys.modules and any(hasattr(module, "_get_fsdp_state") for module in model.modules())


def gathered(model: nn.Module) -> Iterator[tuple[str, torch.Tensor, torch.Tensor]]:
    """Yield name, shard and whole tensor of every sharded parameter that a pass has gathered so far."""
    if not is_sharded(model):
        return
    paths = {module: path for path, module in model.named_modules()}
    for module in paths:
        for param in _records(module):
            whole, shard = getattr(param, "_unsharded_param", None), getattr(param, "sharded_param", None)
            place: Any = getattr(param, "_module_info", None)
            path = paths.get(getattr(place, "module", None))
            if not isinstance(whole, torch.Tensor) or not isinstance(shard, torch.Tensor) or path is None:
                continue
            _gathered[id(whole)] = weakref.ref(whole)
            yield f"{path}.{place.param_name}" if path else str(place.param_name), shard, whole


def _records(module: nn.Module) -> list[Any]:
    read = getattr(module, "_get_fsdp_state", None)
    state = read() if callable(read) else None
    groups = getattr(state, "_fsdp_param_groups", None)
    if groups is None:  # before torch 2.13 there is one
        groups = [getattr(state, "_fsdp_param_group", None)]
    return [param for group in groups for param in getattr(group, "fsdp_params", ())]


def mark(metas: list[tuple[TensorMeta, ...]], leaves: Mapping[int, torch.Tensor]) -> None:
    """Say of the leaves that were gathered that they are sharded; `leaves` are by their position in `metas`."""
    if not _gathered:
        return
    for position, leaf in leaves.items():
        known = _gathered.get(id(leaf))
        if known is not None and known() is leaf:
            metas[position] = tuple(replace(meta, layout="sharded") for meta in metas[position])
