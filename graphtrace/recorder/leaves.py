"""Which leaves there are, what they are called, and whose memory a tensor is."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

import torch
from torch import nn

from graphtrace.literals import TensorOrigin
from graphtrace.recorder.source import variable_name
from graphtrace.tracer.saved import storage_of


@dataclass(slots=True)
class Leaf:
    """One named leaf, held weakly."""

    name: str
    origin: TensorOrigin
    ref: weakref.ref[torch.Tensor]

    @property
    def tensor(self) -> torch.Tensor | None:
        """The leaf itself, None once it is gone."""
        return self.ref()


class Leaves:
    """All leaves seen so far: the model's parameters at once, others when an operation first uses them."""

    def __init__(self, net: nn.Module | None, params: Mapping[str, torch.Tensor] | None) -> None:
        self._by_id: dict[int, Leaf] = {}
        self._by_storage: dict[int, Leaf] = {}
        self._names: set[str] = set()
        for name, tensor in (params or {}).items():
            self._add(tensor, name, "param")
        if net is not None:
            self.adopt(net)

    def adopt(self, net: nn.Module) -> None:
        """Take in the names of a net's parameters and buffers."""
        for name, tensor in net.named_parameters():
            self._add(tensor, name, "param")
        for name, buffer in net.named_buffers():
            self._add(buffer, name, "buffer")

    def __iter__(self) -> Iterator[Leaf]:
        return iter([leaf for leaf in self._by_id.values() if leaf.tensor is not None])

    def find(self, tensor: torch.Tensor) -> Leaf | None:
        """Return the leaf that this very tensor is."""
        leaf = self._by_id.get(id(tensor))
        return leaf if leaf is not None and leaf.tensor is tensor else None

    def owner(self, tensor: torch.Tensor) -> Leaf | None:
        """Return the leaf whose memory a tensor shares: ``w.data``, ``w.detach()``, a slice of ``w``."""
        leaf = self.find(tensor)
        if leaf is not None:
            return leaf
        address, _ = storage_of(tensor)
        leaf = self._by_storage.get(address) if address is not None else None
        if leaf is None or leaf.tensor is None or storage_of(leaf.tensor)[0] != address:
            return None
        return leaf

    def grad_owners(self) -> dict[int | None, Leaf]:
        """Return the leaf of each gradient there is, by the gradient's identity and by the address of its memory."""
        owners: dict[int | None, Leaf] = {}
        for leaf in self:
            held = leaf.tensor
            grad = held.grad if held is not None and held.is_leaf else None
            if grad is not None:
                owners[id(grad)] = leaf
                address, _ = storage_of(grad)
                if address is not None:
                    owners[address] = leaf
        return owners

    def moved(self, leaf: Leaf) -> None:
        """Note where a leaf's memory is, after ``w.data = …``."""
        tensor = leaf.tensor
        address = None if tensor is None else storage_of(tensor)[0]
        if address is not None:
            self._by_storage[address] = leaf

    def meet(self, tensor: torch.Tensor, frame: FrameType | None) -> Leaf | None:
        """Take note of a leaf that an operation uses; named after the user's variable where there is one."""
        if not (tensor.is_leaf and tensor.requires_grad):
            return None
        return self.find(tensor) or self._add(tensor, variable_name(frame, tensor) or "leaf", "leaf")

    def names(self) -> dict[str, torch.Tensor]:
        """Return the living leaves that require grad, by name, as `trace` takes them."""
        living = [(leaf.name, leaf.tensor) for leaf in self]
        return {name: tensor for name, tensor in living if tensor is not None}

    def _add(self, tensor: torch.Tensor, name: str, origin: TensorOrigin) -> Leaf:
        leaf = Leaf(self._unique(name), origin, weakref.ref(tensor))
        self._by_id[id(tensor)] = leaf
        address, _ = storage_of(tensor)
        if address is not None:
            self._by_storage[address] = leaf
        return leaf

    def _unique(self, name: str) -> str:
        chosen, k = name, 1
        while chosen in self._names:
            k += 1
            chosen = f"{name}_{k}"
        self._names.add(chosen)
        return chosen


def tensors_in(*containers: object) -> list[torch.Tensor]:
    """Return the tensors among arguments, also inside lists, tuples and dicts, in order."""
    found: list[torch.Tensor] = []
    queue: list[object] = list(reversed(containers))
    while queue:
        item = queue.pop()
        if isinstance(item, torch.Tensor):
            found.append(item)
        elif isinstance(item, list | tuple):
            queue.extend(reversed(item))
        elif isinstance(item, dict):
            queue.extend(reversed(list(item.values())))
    return found


def unique(tensors: Iterable[torch.Tensor]) -> list[torch.Tensor]:
    """Return tensors without repetition of the same object."""
    return list({id(tensor): tensor for tensor in tensors}.values())


def distinct(args: Sequence[object], kwargs: Mapping[str, object]) -> list[torch.Tensor]:
    """Return the tensors among the arguments of a call, each once, in order."""
    found: dict[int, torch.Tensor] = {}
    for item in (*args, *kwargs.values()):
        if isinstance(item, torch.Tensor):
            found[id(item)] = item
        elif isinstance(item, list | tuple | dict):
            return unique(tensors_in(args, kwargs))
    return list(found.values())
