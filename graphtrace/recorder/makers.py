"""Which op made which node: tags that live in ``node.metadata``, so they survive Python's wrapper of the node."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch.autograd.graph import Node as TorchNode

from graphtrace.model import Op
from graphtrace.tracer import guard
from graphtrace.tracer.order import LEAF_SEQ
from graphtrace.tracer.saved import held_saved, storage_of


def metadata_of(node: TorchNode) -> dict[Any, Any]:
    """Return the dict that lives on the node itself; torch's stub calls it a method."""
    metadata: dict[Any, Any] = node.metadata  # type: ignore[assignment]
    return metadata


class Tag(NamedTuple):
    """What is known of a node: its op, its rank among the tagged ones, versions of the op's memory by address."""

    op: Op
    rank: int
    versions: dict[int, int]


class Makers:
    """Tags nodes for one recording: the key of its tags is its own, so recordings do not meet."""

    def __init__(self) -> None:
        self._token = object()
        self._hook_token = object()
        self._rank = 0
        self._any_hook = False

    def tag(self, outputs: Sequence[torch.Tensor], op: Op, number: int, versions: dict[int, int]) -> None:
        """Tag the nodes that a call made: those reached from its outputs that are no older than the call.

        A node's sequence number tells its age; `number` is the one that was next when the call began.
        """
        queue = [node for tensor in outputs if (node := tensor.grad_fn) is not None]
        while queue:
            node = queue.pop()
            if not number <= node._sequence_nr() < LEAF_SEQ or self._token in metadata_of(node):
                continue
            metadata_of(node)[self._token] = Tag(op, self._rank, versions)
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
            tag = metadata_of(node).get(self._token)
            if tag is not None and tag.rank // guard.BAND != band:
                guard.hold([node])

    def made_by(self, nodes: Sequence[TorchNode], ops: Sequence[Op]) -> list[Op | None]:
        """Return per node the one of `ops` that made it, None for leaves and for nodes from outside the block."""
        tags = [metadata_of(node).get(self._token) for node in nodes]
        found = [None if tag is None else tag.op for tag in tags]
        return [op if op is not None and op.id < len(ops) and ops[op.id] is op else None for op in found]

    def name(self, node: TorchNode, op: Op) -> None:
        """Note the op of a node that no call was seen to make."""
        metadata_of(node)[self._token] = Tag(op, self._rank, {})

    def hook(self, tensor: torch.Tensor) -> None:
        """Note that the user gave a tensor a hook; it acts even when the tensor is gone."""
        node = tensor.grad_fn
        if node is not None:
            metadata_of(node).setdefault(self._hook_token, []).append(tensor.output_nr)
            self._any_hook = True

    def hooked(self, nodes: Sequence[TorchNode]) -> list[tuple[int, int]]:
        """Return node and output number of the tensors that got a hook within the block."""
        if not self._any_hook:
            return []
        return [(i, nr) for i, node in enumerate(nodes) for nr in metadata_of(node).get(self._hook_token, ())]

    def stale(self, nodes: Sequence[TorchNode]) -> dict[str, str]:
        """Find saved tensors that were changed in place since their operation ran.

        Returns:
            ``<node id>.<saved name>`` to ``saved at version 0, now at version 1``.
        """
        found = {}
        for number, node in enumerate(nodes):
            tag = metadata_of(node).get(self._token)
            if tag is None:
                continue
            for name, tensor in held_saved(node):
                address, _ = storage_of(tensor)
                then = tag.versions.get(address) if address is not None else None
                if then is not None and not tensor.is_inference() and tensor._version != then:
                    found[f"{number}.{name}"] = f"saved at version {then}, now at version {tensor._version}"
        return found
