"""A backward pass as it was traced before it runs, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch._C import _len_torch_dispatch_stack
from torch.autograd.graph import Node as TorchNode

from graphtrace.recorder.log import Facts
from graphtrace.tracer import LiveGraph
from graphtrace.tracer.metas import variable_of

_PLAIN = frozenset({"op", "accumulate", "copy", "copyslices"})  # kinds of nodes that run nothing but torch's own code
Slot = tuple[int, int]  # node id, input_nr


@dataclass(frozen=True, slots=True, eq=False)
class TracedPass:
    """A backward pass before it runs.

    Attributes:
        live: The graph, just traced.
        number: Its number in the recording.
        seeds: Per root the gradient it starts from, None where torch makes it (a scalar's 1).
        hooked: Slots whose tensor is known to have a hook of the user's, with what it is.
        held: How many saved tensors each node holds, where it holds any.
        begun: Facts of the event that begins the pass.
    """

    live: LiveGraph
    number: int
    seeds: Sequence[torch.Tensor | None]
    hooked: Mapping[Slot, str]
    held: Mapping[int, int]
    begun: Facts


@dataclass(slots=True)
class Progress:
    """How far a pass has come.

    Attributes:
        running: The node that runs now, None between nodes.
        ran: Nodes that have run, in order.
        left: Facts of the events ``node_out`` of nodes that held saved tensors, to be completed.
    """

    running: int | None = None
    ran: list[int] = field(default_factory=list)
    left: dict[int, Facts] = field(default_factory=dict)


def applied_leaves(live: LiveGraph) -> list[torch.Tensor]:
    """Return the leaves that custom Functions of the block were given: no call need have had them."""
    nodes = live.graph.nodes
    custom = {node.id for node in nodes if node.kind == "custom" and node.op is not None}
    ends = {edge.target for edge in live.graph.edges if edge.source in custom} if custom else set()
    return [variable_of(live.nodes[end]) for end in sorted(ends) if nodes[end].kind == "accumulate"]


def strange_nodes(live: LiveGraph, first_op: int) -> list[TorchNode]:
    """Return the nodes that no operation from `first_op` on made: the program may have had them before the block."""
    made_here = [record.op is not None and record.op >= first_op for record in live.graph.nodes]
    return [node for node, here in zip(live.nodes, made_here, strict=True) if not here]


def is_plain(traced: TracedPass, strange: Sequence[TorchNode]) -> bool:
    """Return whether nothing of the program's own can run inside a pass, as far as that can be known.

    Args:
        traced: The pass.
        strange: The nodes that may have hooks of the program's.
    """
    functorch, distributed = torch._C._functorch, torch.distributed
    return not (
        traced.hooked
        or traced.begun["create_graph"]
        or torch.is_anomaly_enabled()
        or _len_torch_dispatch_stack()
        or functorch.peek_interpreter_stack() is not None
        or (distributed.is_available() and distributed.is_initialized())
        or any(node.kind not in _PLAIN for node in traced.live.graph.nodes)
        or any(map(_has_hooks, strange))
    )


def _has_hooks(node: TorchNode) -> bool:
    """Return whether the program gave a node hooks. Those of one kind share a dict, which a hook of ours tells."""
    for register in (node.register_prehook, node.register_hook):
        handle = register(_no_hook)
        hooks = handle.hooks_dict_ref() or {}
        handle.remove()
        if hooks:
            return True
    return False


def _no_hook(*grads: object) -> None:
    """Leave everything as it is."""
