"""Which operation made which node: tags in ``node.metadata``, so that they survive Python's wrapper of the node."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any, NamedTuple

import torch
from torch.autograd.function import BackwardCFunction
from torch.autograd.graph import Node as TorchNode

from graphtrace.model import Op, Source
from graphtrace.recorder.calls import source_of, user_frame
from graphtrace.recorder.context import ModuleCall
from graphtrace.tracer import LiveGraph, guard
from graphtrace.tracer.order import LEAF_SEQ

# Python code of `apply`, which is C++ since torch 2.15.
_APPLY = getattr(getattr(torch.autograd.Function.apply, "__func__", None), "__code__", None)


def metadata_of(node: TorchNode) -> dict[object, Any]:
    """Return the dict that lives on the node itself; torch's stub calls it a method."""
    metadata: dict[object, Any] = node.metadata  # type: ignore[assignment]
    return metadata


class Tag(NamedTuple):
    """What is known of a node: its operation, its rank among the tagged ones, versions of the memory used there."""

    op: Op
    rank: int
    versions: dict[int, int]


class NodeOrigins:
    """Tags nodes with their operations. Each recording has a key of its own, so recordings do not meet."""

    def __init__(self) -> None:
        self._token = object()
        self._hook_token = object()
        self._rank = 0
        self._any_hook = False

    def tag(self, outputs: Sequence[torch.Tensor], op: Op, number: int, versions: dict[int, int]) -> None:
        """Tag the nodes that a call made: those reached from its outputs that are no older than the call.

        Args:
            outputs: What the call returned.
            op: The operation that it was.
            number: The sequence number that was next when the call began: older nodes have smaller ones.
            versions: Versions of the memory of its inputs and outputs, by address.
        """
        queue = [node for tensor in outputs if (node := tensor.grad_fn) is not None]
        if len(queue) == 1 and torch._C._autograd._get_sequence_nr() == number + 1 and self._rank < guard.BAND:
            self._tag_one(queue[0], op, number, versions)
            return
        while queue:
            node = queue.pop()
            if not number <= node._sequence_nr() < LEAF_SEQ or self._token in metadata_of(node):
                continue
            metadata_of(node)[self._token] = Tag(op, self._rank, versions)
            self._rank += 1
            targets = [target for target, _ in node.next_functions if target is not None]
            self._guard(targets)
            queue += targets

    def _tag_one(self, node: TorchNode, op: Op, number: int, versions: dict[int, int]) -> None:
        """Tag the node of a call that made one: none but older ones can be behind it."""
        metadata = metadata_of(node)
        if node._sequence_nr() == number and self._token not in metadata:
            metadata[self._token] = Tag(op, self._rank, versions)
            self._rank += 1

    def _guard(self, targets: Sequence[TorchNode]) -> None:
        """A tagged node is a walked one: hold those that are entered from a later band (see `guard`)."""
        if self._rank < guard.BAND:
            return
        band = self._rank // guard.BAND
        for node in targets:
            tag = metadata_of(node).get(self._token)
            if tag is not None and tag.rank // guard.BAND != band:
                guard.hold([node])

    def made_by(self, nodes: Sequence[TorchNode], ops: Sequence[Op]) -> list[Op | None]:
        """Return per node the operation of `ops` that made it, None for leaves and for nodes from elsewhere."""
        tags = [metadata_of(node).get(self._token) for node in nodes]
        made = [None if tag is None else tag.op for tag in tags]
        return [op if op is not None and op.id < len(ops) and ops[op.id] is op else None for op in made]

    def name(self, node: TorchNode, op: Op) -> None:
        """Note the operation of a node that no call was seen to make."""
        metadata_of(node)[self._token] = Tag(op, self._rank, {})

    def note_hook(self, tensor: torch.Tensor) -> None:
        """Note that the user gave a tensor a hook; it acts even when the tensor is gone."""
        node = tensor.grad_fn
        if node is not None:
            metadata_of(node).setdefault(self._hook_token, []).append(tensor.output_nr)
            self._any_hook = True

    def hooked(self, nodes: Sequence[TorchNode]) -> list[tuple[int, int]]:
        """Return position and output number of the tensors that got a hook within the block."""
        if not self._any_hook:
            return []
        return [(i, nr) for i, node in enumerate(nodes) for nr in metadata_of(node).get(self._hook_token, ())]

    def stale(self, live: LiveGraph, storages: dict[int, int]) -> dict[str, str]:
        """Find saved tensors that were changed in place since their operation ran.

        Args:
            live: The graph, just traced.
            storages: Numbers of the storages behind its saved tensors, by address.

        Returns:
            ``<node id>.<saved name>`` to ``saved at version 0, now at version 1``.
        """
        changed = {}
        addresses = {number: address for address, number in storages.items()}
        for record, node in zip(live.graph.nodes, live.nodes, strict=True):
            tag = metadata_of(node).get(self._token) if record.saved else None
            if tag is None:
                continue
            for saved in record.saved:
                then = None if saved.storage is None else tag.versions.get(addresses[saved.storage])
                if then is not None and saved.version is not None and saved.version != then:
                    changed[f"{record.id}.{saved.name}"] = f"saved at version {then}, now at version {saved.version}"
        return changed


class _Applied(NamedTuple):
    """One application of a custom ``autograd.Function``, known by its class or by the code of its forward."""

    function: object
    module: ModuleCall
    source: Source | None


class CustomFunctions:
    """Finds the operations that custom ``autograd.Function``s are, at the line that applied them.

    No function mode sees ``Function.apply``. But the class's forward runs inside it, without gradients, and the
    node, made just before, has the sequence number before the one that is next.
    """

    def __init__(self) -> None:
        self._first = torch._C._autograd._get_sequence_nr()
        self._applied: dict[int, _Applied] = {}

    def note(self, frame: FrameType | None, module: ModuleCall) -> None:
        """Look whether a call that records no gradient runs inside the forward of a custom Function."""
        number = torch._C._autograd._get_sequence_nr() - 1
        if number in self._applied:
            return
        while frame is not None:
            code = frame.f_code
            if code is _APPLY:
                self._applied[number] = _Applied(frame.f_locals.get("cls"), module, source_of(user_frame(frame)))
                return
            frame = frame.f_back
            if _APPLY is None and frame is not None and _is_forward(code):
                self._applied[number] = _Applied(code, module, source_of(user_frame(frame)))
                return

    def op(self, node: TorchNode, number: int) -> Op | None:
        """Return the operation that a custom node of this block is, with this id; None for any other node."""
        if not isinstance(node, BackwardCFunction) or node._sequence_nr() < self._first:
            return None
        cls = getattr(node, "_forward_cls", None)
        applied = self._applied.get(node._sequence_nr())
        if cls is None:
            return None
        if applied is None or applied.function not in (cls, _code_of(cls)):  # its forward called nothing of torch's
            return Op(number, cls.__name__)
        return Op(number, cls.__name__, *applied.module, source=applied.source)


def _code_of(cls: type) -> object:
    return getattr(getattr(cls, "forward", None), "__code__", None)


@lru_cache(maxsize=1024)
def _is_forward(code: CodeType) -> bool:
    """Tell whether code is the forward of a custom Function: since torch 2.15 ``apply`` itself is no Python."""
    waiting: list[type] = [torch.autograd.Function]
    while waiting:
        cls = waiting.pop()
        if _code_of(cls) is code:
            return True
        waiting += cls.__subclasses__()
    return False
