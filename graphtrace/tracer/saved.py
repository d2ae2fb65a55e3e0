"""Read what nodes keep for backward, without running anything.

They are read only through ``_raw_saved_*``: reading ``_saved_*`` unpacks, which re-runs a checkpointed forward at
every access and raises once a backward pass has freed the graph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import torch
from torch.autograd.graph import Node as TorchNode

from graphtrace.literals import SavedState
from graphtrace.model import Saved
from graphtrace.tracer.kinds import TypeFacts, type_facts
from graphtrace.tracer.metas import tensor_meta


class _SavedTensor(Protocol):
    """Torch's ``SavedTensor``. `data` is there from torch 2.13 on."""

    data: object
    unpack_hook: object

    def unpack(self) -> object: ...


class SavedReader:
    """Reads the saved tensors of one graph and numbers the storages behind them.

    Args:
        owned: Storage address to the name of the parameter or buffer that owns it.
        numbers: Takes the number of each storage, by address.
    """

    def __init__(self, owned: dict[int, str], numbers: dict[int, int]) -> None:
        self._owned = owned
        self._numbers = numbers
        self._first: dict[int, str] = {}
        self.held_bytes = 0

    def read(self, node: TorchNode, facts: TypeFacts, key: str) -> tuple[Saved, ...]:
        """Describe every saved tensor of `node`; `key` names the node in aliases of later readers.

        Args:
            node: A node of the graph.
            facts: Facts of its type.
            key: Its key, which names it in later nodes' aliases.
        """
        return tuple(self._describe(name, raw, key) for name, raw in _raw_saved(node, facts))

    def _describe(self, name: str, raw: _SavedTensor | None, key: str) -> Saved:
        if raw is None:
            return Saved(name, "freed")
        if not hasattr(raw, "data"):  # before torch 2.13 nothing tells a tensor from a packed object
            return Saved(name, "unreadable")
        data = raw.data
        if raw.unpack_hook is not None:
            return Saved(name, "packed", alias="checkpoint" if _is_checkpoint(data) else None)
        if not isinstance(data, torch.Tensor):
            return Saved(name, _absent(raw))
        return self._tensor(name, data, key)

    def _tensor(self, name: str, tensor: torch.Tensor, key: str) -> Saved:
        address, storage_bytes = storage_of(tensor)
        alias = self._owned.get(address) if address is not None else None
        number = None
        if address is not None:
            if address not in self._numbers and alias is None:
                self.held_bytes += storage_bytes
            number = self._numbers.setdefault(address, len(self._numbers))
            first = self._first.setdefault(address, f"{key}.{name}")
            if alias is None and first != f"{key}.{name}":
                alias = first
        return Saved(name, "held", tensor_meta(tensor), _nbytes(tensor), number, alias, _version(tensor))


def _raw_saved(node: TorchNode, facts: TypeFacts) -> Iterator[tuple[str, _SavedTensor | None]]:
    """Yield ``(name, SavedTensor)``; lists of tensors get ``name[i]``. A freed list reads ``(name, None)``."""
    for attribute in facts.raw:
        name = attribute.removeprefix("_raw_saved_")
        try:
            value = getattr(node, attribute)
        except RuntimeError:  # a custom Function's list, once freed
            yield name, None
            continue
        if isinstance(value, tuple | list):
            yield from ((f"{name}[{i}]", item) for i, item in enumerate(value))
        else:
            yield name, value


def held_saved(node: TorchNode) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield name and tensor of what a node holds right now, without packed, freed and undefined tensors."""
    for name, raw in _raw_saved(node, type_facts(type(node))):
        data = getattr(raw, "data", None)
        if isinstance(data, torch.Tensor) and raw is not None and raw.unpack_hook is None:
            yield name, data


def _absent(raw: _SavedTensor) -> SavedState:
    """Tell a slot that never held a tensor from a freed one: unpacking a freed one raises. No hook runs here."""
    try:
        raw.unpack()
    except RuntimeError:
        return "freed"
    return "none"


def _is_checkpoint(packed: object) -> bool:
    return type(packed).__module__ == "torch.utils.checkpoint"


def storage_of(tensor: torch.Tensor) -> tuple[int | None, int]:
    """Return address and size in bytes of a tensor's memory; (None, 0) for wrappers, sparse and the like.

    A parameter of a lazy module has no memory until the module's first forward pass.
    """
    try:
        storage = tensor.untyped_storage()
        return storage._cdata, storage.nbytes()
    except (RuntimeError, NotImplementedError, ValueError):
        return None, 0


def _nbytes(tensor: torch.Tensor) -> int:
    try:
        return tensor.nbytes
    except RuntimeError:
        return 0


def _version(tensor: torch.Tensor) -> int | None:
    try:
        return tensor._version
    except RuntimeError:  # inference tensors keep no version
        return None
