"""Names: which parameters there are, what each leaf is called, which module a node serves, and node keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import TypeAlias

import torch
from torch import nn

from graphtrace.errors import TraceError, shown
from graphtrace.literals import ParamState
from graphtrace.model import Param, TensorMeta, common_path
from graphtrace.tracer.columns import by_column
from graphtrace.tracer.kinds import TypeFacts
from graphtrace.tracer.metas import tensor_meta
from graphtrace.tracer.saved import storage_of
from graphtrace.tracer.sharded import gathered
from graphtrace.tracer.walk import Walk

_Chain: TypeAlias = "tuple[nn.Module, _Chain] | None"  # a module and those around it, innermost first


class Names:
    """Every name of every tensor that the user named, by identity; holds the tensors while it lives.

    Args:
        model: Its parameters are named as ``named_parameters`` does.
        params: Names for other tensors.

    Raises:
        TraceError: `model` is no module, or `params` is no mapping of names to tensors.
    """

    def __init__(self, model: nn.Module | None, params: Mapping[str, torch.Tensor] | None) -> None:
        _check(model, params)
        self._model = model
        self._tensors: dict[int, torch.Tensor] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        shards = gathered(model) if model is not None else ()
        self._whole = {id(shard): whole for _, shard, whole in shards}
        for prefix, module in _modules(model) if model is not None else ():
            self._add(prefix, module._parameters)
        self._owned = {number: len(names) for number, names in self._names.items() if len(names) > 1}
        if params:
            self._add("", params)

    def _add(self, prefix: str, tensors: Mapping[str, torch.Tensor | None]) -> None:
        names = self._names
        for name, tensor in tensors.items():
            if tensor is None:
                continue
            tensor = self._whole.get(id(tensor), tensor)
            number = id(tensor)
            if number not in names:
                names[number], self._tensors[number] = (prefix + name,), tensor
            elif prefix + name not in names[number]:
                names[number] = (*names[number], prefix + name)

    def first(self, tensor: torch.Tensor) -> str | None:
        """Return the first name of a tensor, None where it has none."""
        names = self._names.get(id(tensor))
        return names[0] if names else None

    def home(self, tensor: torch.Tensor) -> str:
        """Return the path of the module that owns a named tensor; for a shared one, what its owners have in common."""
        names = self._names[id(tensor)]
        owners = [name.rpartition(".")[0] for name in names[: self._owned.get(id(tensor), 1)]]
        return reduce(common_path, owners)

    def places(self, leaves: Mapping[int, torch.Tensor]) -> list[object]:
        """Return all that names and `records` follow from. `leaves` are by their position of discovery."""
        reached = {id(leaf): position for position, leaf in leaves.items()}
        positions = list(map(reached.get, self._names))
        unreached = None
        if None in positions:
            pairs = zip(self._names, positions, strict=True)
            unreached = [self._unreached(number) for number, position in pairs if position is None]
        return [positions, list(self._names.values()), unreached]

    def _unreached(self, number: int) -> tuple[TensorMeta, bool]:
        tensor = self._tensors[number]
        return tensor_meta(tensor), tensor.requires_grad

    def owned_storages(self, leaves: Iterable[torch.Tensor]) -> dict[int, str]:
        """Map storage addresses to the names of the parameters, buffers and leaves that own them."""
        named = [(self._names[number][0], tensor) for number, tensor in self._tensors.items()]
        unnamed = [("leaf", leaf) for leaf in leaves if id(leaf) not in self._names]
        buffers = self._model.named_buffers() if self._model is not None else ()
        owned: dict[int, str] = {}
        for name, tensor in [*named, *buffers, *unnamed]:
            address, _ = storage_of(tensor)
            if address is not None:
                owned.setdefault(address, name)
        return owned

    def records(self, reached: Mapping[int, int], metas: Sequence[tuple[TensorMeta, ...]]) -> tuple[Param, ...]:
        """Describe the named tensors. `reached` maps ``id(tensor)`` of a leaf to its node id."""
        return by_column(
            Param,
            len(self._names),
            names=self._names.values(),
            meta=[
                metas[reached[number]][0] if number in reached else tensor_meta(tensor)
                for number, tensor in self._tensors.items()
            ],
            state=[self._state(number, reached) for number in self._names],
            node=map(reached.get, self._names),
        )

    def _state(self, number: int, reached: Mapping[int, int]) -> ParamState:
        if number in reached:
            return "used"
        return "unused" if self._tensors[number].requires_grad else "frozen"


def _check(model: nn.Module | None, params: Mapping[str, torch.Tensor] | None) -> None:
    if model is not None and not isinstance(model, nn.Module):
        raise TraceError(f"model is not a torch.nn.Module: {shown(model)} (pass params={{...}} for plain tensors)")
    if params is None:
        return
    if not isinstance(params, Mapping):
        raise TraceError(f"params is not a mapping: {shown(params)} (pass a dict of names to tensors)")
    for name, tensor in params.items():
        if not isinstance(name, str) or not isinstance(tensor, torch.Tensor):
            pair = f"{shown(name)}: {shown(tensor)}"
            raise TraceError(f"params does not map a name to a tensor: {pair} (pass {{'w': w}} for a tensor w)")


def _modules(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Yield every module under each of its names, as a prefix, in the order of ``named_modules``.

    ``named_modules(remove_duplicate=False)`` takes longer with every level, and never ends where a
    module contains itself; here such a module is not entered again.
    """
    todo: list[tuple[str, nn.Module, _Chain]] = [("", model, None)]
    entered: set[nn.Module] = set()
    while todo:
        prefix, module, above = todo.pop()
        if module._modules:
            if module in entered and _contains(above, module):
                continue
            entered.add(module)
            inside: _Chain = (module, above)
            children = reversed(module._modules.items())
            todo += [(f"{prefix}{name}.", child, inside) for name, child in children if child is not None]
        yield prefix, module


def _contains(above: _Chain, module: nn.Module) -> bool:
    """Return whether `module` is one of the modules around it."""
    while above:
        if above[0] is module:
            return True
        above = above[1]
    return False


def module_paths(facts: Sequence[TypeFacts], homes: Mapping[int, str], live: Walk) -> dict[int, str]:
    """Find the module that each node serves, from the parameters that lead straight into it.

    A helper (``TBackward0`` …) with one edge passes the path of its parameter on, so ``Addmm`` of
    ``fc1.weight`` and ``fc1.bias`` is ``fc1``. Parameters of several modules, and a parameter that several modules
    share, give their common path: which of them ran the operation cannot be told from the parameters.

    Args:
        facts: Per node, in execution order.
        homes: Node id of a leaf to the module that owns it; see `Names.home`.
        live: The walk, in execution order.
    """
    paths = dict(homes)
    carried = paths.copy()
    for source, target in zip(reversed(live.sources), reversed(live.targets), strict=True):
        if target not in carried:
            continue
        path = carried[target]
        paths[source] = path if source not in paths else common_path(paths[source], path)
        if facts[source].is_helper and live.widths[source] - len(live.none_slots.get(source, ())) == 1:
            carried[source] = path
    return paths


def keys(facts: Sequence[TypeFacts], params: Mapping[int, str], paths: Mapping[int, str]) -> list[str]:
    """Make the stable key of every node: ``<module path>/<Op>:<k>``, k counted in forward order.

    Args:
        facts: Per node, in execution order.
        params: Node id of a leaf to its name, which is its key.
        paths: Node id to the path of the module that it serves.
    """
    made = [""] * len(facts)
    counts: dict[str, int] = {}
    taken = set(params.values())
    for node in range(len(facts) - 1, -1, -1):
        if node in params:
            made[node] = params[node]
            continue
        path = paths.get(node)
        stem = f"{path}/{facts[node].op}" if path else facts[node].op
        k = counts.get(stem, 0)
        key = f"{stem}:{k}"
        while key in taken:
            k += 1
            key = f"{stem}:{k}"
        counts[stem] = k + 1
        made[node] = key
    return made
