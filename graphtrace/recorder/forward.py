"""Record the forward pass: turn the user's torch calls into operations, and number the tensors between them.

Each node that a call made is tagged with the operation, so that a later trace knows where it comes from.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import FrameType

import torch
from torch.autograd.graph import Node as TorchNode

from graphtrace.literals import TensorOrigin
from graphtrace.model import Constant, ForwardTensor, Op
from graphtrace.recorder.calls import (
    Arguments,
    Function,
    Keywords,
    changes_unseen,
    constants_of,
    input_tensors,
    source_of,
    storage_versions,
    tensors_in,
    user_frame,
    variable_name,
)
from graphtrace.recorder.capture import Capture
from graphtrace.recorder.context import Context, ModuleCall
from graphtrace.recorder.initialisation import Initialisations, constructed_in
from graphtrace.recorder.log import Facts, missed
from graphtrace.recorder.numbering import TensorNumbers
from graphtrace.recorder.origins import CustomFunctions, NodeOrigins
from graphtrace.recorder.outputs import captured, made_by_call
from graphtrace.tracer.metas import tensor_meta


@dataclass(slots=True)
class RecorderState:
    """What a later block needs to go on where this one ended. It holds neither a tensor nor the block.

    Attributes:
        ops: Operations so far.
        tensors: Tensors of the forward pass so far.
        step: How many optimizer steps were done.
        origins: Which operation made which node.
        numbers: Which tensor has which number.
    """

    ops: Sequence[Op]
    tensors: Sequence[ForwardTensor]
    step: int
    origins: NodeOrigins
    numbers: TensorNumbers


@dataclass(slots=True)
class _Call:
    """What was known before a call ran.

    Attributes:
        versions: Per input its version, None where it keeps none.
        number: The sequence number that the next node will get.
        constants: Plain numbers and words among its arguments.
        ns: Nanoseconds that the call took, once it ran.
    """

    name: str
    frame: FrameType | None
    module: ModuleCall
    inputs: list[torch.Tensor]
    versions: dict[int, int | None]
    number: int
    constants: tuple[tuple[str, Constant], ...]
    ns: int = 0


class ForwardRecorder:
    """Makes operations out of calls.

    Args:
        context: What the parts of the recording share.
        origins: Which operation made which node, of this block or of those before it.
        numbers: Numbers of the tensors, likewise.
    """

    def __init__(self, context: Context, origins: NodeOrigins, numbers: TensorNumbers) -> None:
        self._context, self._log, self._capture = context, context.log, context.capture
        self.origins, self.numbers = origins, numbers
        self._custom = CustomFunctions()
        self._initialised = Initialisations(context.log, context.capture)

    def run(self, name: str, func: Function, args: Arguments, kwargs: Keywords, in_place: bool) -> object:
        """Run a call, and record it if it made or changed a tensor.

        Args:
            name: Public name of the function.
            func: The function.
            args: Its arguments.
            kwargs: Its keyword arguments.
            in_place: Whether it changes its first argument.
        """
        call: _Call | None = None
        grad_mode = torch.is_grad_enabled()
        if changes_unseen(func, name, kwargs):
            self._capture.flush()
        try:
            with torch._C.DisableTorchFunction():
                call = self._before(name, args, kwargs)
            if not grad_mode:
                self._custom.note(call.frame, call.module)
        except Exception as error:
            self._log.warnings[missed(name, error)] = None
        start = time.perf_counter_ns()
        out = func(*args, **kwargs)
        if call is not None:
            call.ns = time.perf_counter_ns() - start
            with self._log.quietly(name):
                self._after(call, out, in_place, grad_mode)
        return out

    def _before(self, name: str, args: Arguments, kwargs: Keywords) -> _Call:
        inputs = input_tensors(args, kwargs)
        versions: dict[int, int | None] = {}
        for tensor in inputs:
            versions[id(tensor)] = None if tensor.is_inference() else tensor._version
        number = torch._C._autograd._get_sequence_nr()
        module, constants = self._context.modules.current, constants_of(args, kwargs)
        return _Call(name, user_frame(), module, inputs, versions, number, constants)

    def _after(self, call: _Call, out: object, in_place: bool, grad_mode: bool) -> None:
        outputs = made_by_call(call.inputs, call.versions, out, in_place)
        if not outputs or self._initialises(call, outputs):
            return
        log, numbers = self._log, self.numbers
        versions = storage_versions(call.inputs)
        taken, owned = captured(self._capture, numbers, call.inputs, outputs, versions)
        settled = [numbers.settled(tensor, self._context.leaves) for tensor in call.inputs]
        first = {i: one for i, one in enumerate(call.inputs) if settled[i] is None and numbers.is_new(one)}
        pairs = zip(settled, call.inputs, strict=True)
        inputs = tuple([self._number_of(one, call.frame) if number is None else number for number, one in pairs])
        made = tuple([self._new(tensor, "op", "") for tensor in outputs])
        numbers.owned.update([made[i] for i in owned])
        source = source_of(call.frame)
        op = Op(len(log.ops), call.name, *call.module, inputs, made, call.ns, source, grad_mode, call.constants)
        log.ops.append(op)
        self.origins.tag(outputs, op, call.number, versions | storage_versions(outputs))
        seen, facts = self._first_seen(first, inputs) if first else ({}, {})
        if in_place and 0 in first and (alias := self._alias(first[0])) is not None:
            facts["alias:0"] = alias
        log.put("forward_op", {**seen, **taken}, facts, op=op.id)
        if self._context.warned:
            self._context.put_warnings(op.id)

    def _initialises(self, call: _Call, outputs: Sequence[torch.Tensor]) -> bool:
        """Return whether a call only gives a module its first values; the module is noted."""
        if any(tensor.requires_grad and not tensor.is_leaf for tensor in outputs):
            return False
        module = constructed_in(call.frame)
        if module is not None:
            self._initialised.note(module)
        return module is not None

    def _alias(self, changed: torch.Tensor) -> int | None:
        """Return the number of another tensor whose memory was changed through ``.data``."""
        memory = changed.untyped_storage()._cdata
        others = (pair for pair in self.numbers.living() if pair[0] is not changed and pair[0].requires_grad)
        return next((number for other, number in others if other.untyped_storage()._cdata == memory), None)

    def _first_seen(self, first: dict[int, torch.Tensor], inputs: Sequence[int]) -> tuple[dict[str, Capture], Facts]:
        """Capture the inputs that no call had before, and leaves at their first use; the facts are their names.

        One that the call changed in place is left out: what it was before is gone.
        """
        captures: dict[str, Capture] = {}
        facts: Facts = {}
        for i, tensor in first.items():
            if tensor.is_inference() or self._number_of(tensor, None) != inputs[i]:
                continue
            captures[f"in:{i}"] = self._capture.take(tensor)
            self.numbers.remembered.put(tensor, captures[f"in:{i}"])
            known = self._log.tensors[inputs[i]]
            if known.name and known.origin not in ("grad", "input"):
                facts[f"leaf:{i}"] = known.name
                self.numbers.told.add(inputs[i])
        return captures, facts

    def _number_of(self, tensor: torch.Tensor, frame: FrameType | None) -> int:
        """Return the number of a tensor; one from outside the block gets its number now."""
        leaves = self._context.leaves
        if (number := self.numbers.get(tensor)) is not None:
            if self.numbers.is_new(tensor) or (tensor.is_leaf and tensor.requires_grad and not leaves.find(tensor)):
                self._name_leaf(tensor, number, frame)
            return number
        if (leaf := leaves.find(tensor) or leaves.meet(tensor, frame)) is not None:
            return self._new(tensor, leaf.origin, leaf.name)
        if not tensor.requires_grad and (owner := leaves.owner_of_grad(tensor)) is not None:
            return self._new(tensor, "grad", f"{owner.name}.grad")
        return self._new(tensor, "input", variable_name(frame, tensor) or "")

    def number_gradients(self, out: object) -> None:
        """Number the gradients that ``autograd.grad`` returned, those without a graph of their own."""
        for tensor in tensors_in(out):
            if not tensor.requires_grad and self.numbers.get(tensor) is None:
                self._new(tensor, "grad", "")

    def untold(self, leaves: Sequence[torch.Tensor]) -> dict[str, Capture]:
        """Capture, as a pass begins, the leaves whose value no call told: a custom Function alone was given them."""
        taken: dict[str, Capture] = {}
        for leaf in leaves:
            number = self._number_of(leaf, None)
            if number not in self.numbers.told:
                self.numbers.told.add(number)
                taken[f"leaf:{self._log.tensors[number].name}"] = self._capture.take(leaf)
        return taken

    def _name_leaf(self, tensor: torch.Tensor, number: int, frame: FrameType | None) -> None:
        """A leaf that the block itself made, as ``torch.ones(2, requires_grad=True)``, is named at its first use."""
        leaf = self._context.leaves.meet(tensor, frame)
        if leaf is not None:
            tensors = self._log.tensors
            tensors[number] = replace(tensors[number], origin=leaf.origin, name=leaf.name, requires_grad=True)

    def _new(self, tensor: torch.Tensor, origin: TensorOrigin, name: str) -> int:
        tensors = self._log.tensors
        number = len(tensors)
        tensors.append(ForwardTensor(number, tensor_meta(tensor), origin, name, tensor.requires_grad))
        self.numbers.put(tensor, number)
        return number

    def made_by(self, nodes: Sequence[TorchNode]) -> list[Op | None]:
        """Return per node the operation that made it, None for leaves and for nodes from outside the block."""
        ops = self._log.ops
        made = self.origins.made_by(nodes, ops)
        for i, node in enumerate(nodes):
            op = self._custom.op(node, len(ops)) if made[i] is None else None
            if op is not None:
                made[i] = op
                ops.append(op)
                self.origins.name(node, op)
        return made
