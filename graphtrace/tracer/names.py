"""Names: which parameters there are, what each leaf is called, which module a node serves, and node keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import nn

from graphtrace.errors import TraceError, shown
from graphtrace.model import Param, TensorMeta, common_path
from graphtrace.tracer.kinds import TypeFacts
from graphtrace.tracer.metas import tensor_meta
from graphtrace.tracer.records import by_column
from graphtrace.tracer.saved import storage_of
from graphtrace.tracer.walk import Walk


class Names:
    """Every name of every tensor that the user named, by identity; holds the tensors while it lives."""

    def __init__(self, model: nn.Module | None, params: Mapping[str, torch.Tensor] | None) -> None:
        self._model = model
        self._tensors: dict[int, torch.Tensor] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        for name, tensor in _named_tensors(model, params):
            number = id(tensor)
            known = self._names.get(number)
            if known is None:
                self._names[number], self._tensors[number] = (name,), tensor
            elif name not in known:
                self._names[number] = (*known, name)

    def first(self, tensor: torch.Tensor) -> str | None:
        """Return the first name of a tensor, None where it has none."""
        names = self._names.get(id(tensor))
        return names[0] if names else None

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

    def _state(self, number: int, reached: Mapping[int, int]) -> str:
        if number in reached:
            return "used"
        return "unused" if self._tensors[number].requires_grad else "frozen"


def _named_tensors(
    model: nn.Module | None, params: Mapping[str, torch.Tensor] | None
) -> Iterable[tuple[str, torch.Tensor]]:
    if model is not None and not isinstance(model, nn.Module):
        raise TraceError(f"model is not a torch.nn.Module: {shown(model)} (pass params={{...}} for plain tensors)")
    if params is not None and not isinstance(params, Mapping):
        raise TraceError(f"params is not a mapping: {shown(params)} (pass a dict of names to tensors)")
    if model is not None:
        for path, module in model.named_modules(remove_duplicate=False):
            prefix = f"{path}." if path else ""
            for name, tensor in module._parameters.items():
                if tensor is not None:
                    yield prefix + name, tensor
    for name, tensor in (params or {}).items():
        if not isinstance(name, str) or not isinstance(tensor, torch.Tensor):
            raise TraceError(f"params holds something else than a named tensor: {shown(name)}: {shown(tensor)}")
        yield name, tensor


def module_paths(facts: Sequence[TypeFacts], params: Mapping[int, str], live: Walk) -> dict[int, str]:
    """Tell which module a node serves, from the parameters that lead straight into it.

    A helper (``TBackward0`` …) with one edge passes the path of its parameter on, so ``Addmm`` of
    ``fc1.weight`` and ``fc1.bias`` is ``fc1``. Parameters of several modules give their common path.

    Args:
        facts: Per node, in execution order.
        params: Node id of a leaf to its name.
        live: The walk, in execution order.
    """
    paths = {node: name.rpartition(".")[0] for node, name in params.items()}
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
    """Make the stable key of every node: ``<module path>/<Op>:<k>``, k counted in forward order."""
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
        while f"{stem}:{k}" in taken:
            k += 1
        counts[stem] = k + 1
        made[node] = f"{stem}:{k}"
    return made
