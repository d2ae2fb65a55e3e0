"""Record a backward pass around the user's own call of ``backward`` or ``autograd.grad``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch

from graphtrace.errors import TraceError
from graphtrace.recorder.backward import BackwardTap, Slot
from graphtrace.recorder.leaves import tensors_in
from graphtrace.tracer import LiveGraph, trace_live
from graphtrace.tracer.saved import held_saved

if TYPE_CHECKING:
    from graphtrace.recorder import record


def run_backward(recorder: record, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Run one backward pass under hooks on every node; hooks are gone afterwards, also after an error."""
    call = _signature(func).bind(*args, **kwargs)
    call.apply_defaults()
    roots = tensors_in(next(iter(call.arguments.values())))
    live = _live(recorder, roots)
    if live is None or call.arguments.get("is_grads_batched"):
        recorder.tape.warnings["a backward pass was not recorded: its root has no graph, or it is batched"] = None
        return func(*args, **kwargs)
    seeds = _seeds(call.arguments, len(roots))
    number = len(recorder.tape.graphs)
    recorder.tape.graphs.append(live.graph)
    tap = BackwardTap(recorder.tape, live, number, seeds, _hooked(recorder, live))
    _begin(recorder, tap, func.__name__, call.arguments)
    return _run(recorder, tap, func, args, kwargs)


def _run(recorder: record, tap: BackwardTap, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    held = _held_names(tap.live)
    try:
        tap.attach()
        with torch.autograd.set_multithreading_enabled(False):
            out = func(*args, **kwargs)
    except BaseException as error:
        _mark_freed(tap, held)
        recorder.failed(error, graph=tap.number, node=tap.running)
        raise
    finally:
        tap.detach()
    freed = _mark_freed(tap, held)
    _retained(recorder, tap)
    facts = {"ran": len(tap.ran), "freed": freed}
    recorder.tape.put("backward_end", facts=facts, graph=tap.number)
    recorder.tape.settle()
    return out


@lru_cache(maxsize=8)
def _signature(func: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(func)


def _live(recorder: record, roots: Sequence[torch.Tensor]) -> LiveGraph | None:
    """Trace the roots; nodes that the block made carry their op and module. None where torch will raise anyway."""
    leaves = recorder.leaves
    try:
        return trace_live(roots, params=leaves.names(), made_by=recorder.forward.made_by)
    except TraceError:
        return None


def _seeds(arguments: dict[str, Any], count: int) -> list[torch.Tensor | None]:
    given = next((arguments[name] for name in ("gradient", "grad_tensors", "grad_outputs") if name in arguments), None)
    if given is None:
        return [None] * count
    listed = list(given) if isinstance(given, list | tuple) else [given]
    return [*listed, *[None] * (count - len(listed))]


def _hooked(recorder: record, live: LiveGraph) -> set[Slot]:
    """Find the slots whose tensor has a hook of the user's, as far as the block knows the tensor."""
    hooked = [tensor for tensor, _ in recorder.forward.living() if getattr(tensor, "_backward_hooks", None)]
    if not hooked:
        return set()
    ids = {node: i for i, node in enumerate(live.nodes)}
    slots = set()
    for tensor in hooked:
        edge = torch.autograd.graph.get_gradient_edge(tensor)
        if edge.node in ids:
            slots.add((ids[edge.node], edge.output_nr))
    return slots


def _begin(recorder: record, tap: BackwardTap, call: str, arguments: dict[str, Any]) -> None:
    retain = arguments.get("retain_graph")
    create = bool(arguments.get("create_graph"))
    facts: dict[str, Any] = {"call": call, "retain_graph": create if retain is None else retain, "create_graph": create}
    facts |= {f"stale:{place}": change for place, change in recorder.forward.stale(tap.live).items()}
    with torch.no_grad():
        taken = {
            f"seed:{i}": recorder.tape.contents.take(seed)
            for i, seed in enumerate(tap.seeds)
            if isinstance(seed, torch.Tensor)
        }
    recorder.tape.put("backward_begin", taken, facts, graph=tap.number)


def _held_names(live: LiveGraph) -> dict[int, int]:
    """Count, per node, the saved tensors that are held."""
    counts = {node.id: sum(saved.state in ("held", "packed") for saved in node.saved) for node in live.graph.nodes}
    return {node: count for node, count in counts.items() if count}


def _mark_freed(tap: BackwardTap, held: dict[int, int]) -> int:
    """Note on the events of the nodes that ran which of them lost their saved tensors: read, not assumed."""
    freed = 0
    for node in tap.ran:
        if node in held and not any(True for _ in held_saved(tap.live.nodes[node])):
            tap.left[node].facts["freed"] = held[node]
            freed += held[node]
    return freed


def _retained(recorder: record, tap: BackwardTap) -> None:
    """Record the gradients of intermediate tensors on which the user called ``retain_grad``."""
    for tensor, value in recorder.forward.living():
        if tensor.retains_grad and tensor.grad is not None:
            with torch.no_grad():
                taken = recorder.tape.contents.take(tensor.grad)
            recorder.tape.put("retained", {"after": taken}, {"value": value}, graph=tap.number)
