"""Record one backward pass: every node's gradients in the engine's order, every contribution, every proof.

Hooks on every node, registered last, on the calling thread (`set_multithreading_enabled(False)`). The law of
conservation is checked while it happens: what enters a node must be, bit for bit, what the edges delivered.
Source of the order of hooks: ``torch/csrc/autograd/engine.cpp`` (``call_function``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch.autograd.graph import Node as TorchNode
from torch.utils.hooks import RemovableHandle

from graphtrace.literals import EventKind
from graphtrace.recorder.capture import Capture, Taken
from graphtrace.recorder.context import Context
from graphtrace.recorder.gradients import NOTHING_DELIVERED, Accumulation, GradientBuffers
from graphtrace.recorder.log import Facts
from graphtrace.recorder.traced_pass import Progress, TracedPass
from graphtrace.recorder.unseen import without_dispatch_modes
from graphtrace.tracer.metas import variable_of

Grads = tuple[torch.Tensor | None, ...]

IN, IN_AND_SUM = ("in:0",), ("in:0", "sum:0")
_NESTED = "a backward pass inside a hook of a node was not recorded (call it after the outer pass to see it)"
SAME: Facts = {"proof:0": "same"}  # shared by most nodes


class _NodeHook:
    """Runs a part of the recorder with grad mode off, also in a pass with ``create_graph``.

    Its call must return None: any other value would replace a gradient. A failure of ours is not the program's.
    """

    __slots__ = ("_leaf", "_node", "_recorder")

    def __init__(self, recorder: BackwardRecorder, node: int, leaf: bool) -> None:
        self._recorder, self._node, self._leaf = recorder, node, leaf


class _BeforeNode(_NodeHook):
    __slots__ = ()

    def __call__(self, grads: Grads) -> None:
        was_enabled = torch.is_grad_enabled()
        torch._C._set_grad_enabled(False)
        try:
            if not self._recorder.is_nested():
                with without_dispatch_modes():
                    self._recorder.enter(self._node, self._leaf, grads)
        except Exception as error:
            self._recorder.missed(error)
        finally:
            torch._C._set_grad_enabled(was_enabled)


class _AfterNode(_NodeHook):
    __slots__ = ()

    def __call__(self, grads: Grads, incoming: Grads) -> None:
        was_enabled = torch.is_grad_enabled()
        torch._C._set_grad_enabled(False)
        try:
            if not self._recorder.is_nested():
                with without_dispatch_modes():
                    self._recorder.leave(self._node, self._leaf, grads, incoming)
        except Exception as error:
            self._recorder.missed(error)
        finally:
            torch._C._set_grad_enabled(was_enabled)


class BackwardRecorder:
    """Hooks for one pass over one graph.

    Args:
        context: What the parts of the recording share.
        traced: The pass.
    """

    def __init__(self, context: Context, traced: TracedPass) -> None:
        self.traced, self.progress = traced, Progress()
        self._log, self._capture = context.log, context.capture
        self._buffers = GradientBuffers(traced.live.graph)
        self._handles: list[RemovableHandle] = []
        self._prehooked: set[int] = set()  # nodes with a prehook of the user's
        self._suspects: set[int] = set()  # nodes where a hook of the user's may act
        self._leaves: dict[int, Accumulation] = {}
        self.landed: dict[int, Capture | None] = {}  # what each leaf's .grad was when its node had run
        self._entered: tuple[Capture | None, ...] = ()
        self._task: int | None = None  # the engine's number of this pass

    def attach(self) -> None:
        """Hook every node."""
        live = self.traced.live
        for node, record in zip(live.nodes, live.graph.nodes, strict=True):
            self._hook(node, record.id, record.kind == "accumulate")
        self._suspects = self._prehooked | {node for node, _ in self.traced.hooked}
        self._seed()

    def _hook(self, node: TorchNode, number: int, leaf: bool) -> None:
        before = node.register_prehook(_BeforeNode(self, number, leaf))
        self._handles += before, node.register_hook(_AfterNode(self, number, leaf))
        hooks: Mapping[int, Callable[..., object]] = before.hooks_dict_ref() or {}  # all prehooks of a node share it
        if len(hooks) > 1 and not all(isinstance(hook, _NodeHook) for hook in hooks.values()):
            self._prehooked.add(number)

    def detach(self) -> None:
        """Take all hooks off and let go of every gradient."""
        for handle in self._handles:
            handle.remove()
        self._handles.clear()
        self._buffers.into.clear()
        self._buffers.out.clear()
        self._leaves.clear()

    def missed(self, error: Exception) -> None:
        """A gradient could not be recorded: the recording says so, the program goes on."""
        self._log.warnings[f"a gradient could not be recorded: {type(error).__name__}: {error}"[:300]] = None

    def is_nested(self) -> bool:
        """Return whether the running pass is another one, which a hook of the program started over the same nodes."""
        task = torch._C._current_graph_task_id()
        if self._task is None:
            self._task = task
        if task != self._task:
            self._log.warnings[_NESTED] = None
        return task != self._task

    def _seed(self) -> None:
        """Count each root's seed as a contribution; a root may also receive gradients from another root."""
        live = self.traced.live
        for (node, input_nr), seed in zip(live.graph.roots, self.traced.seeds, strict=True):
            meta = live.nodes[node]._input_metadata[input_nr]
            if seed is None:
                seed = torch.ones(tuple(meta.shape), dtype=meta.dtype, device=meta.device)
            elif tuple(seed.shape) != tuple(meta.shape):
                continue  # torch will refuse it, in its own words
            if seed.is_complex() and not meta.dtype.is_complex:
                seed = torch.real(seed)
            self._buffers.at(node, input_nr).start(self._capture, seed.detach().to(meta.dtype))

    def enter(self, node: int, leaf: bool, grads: Grads) -> None:
        """A node is about to run.

        Args:
            node: Its id.
            leaf: Whether it is the ``AccumulateGrad`` of a leaf.
            grads: Gradients that enter it, one per output of its operation, each of that output's shape.
        """
        self.progress.running = node
        names: tuple[str, ...]
        captures: tuple[Capture | None, ...]
        facts: Facts | None = None
        if len(grads) == 1 and node not in self._suspects and (buffers := self._buffers.into[node]):
            taken, proof = buffers[0].compare(self._capture, grads[0])
            names, captures = (IN, (taken,)) if proof is None else (IN_AND_SUM, (taken, buffers[0].last))
            if proof is not None:
                facts = SAME if proof == "same" else {"proof:0": proof}
            self._entered = captures[:1]
        else:
            names, captures, facts = self._entered_by_many(node, grads)
        if leaf:
            variable = variable_of(self.traced.live.nodes[node])
            self._leaves[node] = Accumulation.begin(self._capture, variable, self._entered[0])
        self._put("node_in", node, None, facts, names, captures)

    def _entered_by_many(self, node: int, grads: Grads) -> tuple[tuple[str, ...], tuple[Capture | None, ...], Facts]:
        """The same for nodes of several outputs, and where a hook of the user's may have acted."""
        captures: dict[str, Capture | None] = {}
        facts: Facts = {}
        for input_nr, grad in enumerate(grads):
            buffer = self._buffers.at(node, input_nr)
            captures[f"in:{input_nr}"], proof = buffer.compare(self._capture, grad)
            if proof is not None:
                facts[f"proof:{input_nr}"] = proof
                captures[f"sum:{input_nr}"] = buffer.last
            if node in self._prehooked or (node, input_nr) in self.traced.hooked:
                facts[f"hook:{input_nr}"] = self.traced.hooked.get((node, input_nr), "prehook of the node")
        self._entered = tuple([captures[f"in:{i}"] for i in range(len(grads))])
        return tuple(captures), tuple(captures.values()), facts

    def leave(self, node: int, leaf: bool, grads: Grads, incoming: Grads) -> None:
        """A node has run.

        Args:
            node: Its id.
            leaf: Whether it is the ``AccumulateGrad`` of a leaf.
            grads: Gradients that leave it, one per edge, None where it sends nothing.
            incoming: Gradients that entered it.
        """
        facts: Facts | None = None
        if node in self.traced.held:
            facts = self.progress.left[node] = {}
        put, capture = self._put, self._capture
        put("node_out", node, None, facts)
        self.progress.ran.append(node)
        if leaf:
            self._accumulated(node, incoming[0] if incoming else None)
        for slot, edge, buffer in self._buffers.out[node]:
            grad = grads[slot] if slot < len(grads) else None
            delivered = NOTHING_DELIVERED if grad is None else buffer.deliver(capture, grad, incoming, self._entered)
            put("edge_add", None, edge, None, *delivered)
        self.progress.running = None

    def _put(
        self,
        kind: EventKind,
        node: int | None,
        edge: int | None,
        facts: Facts | None = None,
        names: tuple[str, ...] = (),
        captures: Taken = (),
    ) -> None:
        log, number = self._log, self.traced.number
        log.append((kind, log.step, number, node, edge, None, None, log.now(), facts, names, captures))

    def end(self) -> None:
        """Finish what the pass left open; nothing here."""

    def failed_at(self, node: int) -> None:
        """Record what entered the node that failed, unless that was recorded when it did."""

    def _accumulated(self, node: int, added: torch.Tensor | None) -> None:
        captures, facts = self._leaves.pop(node).end(self._capture, added)
        self.landed[node] = captures["after"]
        record = self.traced.live.graph.nodes[node]
        number, param = self.traced.number, record.param or record.key
        self._log.put("accumulate", captures, facts, graph=number, node=node, param=param)
