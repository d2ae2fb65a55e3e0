"""Watch the user's torch calls: a function mode that turns each into an op and hands the others on.

The mode sees calls of the user's thread only, and none that torch makes inside them. Each node that
a call made is tagged with the op's id in ``metadata_of(node)``, so that a later trace knows its maker.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

import torch
from torch.autograd.graph import Node as TorchNode
from torch.overrides import TorchFunctionMode

from graphtrace.model import Op, Value
from graphtrace.recorder.leaves import tensors_in, unique
from graphtrace.recorder.roles import role_of
from graphtrace.recorder.source import source_of, user_frame
from graphtrace.tracer import LiveGraph, guard
from graphtrace.tracer.metas import tensor_meta
from graphtrace.tracer.saved import held_saved, storage_of

if TYPE_CHECKING:
    from graphtrace.recorder import record


def metadata_of(node: TorchNode) -> dict[Any, Any]:
    """Return the dict that lives on the node itself; torch's stub calls it a method."""
    return cast(dict[Any, Any], node.metadata)


class ForwardMode(TorchFunctionMode):
    """Sends every torch call of the block to the recorder."""

    def __init__(self, recorder: record) -> None:
        super().__init__()
        self._recorder = recorder

    def __torch_function__(self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run one call. torch has switched the mode off meanwhile."""
        kwargs = kwargs or {}
        role, name = role_of(func)
        if role == "none" or (self._recorder.in_optimizer and role != "backward" and not torch.is_grad_enabled()):
            return func(*args, **kwargs)
        return self._recorder.call(role, name, func, args, kwargs)


class ForwardTape:
    """Makes ops and values, and remembers which tensor is which value."""

    def __init__(self, recorder: record) -> None:
        self._recorder = recorder
        self._values: dict[int, tuple[weakref.ref[torch.Tensor], int]] = {}
        self.token = object()
        self._rank = 0

    def op(self, name: str, func: Callable[..., Any], args: Any, kwargs: Any, in_place: bool) -> Any:
        """Run an operation and record it, if it made or changed a tensor."""
        tape, frame = self._recorder.tape, user_frame()
        inputs = unique(tensors_in(args, kwargs))
        versions = [tensor._version if not tensor.is_inference() else 0 for tensor in inputs]
        module, call = self._recorder.modules.here
        source = source_of(frame)
        start = time.perf_counter_ns()
        out = func(*args, **kwargs)
        ns = time.perf_counter_ns() - start
        outputs = self._made(inputs, versions, out, in_place)
        if not outputs:
            return out
        op_id = len(tape.ops)
        with torch.no_grad():
            taken = {f"out:{i}": tape.contents.take(tensor) for i, tensor in enumerate(outputs)}
        in_ids = tuple(self._value_of(tensor, frame) for tensor in inputs)
        out_ids = tuple(self._new_value(tensor, "op", "") for tensor in outputs)
        op = Op(op_id, name, module, call, in_ids, out_ids, ns, source, torch.is_grad_enabled())
        tape.ops.append(op)
        self._tag(outputs, op, _storage_versions([*inputs, *outputs]))
        tape.put("forward_op", taken, op=op_id)
        return out

    @staticmethod
    def _made(inputs: Sequence[torch.Tensor], versions: Sequence[int], out: Any, in_place: bool) -> list[torch.Tensor]:
        """Return the tensors that a call made or changed; none for ``.to()`` that had nothing to do."""
        before = {id(tensor): version for tensor, version in zip(inputs, versions, strict=True)}
        candidates = unique([*tensors_in(out), *(inputs[:1] if in_place else [])])
        return [
            tensor
            for tensor in candidates
            if id(tensor) not in before or tensor.is_inference() or tensor._version != before[id(tensor)]
        ]

    def _value_of(self, tensor: torch.Tensor, frame: Any) -> int:
        known = self._values.get(id(tensor))
        if known is not None and known[0]() is tensor:
            return known[1]
        leaves = self._recorder.leaves
        leaf = leaves.find(tensor) or leaves.meet(tensor, frame)
        return self._new_value(tensor, leaf.origin if leaf else "input", leaf.name if leaf else "")

    def _new_value(self, tensor: torch.Tensor, origin: str, name: str) -> int:
        values = self._recorder.tape.values
        number = len(values)
        values.append(Value(number, tensor_meta(tensor), origin, name, tensor.requires_grad))
        self._values[id(tensor)] = (weakref.ref(tensor), number)
        return number

    def living(self) -> list[tuple[torch.Tensor, int]]:
        """Return the tensors of the block that still live, each with its value id."""
        pairs = [(ref(), number) for ref, number in self._values.values()]
        return [(tensor, number) for tensor, number in pairs if tensor is not None]

    def forget_dead(self) -> None:
        """Drop what died, so that a long recording does not grow with every tensor that ever was."""
        self._values = {key: pair for key, pair in self._values.items() if pair[0]() is not None}

    def _tag(self, outputs: Sequence[torch.Tensor], op: Op, versions: dict[int, int]) -> None:
        """Tag the nodes that this call made: those reached from its outputs that no earlier call tagged."""
        queue = [node for tensor in outputs if (node := tensor.grad_fn) is not None]
        while queue:
            node = queue.pop()
            if self.token in metadata_of(node) or type(node).__name__ == "AccumulateGrad":
                continue
            metadata_of(node)[self.token] = (op, self._rank, versions)
            self._rank += 1
            below = [target for target, _ in node.next_functions if target is not None]
            self._guard(below)
            queue += below

    def _guard(self, below: Sequence[TorchNode]) -> None:
        """A tagged node is a walked one: hold those that are entered from a later band (see `guard`)."""
        if self._rank < guard.BAND:
            return
        band = self._rank // guard.BAND
        for node in below:
            tag = metadata_of(node).get(self.token)
            if tag is not None and tag[1] // guard.BAND != band:
                guard.hold([node])

    def made_by(self, nodes: Sequence[TorchNode]) -> list[Op | None]:
        """Return per node the op that made it, None for leaves and for nodes from outside the block."""
        return [tag[0] if (tag := metadata_of(node).get(self.token)) is not None else None for node in nodes]

    def stale(self, live: LiveGraph) -> dict[str, str]:
        """Find saved tensors that were changed in place since their operation ran.

        Returns:
            ``<node id>.<saved name>`` to ``saved at version 0, now at version 1``.
        """
        found = {}
        for number, node in enumerate(live.nodes):
            tag = metadata_of(node).get(self.token)
            if tag is None:
                continue
            for name, tensor in held_saved(node):
                address, _ = storage_of(tensor)
                then = tag[2].get(address)
                if then is not None and tensor._version != then:
                    found[f"{number}.{name}"] = f"saved at version {then}, now at version {tensor._version}"
        return found


def _storage_versions(tensors: Sequence[torch.Tensor]) -> dict[int, int]:
    """Return the version of every tensor's memory as it is now, by storage address."""
    versions = {}
    for tensor in tensors:
        address, _ = storage_of(tensor)
        if address is not None and not tensor.is_inference():
            versions[address] = tensor._version
    return versions
