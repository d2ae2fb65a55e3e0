"""Record one backward pass: every node's gradients in the engine's order, every contribution, every proof.

Hooks on every node, registered last, on the calling thread (`set_multithreading_enabled(False)`).
The conservation law is checked while it happens: what enters a node must be, bit for bit, what the
edges delivered. Source of the hook order: ``torch/csrc/autograd/engine.cpp`` (``call_function``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch

from graphtrace.recorder.accumulation import Accumulation
from graphtrace.recorder.arrivals import Arrivals
from graphtrace.recorder.fetch import Pending
from graphtrace.recorder.tape import Draft, Tape
from graphtrace.tracer import LiveGraph
from graphtrace.tracer.metas import variable_of

Slot = tuple[int, int]  # node id, input_nr
Grads = tuple[torch.Tensor | None, ...]


class Hook:
    """Runs with grad mode off, also in a pass with ``create_graph``; a failure of ours is not the program's."""

    __slots__ = ("_hook", "_warnings")

    def __init__(self, hook: Callable[..., None], warnings: dict[str, None]) -> None:
        self._hook, self._warnings = hook, warnings

    def __call__(self, *grads: Any) -> None:
        """Must return None: any other value would replace a gradient."""
        was_enabled = torch.is_grad_enabled()
        torch._C._set_grad_enabled(False)
        try:
            self._hook(*grads)
        except Exception as error:
            self._warnings[f"a gradient could not be recorded: {type(error).__name__}: {error}"[:300]] = None
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
    """

    tape: Tape
    live: LiveGraph
    number: int
    seeds: Sequence[torch.Tensor | None]
    hooked: Mapping[Slot, str]
    begun: Draft | None = None
    running: int | None = None
    ran: list[int] = field(default_factory=list)
    left: dict[int, Draft] = field(default_factory=dict)
    _out: list[list[tuple[int, int, int, int]]] = field(default_factory=list)
    _slots: dict[Slot, Arrivals] = field(default_factory=dict)
    _leaves: dict[int, Accumulation] = field(default_factory=dict)
    _entered: list[Pending | None] = field(default_factory=list)
    _prehooked: set[int] = field(default_factory=set)
    _handles: list[Any] = field(default_factory=list)

    def attach(self) -> None:
        """Hook every node."""
        graph = self.live.graph
        self._out = [[] for _ in graph.nodes]
        fan_in: Counter[Slot] = Counter(graph.roots)
        for number, edge in enumerate(graph.edges):
            self._out[edge.source].append((edge.slot, number, edge.target, edge.input_nr))
            fan_in[edge.target, edge.input_nr] += 1
        self._slots = {slot: Arrivals(count) for slot, count in fan_in.items()}
        for node, record in zip(self.live.nodes, graph.nodes, strict=True):
            leaf = record.kind == "accumulate"
            before = node.register_prehook(Hook(partial(self._enter, record.id, leaf), self.tape.warnings))
            after = node.register_hook(Hook(partial(self._leave, record.id, leaf), self.tape.warnings))
            self._handles += before, after
            if not all(isinstance(hook, Hook) for hook in (before.hooks_dict_ref() or {}).values()):
                self._prehooked.add(record.id)  # all prehooks of a node share one dict
        Hook(self._seed, self.tape.warnings)()

    def detach(self) -> None:
        """Take all hooks off and let go of every gradient."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._slots.clear()
        self._leaves.clear()

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
            self._slots[node, input_nr].start(self.tape.contents, seed.detach().to(meta.dtype))

    def _enter(self, node: int, leaf: bool, grads: Grads) -> None:
        self.running = node
        values: dict[str, Pending | None] = {}
        facts: dict[str, Any] = {}
        for input_nr, grad in enumerate(grads):
            arrivals = self._slots.get((node, input_nr)) or Arrivals(0)
            values[f"in:{input_nr}"], proof = arrivals.compare(self.tape.contents, grad)
            if proof is not None:
                facts[f"proof:{input_nr}"] = proof
                values[f"sum:{input_nr}"] = arrivals.last
            if node in self._prehooked or (node, input_nr) in self.hooked:
                facts[f"hook:{input_nr}"] = self.hooked.get((node, input_nr), "prehook of the node")
        self._entered = list(values.values()) if not facts else [values[f"in:{i}"] for i in range(len(grads))]
        if leaf:
            self._leaves[node] = Accumulation(variable_of(self.live.nodes[node]), values.get("in:0"))
            self._leaves[node].begin(self.tape.contents)
        self.tape.put("node_in", values, facts, graph=self.number, node=node)

    def _leave(self, node: int, leaf: bool, grads: Grads, incoming: Grads) -> None:
        self.left[node] = self.tape.put("node_out", graph=self.number, node=node)
        self.ran.append(node)
        if leaf:
            self._accumulated(node, incoming[0] if incoming else None)
        known = [*zip(incoming, self._entered, strict=False)]
        for slot, edge, target, input_nr in self._out[node]:
            grad = grads[slot] if slot < len(grads) else None
            arrivals = self._slots[target, input_nr]
            values = {"added": None} if grad is None else arrivals.deliver(self.tape.contents, grad, known)
            self.tape.put("edge_add", values, graph=self.number, edge=edge)
        self.running = None

    def _accumulated(self, node: int, added: torch.Tensor | None) -> None:
        values, facts = self._leaves.pop(node).end(self.tape.contents, added)
        record = self.live.graph.nodes[node]
        self.tape.put("accumulate", values, facts, graph=self.number, node=node, param=record.param or record.key)
