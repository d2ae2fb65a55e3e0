"""Record one backward pass: every node's gradients in the engine's order, every contribution, every proof.

Hooks on every node, registered last, on the calling thread (`set_multithreading_enabled(False)`).
The conservation law is checked while it happens: what enters a node must be, bit for bit, what the
edges delivered. Source of the hook order: ``torch/csrc/autograd/engine.cpp`` (``call_function``).
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch

from graphtrace.recorder.contents import Pending
from graphtrace.recorder.tape import Draft, Tape
from graphtrace.tracer import LiveGraph
from graphtrace.tracer.describe import variable_of
from graphtrace.tracer.saved import storage_of

Slot = tuple[int, int]  # node id, input_nr
_INTEGERS = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


@dataclass(slots=True)
class Arrivals:
    """What has been delivered to one slot so far."""

    expected: int
    last: Pending | None = None
    ref: weakref.ref[torch.Tensor] | None = None  # the delivered tensor itself, where only one is expected
    total: torch.Tensor | None = None  # partial sum, where several are


@dataclass(slots=True)
class Before:
    """A leaf's .grad as it was when its gradient arrived, and that gradient's content."""

    kept: torch.Tensor | None
    taken: Pending | None
    added: Pending | None


@dataclass(slots=True)
class BackwardTap:
    """Hooks for one pass over one graph.

    Args:
        tape: Where events go.
        live: The graph, just traced.
        number: Position of the graph in the recording.
        seeds: Per root the gradient it starts from, None where torch makes it (a scalar's 1).
        hooked: Slots whose tensor is known to have a hook of the user's.
    """

    tape: Tape
    live: LiveGraph
    number: int
    seeds: Sequence[torch.Tensor | None]
    hooked: Set[Slot] = frozenset()
    running: int | None = None
    ran: list[int] = field(default_factory=list)
    left: dict[int, Draft] = field(default_factory=dict)
    _out: list[list[tuple[int, int, int, int]]] = field(default_factory=list)
    _slots: dict[Slot, Arrivals] = field(default_factory=dict)
    _before: dict[int, Before] = field(default_factory=dict)
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
            self._handles.append(node.register_prehook(_quietly(self._enter, record.id, leaf)))
            self._handles.append(node.register_hook(_quietly(self._leave, record.id, leaf)))
        self._seed()

    def detach(self) -> None:
        """Take all hooks off and let go of every gradient."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._slots.clear()
        self._before.clear()

    @torch.no_grad()
    def _seed(self) -> None:
        """The roots' own gradients count as contributions where a root lies inside another root's graph."""
        for slot, seed in zip(self.live.graph.roots, self.seeds, strict=True):
            arrivals = self._slots[slot]
            if arrivals.expected > 1:
                meta = self.live.nodes[slot[0]]._input_metadata[slot[1]]
                ones = torch.ones(meta.shape, dtype=meta.dtype, device=meta.device)
                self._sum(arrivals, ones if seed is None else seed.detach().to(meta.dtype).expand_as(ones))
                arrivals.last = self._taken_total(arrivals)

    def _enter(self, node: int, leaf: bool, grads: tuple[torch.Tensor | None, ...]) -> None:
        self.running = node
        values: dict[str, Pending | None] = {}
        facts: dict[str, Any] = {}
        for input_nr, grad in enumerate(grads):
            arrivals = self._slots.get((node, input_nr), Arrivals(0))
            values[f"in:{input_nr}"], proof = self._compare(arrivals, grad)
            if proof is not None:
                facts[f"proof:{input_nr}"] = proof
                values[f"sum:{input_nr}"] = arrivals.last
            if (node, input_nr) in self.hooked:
                facts[f"hook:{input_nr}"] = True
        if leaf:
            self._note_before(node, values.get("in:0"))
        self.tape.put("node_in", values, facts, graph=self.number, node=node)

    def _compare(self, arrivals: Arrivals, grad: torch.Tensor | None) -> tuple[Pending | None, Any]:
        """Return the content that enters, and the proof that it is what was delivered.

        The proof is ``same`` where it is the very tensor that the one edge delivered, a flag where
        it was compared bit for bit, ``unknown`` where another large tensor came in its place, and
        None where there is nothing to compare with (a seed, or no gradient).
        """
        if grad is None:
            return None, None
        if arrivals.last is None:
            return self.tape.contents.take(grad), None
        if arrivals.ref is not None and arrivals.ref() is grad:
            return arrivals.last, "same"
        expected = arrivals.total
        if expected is None and arrivals.last.sample is None:
            expected = arrivals.last.kept
        proof = "unknown" if expected is None else self.tape.contents.flag(same_bits(expected, grad))
        return self.tape.contents.take(grad), proof

    def _leave(
        self,
        node: int,
        leaf: bool,
        grads: tuple[torch.Tensor | None, ...],
        incoming: tuple[torch.Tensor | None, ...],
    ) -> None:
        self.left[node] = self.tape.put("node_out", graph=self.number, node=node)
        self.ran.append(node)
        if leaf:
            self._accumulated(node, incoming[0] if incoming else None)
        for slot, edge, target, input_nr in self._out[node]:
            self._deliver(edge, grads[slot] if slot < len(grads) else None, self._slots[target, input_nr])
        self.running = None

    def _deliver(self, edge: int, grad: torch.Tensor | None, arrivals: Arrivals) -> None:
        values: dict[str, Pending | None] = {"added": None}
        if grad is not None:
            taken = values["added"] = self.tape.contents.take(grad)
            if arrivals.expected == 1:
                arrivals.last, arrivals.ref = taken, weakref.ref(grad)
            else:
                first = arrivals.total is None
                self._sum(arrivals, grad)
                values["sum"] = arrivals.last = taken if first else self._taken_total(arrivals)
        self.tape.put("edge_add", values, graph=self.number, edge=edge)

    def _taken_total(self, arrivals: Arrivals) -> Pending | None:
        return None if arrivals.total is None else self.tape.contents.take(arrivals.total)

    def _sum(self, arrivals: Arrivals, grad: torch.Tensor) -> None:
        """Add in order of arrival, as the engine's buffer does (``InputBuffer::add``)."""
        arrivals.total = grad.detach().clone() if arrivals.total is None else arrivals.total + grad.detach()

    def _note_before(self, node: int, added: Pending | None) -> None:
        grad = variable_of(self.live.nodes[node]).grad
        kept = None if grad is None else grad.detach().clone()
        self._before[node] = Before(kept, None if kept is None else self.tape.contents.take(kept), added)

    def _accumulated(self, node: int, added: torch.Tensor | None) -> None:
        """Record how a leaf took its gradient in. torch may steal the gradient's storage: then nothing was copied."""
        before, record = self._before.pop(node), self.live.graph.nodes[node]
        after = variable_of(self.live.nodes[node]).grad
        values = {"before": before.taken, "added": before.added, "after": before.added}
        proof: Any = None
        if after is None or added is None:
            values["after"] = None if after is None else self.tape.contents.take(after)
        elif before.kept is None and storage_of(added)[0] == storage_of(after)[0] is not None:
            proof = "same"
        else:
            expected = added.detach() if before.kept is None else before.kept + added.detach()
            proof = self.tape.contents.flag(same_bits(expected, after.detach()))
            values["after"] = self.tape.contents.take(after)
        facts = {} if proof is None else {"proof": proof}
        self.tape.put("accumulate", values, facts, graph=self.number, node=node, param=record.param or record.key)


def _quietly(hook: Callable[..., None], *fixed: Any) -> Callable[..., None]:
    """Wrap a hook so that it runs with grad mode off, also in a pass with ``create_graph``."""
    bound = partial(hook, *fixed)

    def run(*grads: Any) -> None:
        if torch.is_grad_enabled():
            with torch.no_grad():
                bound(*grads)
        else:
            bound(*grads)

    return run


def same_bits(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Compare two tensors to the last bit, on their device. Returns a 0-dim bool."""
    if one.layout is not torch.strided or other.layout is not torch.strided:
        one, other = one.to_dense(), other.to_dense()
    if one.shape != other.shape or one.dtype != other.dtype:
        return torch.tensor(False, device=other.device)
    return (_as_integers(one) == _as_integers(other)).all()


def _as_integers(tensor: torch.Tensor) -> torch.Tensor:
    plain = tensor.detach().resolve_conj().resolve_neg().contiguous()
    if plain.is_complex():
        plain = torch.view_as_real(plain)
    return plain.view(_INTEGERS[plain.element_size()])
