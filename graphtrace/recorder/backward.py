"""Record one backward pass: every node's gradients in the engine's order, every contribution, every proof.

Hooks on every node, registered last, on the calling thread (`set_multithreading_enabled(False)`).
The conservation law is checked while it happens: what enters a node must be, bit for bit, what the
edges delivered. Source of the hook order: ``torch/csrc/autograd/engine.cpp`` (``call_function``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from graphtrace.recorder.accumulation import Accumulation
from graphtrace.recorder.arrivals import ADDED, Arrivals
from graphtrace.recorder.fetch import Pending
from graphtrace.recorder.tape import Tape
from graphtrace.tracer import LiveGraph
from graphtrace.tracer.metas import variable_of

Slot = tuple[int, int]  # node id, input_nr
Grads = tuple[torch.Tensor | None, ...]


_IN, _IN_AND_SUM = ("in:0",), ("in:0", "sum:0")
_SAME = {"proof:0": "same"}  # shared by most nodes


class Hook:
    """Runs with grad mode off, also in a pass with ``create_graph``; a failure of ours is not the program's.

    Its call must return None: any other value would replace a gradient.
    """

    __slots__ = ("_leaf", "_node", "_tap")

    def __init__(self, tap: BackwardTap, node: int, leaf: bool) -> None:
        self._tap, self._node, self._leaf = tap, node, leaf


class _Before(Hook):
    __slots__ = ()

    def __call__(self, grads: Grads) -> None:
        was_enabled = torch.is_grad_enabled()
        torch._C._set_grad_enabled(False)
        try:
            self._tap.enter(self._node, self._leaf, grads)
        except Exception as error:
            self._tap.missed(error)
        finally:
            torch._C._set_grad_enabled(was_enabled)


class _After(Hook):
    __slots__ = ()

    def __call__(self, grads: Grads, incoming: Grads) -> None:
        was_enabled = torch.is_grad_enabled()
        torch._C._set_grad_enabled(False)
        try:
            self._tap.leave(self._node, self._leaf, grads, incoming)
        except Exception as error:
            self._tap.missed(error)
        finally:
            torch._C._set_grad_enabled(was_enabled)


@dataclass(slots=True)
class BackwardTap:
    """Hooks for one pass over one graph.

    Args:
        tape: Where events go.
        live: The graph, just traced.
        number: Position of the graph in the recording.
        seeds: Per root the gradient it starts from, None where torch makes it (a scalar's 1).
        hooked: Slots whose tensor is known to have a hook of the user's, with what it is.
        held: How many saved tensors each node holds, where it holds any.
        begun: Facts of the event that began the pass.
    """

    tape: Tape
    live: LiveGraph
    number: int
    seeds: Sequence[torch.Tensor | None]
    hooked: Mapping[Slot, str]
    held: Mapping[int, int]
    begun: dict[str, Any] = field(default_factory=dict)
    running: int | None = None
    ran: list[int] = field(default_factory=list)
    left: dict[int, dict[str, Any]] = field(default_factory=dict)  # facts of the nodes that held saved tensors
    _out: list[list[tuple[int, int, Arrivals]]] = field(default_factory=list)
    _into: list[list[Arrivals]] = field(default_factory=list)
    _leaves: dict[int, Accumulation] = field(default_factory=dict)
    _entered: tuple[Pending | None, ...] = ()
    _prehooked: set[int] = field(default_factory=set)
    _suspects: set[int] = field(default_factory=set)
    _handles: list[Any] = field(default_factory=list)

    def attach(self) -> None:
        """Hook every node."""
        graph = self.live.graph
        self._out = [[] for _ in graph.nodes]
        self._into = [[] for _ in graph.nodes]
        for node, input_nr in graph.roots:
            self._slot(node, input_nr).expected += 1
        for number, edge in enumerate(graph.edges):
            arrivals = self._slot(edge.target, edge.input_nr)
            arrivals.expected += 1
            self._out[edge.source].append((edge.slot, number, arrivals))
        for live, record in zip(self.live.nodes, graph.nodes, strict=True):
            self._hook(live, record.id, record.kind == "accumulate")
        self._suspects = self._prehooked | {node for node, _ in self.hooked}
        self._seed()

    def _slot(self, node: int, input_nr: int) -> Arrivals:
        slots = self._into[node]
        while len(slots) <= input_nr:
            slots.append(Arrivals())
        return slots[input_nr]

    def _hook(self, node: Any, number: int, leaf: bool) -> None:
        before = node.register_prehook(_Before(self, number, leaf))
        self._handles += before, node.register_hook(_After(self, number, leaf))
        hooks = before.hooks_dict_ref() or {}  # all prehooks of a node share one dict
        if len(hooks) > 1 and not all(isinstance(hook, Hook) for hook in hooks.values()):
            self._prehooked.add(number)

    def detach(self) -> None:
        """Take all hooks off and let go of every gradient."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._into.clear()
        self._out.clear()
        self._leaves.clear()

    def missed(self, error: Exception) -> None:
        """A gradient could not be recorded: the recording says so, the program goes on."""
        self.tape.warnings[f"a gradient could not be recorded: {type(error).__name__}: {error}"[:300]] = None

    def _seed(self) -> None:
        """The roots' own gradients are contributions too; beside others where a root lies inside a root's graph."""
        for (node, input_nr), seed in zip(self.live.graph.roots, self.seeds, strict=True):
            meta = self.live.nodes[node]._input_metadata[input_nr]
            if seed is None:
                seed = torch.ones(tuple(meta.shape), dtype=meta.dtype, device=meta.device)
            elif tuple(seed.shape) != tuple(meta.shape):
                continue  # torch will refuse it, in its own words
            if seed.is_complex() and not meta.dtype.is_complex:
                seed = torch.real(seed)
            self._into[node][input_nr].start(self.tape.contents, seed.detach().to(meta.dtype))

    def enter(self, node: int, leaf: bool, grads: Grads) -> None:
        """A node is about to run."""
        self.running = node
        names: tuple[str, ...]
        values: tuple[Pending | None, ...]
        facts: dict[str, Any] | None = None
        if len(grads) == 1 and node not in self._suspects and (slots := self._into[node]):
            taken, proof = slots[0].compare(self.tape.contents, grads[0])
            names, values = (_IN, (taken,)) if proof is None else (_IN_AND_SUM, (taken, slots[0].last))
            if proof is not None:
                facts = _SAME if proof == "same" else {"proof:0": proof}
            self._entered = values[:1]
        else:
            names, values, facts = self._entered_by_many(node, grads)
        if leaf:
            self._leaves[node] = Accumulation(variable_of(self.live.nodes[node]), self._entered[0])
            self._leaves[node].begin(self.tape.contents)
        self.tape.log("node_in", self.number, node, None, facts, names, *values)

    def _entered_by_many(
        self, node: int, grads: Grads
    ) -> tuple[tuple[str, ...], tuple[Pending | None, ...], dict[str, Any]]:
        """The same for nodes of several outputs, and where a hook of the user's may have acted."""
        values: dict[str, Pending | None] = {}
        facts: dict[str, Any] = {}
        for input_nr, grad in enumerate(grads):
            arrivals = self._slot(node, input_nr)
            values[f"in:{input_nr}"], proof = arrivals.compare(self.tape.contents, grad)
            if proof is not None:
                facts[f"proof:{input_nr}"] = proof
                values[f"sum:{input_nr}"] = arrivals.last
            if node in self._prehooked or (node, input_nr) in self.hooked:
                facts[f"hook:{input_nr}"] = self.hooked.get((node, input_nr), "prehook of the node")
        self._entered = tuple([values[f"in:{i}"] for i in range(len(grads))])
        return tuple(values), tuple(values.values()), facts

    def leave(self, node: int, leaf: bool, grads: Grads, incoming: Grads) -> None:
        """A node has run."""
        facts: dict[str, Any] | None = None
        if node in self.held:
            facts = self.left[node] = {}
        number, log, contents = self.number, self.tape.log, self.tape.contents
        log("node_out", number, node, None, facts)
        self.ran.append(node)
        if leaf:
            self._accumulated(node, incoming[0] if incoming else None)
        for slot, edge, arrivals in self._out[node]:
            grad = grads[slot] if slot < len(grads) else None
            if grad is None:
                log("edge_add", number, None, edge, None, ADDED, None)
            else:
                log("edge_add", number, None, edge, None, *arrivals.deliver(contents, grad, incoming, self._entered))
        self.running = None

    def _accumulated(self, node: int, added: torch.Tensor | None) -> None:
        values, facts = self._leaves.pop(node).end(self.tape.contents, added)
        record = self.live.graph.nodes[node]
        self.tape.put("accumulate", values, facts, graph=self.number, node=node, param=record.param or record.key)
