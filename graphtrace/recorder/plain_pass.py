"""Record a pass in which nothing but torch's own nodes runs: one hook after each node, which sees all of it.

torch hands that hook what entered the node and what left it. Small gradients wait to be copied together; one that
flows into a leaf is never held, since torch would then copy it: it is read as the leaf's ``.grad`` when the pass ends.
Passes with hooks of the user's, custom functions and their like are recorded by `backward` alone.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable

import torch
from torch._C import _current_graph_task_id

from graphtrace.recorder.backward import IN_AND_SUM, SAME, BackwardRecorder, Grads
from graphtrace.recorder.capture import UNREAD, Capture, Taken
from graphtrace.recorder.context import Context
from graphtrace.recorder.gradients import ADDED, NOTHING_DELIVERED, GradientBuffer, after_first
from graphtrace.recorder.log import Facts
from graphtrace.recorder.traced_pass import TracedPass
from graphtrace.tracer.metas import variable_of

_ACCUMULATED = ("before", "added", "after")
_Hook = Callable[[Grads, Grads], None]
_Out = tuple[int, int, GradientBuffer, bool]  # slot, edge, buffer, whether it is that of a leaf


class PlainPassRecorder(BackwardRecorder):
    """Hooks for one plain pass.

    Args:
        context: What the parts of the recording share.
        traced: The pass.
        leaves_run: Whether the node of every leaf will run, as in ``backward()`` without ``inputs``.
    """

    def __init__(self, context: Context, traced: TracedPass, leaves_run: bool) -> None:
        super().__init__(context, traced)
        self._leaves_run = leaves_run
        self._awaited: list[GradientBuffer] = []  # of leaves, whose gradient is read when the pass ends

    def attach(self) -> None:
        """Hook every node."""
        graph, nodes, into = self.traced.live.graph, self.traced.live.nodes, self._buffers.into
        fresh: set[int] = set()
        for number, record in enumerate(graph.nodes):
            if record.kind != "accumulate":
                continue
            leaf = variable_of(nodes[number])
            if self._leaves_run and self._is_fresh(leaf, into[number]):
                fresh.add(number)
                hook = self._leaf_hook(number, leaf, into[number][0], record.param or record.key)
                self._handles.append(nodes[number].register_hook(hook))
            else:
                self._hook(nodes[number], number, True)
        self._hook_operations(fresh)
        self._suspects = self._prehooked
        self._seed()

    @staticmethod
    def _is_fresh(leaf: torch.Tensor, buffers: list[GradientBuffer]) -> bool:
        """Whether the gradient that arrives becomes the leaf's ``.grad``, and no hook sees it."""
        hooked = getattr(leaf, "_post_accumulate_grad_hooks", None)
        return leaf.grad is None and not hooked and len(buffers) == 1 and buffers[0].expected == 1

    def _hook_operations(self, fresh: set[int]) -> None:
        graph, nodes, out = self.traced.live.graph, self.traced.live.nodes, self._buffers.out
        targets = graph.edges
        roots = {node for node, _ in graph.roots}  # a hook before them tells whether the engine began
        for number, record in enumerate(graph.nodes):
            if record.kind == "accumulate":
                continue
            if number in roots:
                self._hook(nodes[number], number, False)
                continue
            leaving = [(slot, edge, buffer, targets[edge].target in fresh) for slot, edge, buffer in out[number]]
            self._handles.append(nodes[number].register_hook(self._operation_hook(number, leaving)))

    def _operation_hook(self, node: int, out: list[_Out]) -> _Hook:
        """Return the hook of a node. What it needs is bound here, since it runs while the program waits."""
        buffers = self._buffers.into[node]
        into = buffers[0] if len(buffers) == 1 else None
        entered, capture, put = self._has_run, self._capture, self._log.append
        step, number, ref, now = self._log.step, self.traced.number, weakref.ref, self._log.now

        def after_node(grads: Grads, incoming: Grads) -> None:
            if _current_graph_task_id() != self._task and self.is_nested():
                return
            try:
                taken = entered(node, into, incoming)
                for slot, edge, buffer, is_leaf in out:
                    grad = grads[slot]
                    if grad is None:
                        added = NOTHING_DELIVERED
                    elif buffer.expected != 1:
                        added = buffer.deliver_later(capture, grad, incoming, taken)
                    else:
                        if is_leaf and grad is not incoming[0]:
                            last = self._await(buffer)
                        else:
                            last = capture.later_known(grad, incoming, taken)
                            if is_leaf:
                                capture.flush()  # a leaf does not take over a gradient that somebody holds
                        buffer.last, buffer.ref, buffer.version = last, ref(grad), grad._version
                        added = ADDED, last
                    put(("edge_add", step, number, None, edge, None, None, now(), None, *added))
            except Exception as error:
                self.missed(error)

        return after_node

    def _leaf_hook(self, node: int, leaf: torch.Tensor, into: GradientBuffer, param: str) -> _Hook:
        """Return the hook of a leaf without a gradient, which takes over the one that arrives."""

        def after_leaf(grads: Grads, incoming: Grads) -> None:
            if _current_graph_task_id() != self._task and self.is_nested():
                return
            try:
                (taken,) = self._has_run(node, into, incoming)
                captures, facts = self._accumulated_in(leaf, incoming[0], taken)
                place = self._log.step, self.traced.number, node, None, param, None, self._log.now()
                self._log.append(("accumulate", *place, facts, _ACCUMULATED, captures))
            except Exception as error:
                self.missed(error)

        return after_leaf

    def _has_run(self, node: int, into: GradientBuffer | None, incoming: Grads) -> tuple[Capture | None, ...]:
        """Record that a node has run, and what entered it. Returns the captures of that."""
        log, number = self._log, self.traced.number
        names: tuple[str, ...] = IN_AND_SUM
        captures: Taken
        facts: Facts | None = SAME
        grad = incoming[0] if len(incoming) == 1 else None
        if (
            into is not None
            and into.ref is not None
            and grad is not None
            and into.ref() is grad
            and grad._version == into.version
            and into.last is not None
        ):
            taken: tuple[Capture | None, ...] = (into.last,)
            captures = into.last
        else:
            names, captures, facts = self._entered_changed(node, incoming)
            taken = self._entered
        at = log.now()
        log.append(("node_in", log.step, number, node, None, None, None, at, facts, names, captures))
        if node in self.traced.held:
            self.progress.left[node] = {}
        left = self.progress.left.get(node)
        log.append(("node_out", log.step, number, node, None, None, None, at, left, (), ()))
        self.progress.ran.append(node)
        return taken

    def _entered_changed(
        self, node: int, incoming: Grads
    ) -> tuple[tuple[str, ...], tuple[Capture | None, ...], Facts | None]:
        """The same where more than one tensor came, or another one than was delivered."""
        buffers = self._buffers.into[node]
        for buffer in buffers:
            self._read_awaited(buffer)
        captures: dict[str, Capture | None] = {}
        facts: Facts = {}
        for input_nr, grad in enumerate(incoming):
            buffer = self._buffers.at(node, input_nr)
            captures[f"in:{input_nr}"], proof = buffer.compare(self._capture, grad)
            if proof is None:
                continue
            facts[f"proof:{input_nr}"], captures[f"sum:{input_nr}"] = proof, buffer.last
        self._entered = tuple([captures[f"in:{i}"] for i in range(len(incoming))])
        return tuple(captures), tuple(captures.values()), facts or None

    def _accumulated_in(
        self, leaf: torch.Tensor, added: torch.Tensor | None, taken: Capture | None
    ) -> tuple[tuple[Capture | None, ...], Facts]:
        """Return captures and facts of a leaf's event; a gradient that was awaited is read as its ``.grad``."""
        after, capture = leaf.grad, self._capture
        if taken is None or added is None or after is None:
            return (None, taken, None if after is None else capture.take(after)), {}
        if after.layout is added.layout is torch.strided and after.data_ptr() == added.data_ptr() != 0:
            if is_awaited(taken):
                capture.later(after, taken, leaves=True)
            capture.remember(after, taken)
            return (None, taken, taken), {"proof": "same"}
        if is_awaited(taken):
            capture.fill(taken, added)
        last, proof = after_first(capture, taken, added, after)
        return (None, taken, last), {} if proof is None else {"proof": proof}

    def _await(self, buffer: GradientBuffer) -> Capture:
        """Return a capture that is read when the gradient has become the leaf's."""
        self._awaited.append(buffer)
        return Capture(UNREAD)

    def _read_awaited(self, buffer: GradientBuffer) -> None:
        """Read what was delivered to a leaf as long as it is there."""
        if buffer.last is not None and is_awaited(buffer.last):
            delivered = buffer.intact()
            if delivered is not None:
                self._capture.fill(buffer.last, delivered)
            else:
                buffer.last.meta = self.traced.live.graph.nodes[0].metas[0]
                self._capture.lost += 1

    def end(self) -> None:
        """Read what a failed pass delivered to leaves whose node never ran."""
        while self._awaited:
            self._read_awaited(self._awaited.pop())

    def failed_at(self, node: int) -> None:
        """Record what entered the node that failed: a hook that runs after it cannot."""
        if self.progress.running is not None:
            return
        log, buffers = self._log, self._buffers.into[node]
        captures = {f"{what}:{i}": buffer.last for i, buffer in enumerate(buffers) for what in ("in", "sum")}
        proofs = ["unknown" if buffer.intact() is None else "same" for buffer in buffers]
        facts: Facts = {f"proof:{i}": proof for i, proof in enumerate(proofs)}
        names, taken = tuple(captures), tuple(captures.values())
        log.append(("node_in", log.step, self.traced.number, node, None, None, None, log.now(), facts, names, taken))


def is_awaited(capture: Capture) -> bool:
    """Return whether a capture is that of a leaf's gradient which nothing has read yet."""
    return capture.meta is UNREAD and capture.content is None
