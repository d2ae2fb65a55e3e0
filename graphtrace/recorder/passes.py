"""Record a backward pass around the user's own call of ``backward`` or ``autograd.grad``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache

import torch
from torch.autograd.graph import GradientEdge

from graphtrace.errors import TraceError
from graphtrace.model import paused_gc
from graphtrace.recorder.backward import BackwardRecorder
from graphtrace.recorder.calls import Arguments, Function, Keywords, place_of, source_of, user_frame
from graphtrace.recorder.context import Context
from graphtrace.recorder.forward import ForwardRecorder
from graphtrace.recorder.log import Facts
from graphtrace.recorder.nested import NestedBackwardWatcher, record_reduced
from graphtrace.recorder.plain_pass import PlainPassRecorder
from graphtrace.recorder.traced_pass import Slot, TracedPass, applied_leaves, is_plain, strange_nodes
from graphtrace.tracer import LiveGraph, trace_live
from graphtrace.tracer.metas import variable_of
from graphtrace.tracer.roots import Root
from graphtrace.tracer.saved import held_saved

_UNRECORDED = "a backward pass was not recorded: its root is no tensor with a graph, or it is batched"


class BackwardPasses:
    """Runs the user's backward passes under hooks on every node, which are gone afterwards, also after an error.

    Args:
        context: What the parts of the recording share.
        forward: Knows which operation made which node.

    Attributes:
        nodes_shown: Whether the program got hold of a node: what it did there, as to give it hooks, nobody sees.
    """

    def __init__(self, context: Context, forward: ForwardRecorder) -> None:
        self._context, self._forward, self._log = context, forward, context.log
        self._first_op = len(context.log.ops)
        self.nodes_shown = False

    def run(self, func: Function, args: Arguments, kwargs: Keywords) -> object:
        """Run and record one backward pass."""
        recorder = None
        with self._log.quietly("a backward pass"):
            recorder = self._recorder(func, args, kwargs)
        if recorder is None:
            out = func(*args, **kwargs)
            self._log.warnings[_UNRECORDED] = None
            return out
        nested = NestedBackwardWatcher(self._context, recorder.traced.live)
        try:
            with self._log.quietly("a backward pass"):
                nested.begin()
                recorder.attach()
            with _on_one_thread(), paused_gc():
                out = func(*args, **kwargs)
        except BaseException as error:
            self._failed(recorder, error, func.__name__)
            raise
        finally:
            recorder.detach()
        with self._log.quietly("the end of a backward pass"):
            recorder.end()
            self._forward.number_gradients(out)
            self._finish(recorder, nested)
        return out

    def _recorder(self, func: Function, args: Arguments, kwargs: Keywords) -> BackwardRecorder | None:
        """Trace the roots, and begin the pass. None where torch will raise, or where there is nothing to hook."""
        try:
            call = _signature(func).bind(*args, **kwargs)
            call.apply_defaults()
        except TypeError:
            return None
        arguments: Mapping[str, object] = call.arguments
        roots = _roots(next(iter(arguments.values())))
        storages: dict[int, int] = {}
        live = None if arguments.get("is_grads_batched") else self._trace(roots, storages)
        if live is None:
            return None
        seeds = _seeds(arguments, len(roots))
        if any(map(_is_batched, seeds)):
            return None
        begun = _options(func.__name__, arguments)
        begun |= place_of(source_of(user_frame()))
        begun |= {f"stale:{place}": change for place, change in self._forward.origins.stale(live, storages).items()}
        traced = TracedPass(live, len(self._log.graphs), seeds, self._hooked(live), _held_counts(live), begun)
        self._context.capture.flush()
        self._log.graphs.append(live.graph)
        self._log.roots = [root.detach() for root in roots if isinstance(root, torch.Tensor)]
        taken = {f"seed:{i}": self._context.capture.take(seed) for i, seed in enumerate(seeds) if seed is not None}
        taken |= self._forward.untold(applied_leaves(live))
        self._log.put("backward_begin", taken, begun, graph=traced.number)
        if not is_plain(traced, live.nodes if self.nodes_shown else strange_nodes(live, self._first_op)):
            return BackwardRecorder(self._context, traced)
        leaves_run = func is not torch.autograd.grad and arguments.get("inputs") is None
        return PlainPassRecorder(self._context, traced, leaves_run)

    def _trace(self, roots: Sequence[Root], storages: dict[int, int]) -> LiveGraph | None:
        """Trace the roots; nodes that the block made carry their operation and module."""
        leaves = self._context.leaves.names()
        try:
            live = trace_live(roots, params=leaves, made_by=self._forward.made_by, storages=storages)
            unnamed = [leaf for leaf in applied_leaves(live) if self._context.leaves.find(leaf) is None]
            for leaf in unnamed:
                self._context.leaves.meet(leaf, user_frame())
            if not unnamed:
                return live
            storages.clear()
            return self._trace(roots, storages)
        except (TraceError, RuntimeError):  # torch will raise as well; inside torch.func the graph cannot be read
            return None

    def _hooked(self, live: LiveGraph) -> dict[Slot, str]:
        """Find the slots whose tensor has a hook of the user's, as far as the block saw the tensor or the hook."""
        slots = dict.fromkeys(self._forward.origins.hooked(live.nodes), "tensor hook")
        leaves = {i: variable_of(live.nodes[i]) for i, node in enumerate(live.graph.nodes) if node.kind == "accumulate"}
        slots |= {(i, 0): "tensor hook" for i, leaf in leaves.items() if leaf._backward_hooks}
        living = self._forward.numbers.living()
        hooked = [tensor for tensor, _ in living if getattr(tensor, "_backward_hooks", None) and not tensor.is_leaf]
        ids = {node: i for i, node in enumerate(live.nodes)} if hooked else {}
        edges = [(ids.get(tensor.grad_fn), tensor.output_nr) for tensor in hooked if tensor.grad_fn is not None]
        return slots | {(node, nr): "tensor hook" for node, nr in edges if node is not None}

    def _finish(self, recorder: BackwardRecorder, nested: NestedBackwardWatcher) -> None:
        freed = _mark_freed(recorder)
        self._retained(recorder)
        nested.record_changes()
        record_reduced(self._context, recorder)
        facts: Facts = {"ran": len(recorder.progress.ran), "freed": freed}
        self._log.put("backward_end", facts=facts, graph=recorder.traced.number)
        self._context.settle()

    def _failed(self, recorder: BackwardRecorder, error: BaseException, call: str) -> None:
        traced, node = recorder.traced, _failed_at(recorder, error)
        with self._log.quietly("freed tensors"):
            recorder.end()
            if node is not None:
                recorder.failed_at(node)
            _mark_freed(recorder)
        source = source_of(user_frame())
        self._context.failed(error, source, call, _states(traced, node), graph=traced.number, node=node)

    def _retained(self, recorder: BackwardRecorder) -> None:
        """Record the gradients of intermediate tensors on which the user called ``retain_grad``."""
        traced = recorder.traced
        ran = {traced.live.nodes[node] for node in recorder.progress.ran}
        for tensor, number in self._forward.numbers.living():
            if tensor.retains_grad and tensor.grad is not None and tensor.grad_fn in ran:
                taken = self._context.capture.take(tensor.grad)
                self._log.put("retained", {"after": taken}, {"value": number}, graph=traced.number)


@contextmanager
def _on_one_thread() -> Iterator[None]:
    """Make the engine run every node on the calling thread, unseen by modes of the program."""
    was_enabled = torch._C._is_multithreading_enabled()
    _set_multithreading(False)
    try:
        yield
    finally:
        _set_multithreading(was_enabled)


def _set_multithreading(enabled: bool) -> None:
    with torch._C.DisableTorchFunction():
        torch._C._set_multithreading_enabled(enabled)


@lru_cache(maxsize=8)
def _signature(func: Function) -> inspect.Signature:
    return inspect.signature(func)


def _roots(argument: object) -> list[Root]:
    """Return what a pass starts from: tensors, or edges of torch's own."""
    if isinstance(argument, torch.Tensor | GradientEdge):
        return [argument]
    listed = argument if isinstance(argument, Sequence) else ()
    return [root for root in listed if isinstance(root, torch.Tensor | GradientEdge)]


def _seeds(arguments: Mapping[str, object], count: int) -> list[torch.Tensor | None]:
    """Return the gradient that each of `count` roots starts from, None where torch makes it."""
    names = ("gradient", "grad_tensors", "grad_outputs")
    argument = next((arguments[name] for name in names if arguments.get(name) is not None), None)
    listed = list(argument) if isinstance(argument, list | tuple) else [argument]
    seeds = [seed if isinstance(seed, torch.Tensor) else None for seed in listed]
    return [*seeds, *[None] * (count - len(seeds))][:count]


def _is_batched(seed: torch.Tensor | None) -> bool:
    """Return whether a gradient stands for many at once, as inside ``torch.vmap``: it has no numbers of its own."""
    functorch = torch._C._functorch
    return seed is not None and (functorch.is_batchedtensor(seed) or functorch.is_legacy_batchedtensor(seed))


def _options(call: str, arguments: Mapping[str, object]) -> Facts:
    retain, create = arguments.get("retain_graph"), bool(arguments.get("create_graph"))
    return {"call": call, "retain_graph": create if retain is None else bool(retain), "create_graph": create}


def _held_counts(live: LiveGraph) -> dict[int, int]:
    """Count, per node, the saved tensors that are held."""
    counts = {node.id: sum(saved.state in ("held", "packed") for saved in node.saved) for node in live.graph.nodes}
    return {node: count for node, count in counts.items() if count}


def _mark_freed(recorder: BackwardRecorder) -> int:
    """Note on the events of the nodes that ran which of them lost their saved tensors: read, not assumed."""
    freed, traced = 0, recorder.traced
    for node, facts in recorder.progress.left.items():
        if not any(True for _ in held_saved(traced.live.nodes[node])):
            facts["freed"] = traced.held[node]
            freed += traced.held[node]
    return freed


def _failed_at(recorder: BackwardRecorder, error: BaseException) -> int | None:
    """Return the node at which a pass failed.

    Where none was running, anomaly mode disliked what the last one returned, or a hook of the user's
    failed before the next one: as long as all ran in the order of their ids, that is known too.
    """
    live, ran = recorder.traced.live, recorder.progress.ran
    if recorder.progress.running is not None or not ran:
        return recorder.progress.running
    if torch.is_anomaly_enabled() and live.graph.nodes[ran[-1]].type in str(error):
        return ran[-1]
    following = len(ran)
    in_order = ran == list(range(following)) and following < len(live.nodes)
    return following if in_order else None


def _states(traced: TracedPass, node: int | None) -> Facts:
    """Say of each saved tensor of the node at which a pass failed what became of it."""
    if node is None:
        return {}
    saved = traced.live.graph.nodes[node].saved
    return {f"saved:{one.name}": traced.begun.get(f"stale:{node}.{one.name}", one.state) for one in saved}
