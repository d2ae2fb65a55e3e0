"""Walk a backward graph: every node once, every entry of ``next_functions`` as an edge, no recursion.

Reads ``next_functions`` only. Nodes are kept by object while they are numbered: before torch 2.13
a dropped wrapper's ``id()`` is reused in mid-walk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from torch.autograd.graph import Node as TorchNode


@dataclass(slots=True)
class Walk:
    """Nodes in order of discovery, and their edges by source and slot; numbers are positions in `nodes`.

    Attributes:
        sources, slots, targets, input_nrs: One entry per edge.
        widths: Per node the length of its ``next_functions``.
        none_slots: The slots that lead nowhere, of the nodes that have any.
        roots: Where the walk began.
        seqs: Per node its sequence number; filled later, by `described`.
    """

    nodes: list[TorchNode] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    input_nrs: list[int] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    none_slots: dict[int, tuple[int, ...]] = field(default_factory=dict)
    roots: list[int] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)


def walk(roots: Iterable[TorchNode], into: Walk) -> Walk:
    """Fill `into` with all that the roots reach; in place, so that the nodes of an interrupted walk are known."""
    nodes, index = into.nodes, {}
    for root in roots:
        if root not in index:
            index[root] = len(nodes)
            nodes.append(root)
        into.roots.append(index[root])
    sources, slots, targets, input_nrs = into.sources, into.slots, into.targets, into.input_nrs
    widths, none_slots = into.widths, into.none_slots
    for source, node in enumerate(nodes):  # grows while it is read
        entries = node.next_functions
        widths.append(len(entries))
        for slot, (target_node, input_nr) in enumerate(entries):
            if target_node is None:
                none_slots[source] = (*none_slots.get(source, ()), slot)
                continue
            target = index.get(target_node)
            if target is None:
                target = index[target_node] = len(nodes)
                nodes.append(target_node)
            sources.append(source)
            slots.append(slot)
            targets.append(target)
            input_nrs.append(input_nr)
    return into
