"""Watch the user's torch calls: a function mode that turns each into an op and hands the others on.

The mode sees calls of the user's thread only, and none that torch makes inside them. Each node that
a call made is tagged with the op's id in ``metadata_of(node)``, so that a later trace knows its maker.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch.autograd.graph import Node as TorchNode
from torch.overrides import TorchFunctionMode

from graphtrace.model import Op
from graphtrace.recorder.custom import Custom
from graphtrace.recorder.leaves import distinct, tensors_in, unique
from graphtrace.recorder.makers import Makers
from graphtrace.recorder.roles import role_of
from graphtrace.recorder.source import source_of, user_frame
from graphtrace.recorder.values import Numbers, Seen, Values

if TYPE_CHECKING:
    from graphtrace.recorder import record


class ForwardMode(TorchFunctionMode):
    """Sends every torch call of the block to the recorder."""

    def __init__(self, recorder: record) -> None:
        super().__init__()
        self._recorder = recorder

    def __torch_function__(self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run one call. torch has switched the mode off meanwhile."""
        kwargs = kwargs or {}
        role, name = role_of(func)
        if role == "none":
            return func(*args, **kwargs)
        if self._recorder.in_optimizer and role != "backward" and not torch.is_grad_enabled():
            return func(*args, **kwargs)
        return self._recorder.call(role, name, func, args, kwargs)


@dataclass(slots=True)
class _Call:
    """What was known before a call ran."""

    name: str
    frame: FrameType | None
    module: tuple[str, int]
    inputs: list[torch.Tensor]
    versions: dict[int, int | None]
    number: int  # the sequence number that the next node will get
    ns: int = 0


class Past(NamedTuple):
    """What a block knows of its operations and tensors. It holds neither a tensor nor the block."""

    makers: Makers
    known: Numbers
    seen: Seen


class ForwardTape:
    """Makes ops out of calls."""

    def __init__(self, recorder: record, past: Past | None = None) -> None:
        self._recorder = recorder
        self.makers, known, seen = past or Past(Makers(), {}, {})
        self.values = Values(recorder, known, seen)
        self.custom = Custom()

    def past(self) -> Past:
        """Return what a later block needs to go on."""
        return Past(self.makers, *self.values.tables())

    def op(self, name: str, func: Callable[..., Any], args: Any, kwargs: Any, in_place: bool) -> Any:
        """Run an operation and record it, if it made or changed a tensor."""
        call: _Call | None = None
        watched = torch.is_grad_enabled()
        with self._recorder.tape.quietly(name):
            call = self._before(name, args, kwargs)
            if not watched:
                self.custom.note(call.frame, call.module)
        start = time.perf_counter_ns()
        out = func(*args, **kwargs)
        if call is not None:
            call.ns = time.perf_counter_ns() - start
            with self._recorder.tape.quietly(name):
                self._after(call, out, in_place, watched)
        return out

    def _before(self, name: str, args: Any, kwargs: Any) -> _Call:
        inputs = distinct(args, kwargs)
        versions = {id(tensor): None if tensor.is_inference() else tensor._version for tensor in inputs}
        number = torch._C._autograd._get_sequence_nr()
        return _Call(name, user_frame(), self._recorder.modules.here, inputs, versions, number)

    def _after(self, call: _Call, out: Any, in_place: bool, grad_mode: bool) -> None:
        outputs = _made(call, out, in_place)
        if not outputs:
            return
        tape = self._recorder.tape
        known = [self.values.content_of(tensor) for tensor in call.inputs]
        taken = {f"out:{i}": tape.contents.take_like(one, call.inputs, known) for i, one in enumerate(outputs)}
        for tensor, content in zip(outputs, taken.values(), strict=True):
            self.values.keep_content(tensor, content)
        first = {i: tensor for i, tensor in enumerate(call.inputs) if not self.values.knows(tensor)}
        inputs = tuple([self.values.number_of(tensor, call.frame) for tensor in call.inputs])
        made = tuple([self.values.new(tensor, "op", "") for tensor in outputs])
        source = source_of(call.frame)
        op = Op(len(tape.ops), call.name, *call.module, inputs, made, call.ns, source, grad_mode)
        tape.ops.append(op)
        self.makers.tag(outputs, op, call.number, _storage_versions([*call.inputs, *outputs]))
        seen, facts = self._first_seen(first, inputs)
        tape.put("forward_op", {**seen, **taken}, facts, op=op.id)

    def _first_seen(
        self, first: dict[int, torch.Tensor], inputs: Sequence[int]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the contents of inputs that no call had before, and the names of the leaves among them.

        One that the call changed in place is left out: what it was before is gone.
        """
        tape, seen, facts = self._recorder.tape, {}, {}
        for i, tensor in first.items():
            if tensor.is_inference() or self.values.number_of(tensor, None) != inputs[i]:
                continue
            seen[f"in:{i}"] = content = tape.contents.take(tensor)
            self.values.keep_content(tensor, content)
            value = tape.tensors[inputs[i]]
            if value.name:
                facts[f"leaf:{i}"] = value.name
        return seen, facts

    def living(self) -> list[tuple[torch.Tensor, int]]:
        """Return the tensors of the block that still live, each with its value id."""
        return self.values.living()

    def made_by(self, nodes: Sequence[TorchNode]) -> list[Op | None]:
        """Return per node the op that made it, None for leaves and for nodes from outside the block."""
        ops = self._recorder.tape.ops
        found = self.makers.made_by(nodes, ops)
        for i, node in enumerate(nodes):
            op = self.custom.op(node, len(ops)) if found[i] is None else None
            if op is not None:
                found[i] = op
                ops.append(op)
                self.makers.name(node, op)
        return found

    def stale(self, nodes: Sequence[TorchNode]) -> dict[str, str]:
        """Find saved tensors that were changed in place since their operation ran."""
        return self.makers.stale(nodes)

    def hooked(self, nodes: Sequence[TorchNode]) -> list[tuple[int, int]]:
        """Return node and output number of the tensors that got a hook within the block."""
        return self.makers.hooked(nodes)


def _made(call: _Call, out: Any, in_place: bool) -> list[torch.Tensor]:
    """Return the tensors that a call made or changed; none for ``.to()`` that had nothing to do."""
    before = call.versions
    if isinstance(out, torch.Tensor) and not in_place and id(out) not in before:  # as for most calls
        return [out]
    candidates = unique([*tensors_in(out), *(call.inputs[:1] if in_place else [])])
    return [one for one in candidates if before.get(id(one), None) is None or one._version != before[id(one)]]


def _storage_versions(tensors: Iterable[torch.Tensor]) -> dict[int, int]:
    """Return the version of every tensor's memory as it is now, by storage address."""
    versions = {}
    for tensor in tensors:
        try:
            versions[tensor.untyped_storage()._cdata] = tensor._version
        except (RuntimeError, NotImplementedError):  # inference tensors keep no version, wrappers have no memory
            continue
    return versions
