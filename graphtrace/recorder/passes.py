"""Record a backward pass around the user's own call of ``backward`` or ``autograd.grad``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch
from torch.autograd.graph import GradientEdge

from graphtrace.errors import TraceError
from graphtrace.model import paused_gc
from graphtrace.recorder.backward import BackwardTap, Slot
from graphtrace.recorder.hidden import Hidden
from graphtrace.tracer import LiveGraph, trace_live
from graphtrace.tracer.metas import variable_of
from graphtrace.tracer.roots import Root
from graphtrace.tracer.saved import held_saved

if TYPE_CHECKING:
    from graphtrace.recorder import record

_UNRECORDED = "a backward pass was not recorded: its root is no tensor with a graph, or it is batched"


def run_backward(recorder: record, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Run one backward pass under hooks on every node; hooks are gone afterwards, also after an error."""
    tap = None
    with recorder.tape.quietly("a backward pass"):
        tap = _tap(recorder, func, args, kwargs)
    if tap is None:
        out = func(*args, **kwargs)
        recorder.tape.warnings[_UNRECORDED] = None
        return out
    hidden = Hidden(recorder, tap.live)
    try:
        with recorder.tape.quietly("a backward pass"):
            tap.attach()
        with torch.autograd.set_multithreading_enabled(False), paused_gc():
            out = func(*args, **kwargs)
    except BaseException as error:
        with recorder.tape.quietly("freed tensors"):
            _mark_freed(tap)
        node = _failed_at(tap, error)
        recorder.failed(error, _states(tap, node), call=func.__name__, graph=tap.number, node=node)
        raise
    finally:
        tap.detach()
    with recorder.tape.quietly("the end of a backward pass"):
        _finish(recorder, tap, hidden)
    return out


def _tap(recorder: record, func: Callable[..., Any], args: Any, kwargs: Any) -> BackwardTap | None:
    """Trace the roots. None where torch will raise, or where there is nothing to hook."""
    try:
        call = _signature(func).bind(*args, **kwargs)
        call.apply_defaults()
    except TypeError:
        return None
    roots = _roots(next(iter(call.arguments.values())))
    live = None if call.arguments.get("is_grads_batched") else _live(recorder, roots)
    if live is None:
        return None
    number = len(recorder.tape.graphs)
    seeds, hooked = _seeds(call.arguments, len(roots)), _hooked(recorder, live)
    tap = BackwardTap(recorder.tape, live, number, seeds, hooked, _held_counts(live))
    recorder.tape.graphs.append(live.graph)
    _begin(recorder, tap, func.__name__, call.arguments)
    return tap


def _finish(recorder: record, tap: BackwardTap, hidden: Hidden) -> None:
    freed = _mark_freed(tap)
    _retained(recorder, tap)
    hidden.changed()
    recorder.tape.put("backward_end", facts={"ran": len(tap.ran), "freed": freed}, graph=tap.number)
    recorder.tape.settle()


@lru_cache(maxsize=8)
def _signature(func: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(func)


def _roots(given: Any) -> list[Root]:
    """Return what a pass starts from: tensors, or edges of torch's own."""
    listed = [given] if isinstance(given, torch.Tensor | GradientEdge) else given
    return [one for one in listed if isinstance(one, torch.Tensor | GradientEdge)]


def _live(recorder: record, roots: Sequence[Root]) -> LiveGraph | None:
    """Trace the roots; nodes that the block made carry their op and module. None where torch will raise anyway."""
    leaves = recorder.leaves
    try:
        return trace_live(roots, params=leaves.names(), made_by=recorder.forward.made_by)
    except (TraceError, RuntimeError):  # inside torch.func a root's graph cannot be read
        return None


def _seeds(arguments: dict[str, Any], count: int) -> list[torch.Tensor | None]:
    names = ("gradient", "grad_tensors", "grad_outputs")
    given = next((arguments[name] for name in names if arguments.get(name) is not None), None)
    listed = list(given) if isinstance(given, list | tuple) else [given]
    seeds = [one if isinstance(one, torch.Tensor) else None for one in listed]
    return [*seeds, *[None] * (count - len(seeds))][:count]


def _hooked(recorder: record, live: LiveGraph) -> dict[Slot, str]:
    """Find the slots whose tensor has a hook of the user's, as far as the block saw the tensor or the hook."""
    slots = dict.fromkeys(recorder.forward.hooked(live.nodes), "tensor hook")
    leaves = {i: variable_of(live.nodes[i]) for i, node in enumerate(live.graph.nodes) if node.kind == "accumulate"}
    slots |= {(i, 0): "tensor hook" for i, leaf in leaves.items() if leaf._backward_hooks}
    living = recorder.forward.living()
    hooked = [tensor for tensor, _ in living if getattr(tensor, "_backward_hooks", None) and not tensor.is_leaf]
    ids = {node: i for i, node in enumerate(live.nodes)} if hooked else {}
    edges = [(ids.get(tensor.grad_fn), tensor.output_nr) for tensor in hooked if tensor.grad_fn is not None]
    return slots | {(node, nr): "tensor hook" for node, nr in edges if node is not None}


def _begin(recorder: record, tap: BackwardTap, call: str, arguments: dict[str, Any]) -> None:
    retain = arguments.get("retain_graph")
    create = bool(arguments.get("create_graph"))
    facts = tap.begun
    facts |= {"call": call, "retain_graph": create if retain is None else bool(retain)}
    facts["create_graph"] = create
    facts |= {f"stale:{place}": change for place, change in recorder.forward.stale(tap.live.nodes).items()}
    taken = {
        f"seed:{i}": recorder.tape.contents.take(seed)
        for i, seed in enumerate(tap.seeds)
        if isinstance(seed, torch.Tensor)
    }
    recorder.tape.put("backward_begin", taken, facts, graph=tap.number)


def _held_counts(live: LiveGraph) -> dict[int, int]:
    """Count, per node, the saved tensors that are held."""
    counts = {node.id: sum(saved.state in ("held", "packed") for saved in node.saved) for node in live.graph.nodes}
    return {node: count for node, count in counts.items() if count}


def _mark_freed(tap: BackwardTap) -> int:
    """Note on the events of the nodes that ran which of them lost their saved tensors: read, not assumed."""
    freed = 0
    for node, facts in tap.left.items():
        if not any(True for _ in held_saved(tap.live.nodes[node])):
            facts["freed"] = tap.held[node]
            freed += tap.held[node]
    return freed


def _failed_at(tap: BackwardTap, error: BaseException) -> int | None:
    """Return the node at which a pass failed.

    Where none was running, anomaly mode disliked what the last one returned, or a hook of the user's
    failed before the next one: as long as all ran in the order of their ids, that is known too.
    """
    if tap.running is not None or not tap.ran:
        return tap.running
    if torch.is_anomaly_enabled() and tap.live.graph.nodes[tap.ran[-1]].type in str(error):
        return tap.ran[-1]
    following = len(tap.ran)
    in_order = tap.ran == list(range(following)) and following < len(tap.live.nodes)
    return following if in_order else None


def _states(tap: BackwardTap, node: int | None) -> dict[str, str]:
    """Say of each saved tensor of the node at which a pass failed what became of it."""
    if node is None:
        return {}
    saved = tap.live.graph.nodes[node].saved
    stale = {name[6:]: str(change) for name, change in tap.begun.items() if name.startswith("stale:")}
    return {f"saved:{one.name}": stale.get(f"{node}.{one.name}", one.state) for one in saved}


def _retained(recorder: record, tap: BackwardTap) -> None:
    """Record the gradients of intermediate tensors on which the user called ``retain_grad``."""
    ran = {tap.live.nodes[node] for node in tap.ran}
    for tensor, value in recorder.forward.living():
        if tensor.retains_grad and tensor.grad is not None and tensor.grad_fn in ran:
            taken = recorder.tape.contents.take(tensor.grad)
            recorder.tape.put("retained", {"after": taken}, {"value": value}, graph=tap.number)
