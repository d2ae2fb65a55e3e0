"""What is compared. A tool takes a loss and its case; it returns the number of nodes it found, or None."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nets import Case
from torch import Tensor


def floor(loss: Tensor, case: Case) -> int:
    """The least a tracer must do: every node and edge once, no names, no shapes, no order."""
    index: dict[Any, int] = {loss.grad_fn: 0}
    order, edges, i = [loss.grad_fn], [], 0
    while i < len(order):
        for slot, (node, number) in enumerate(order[i].next_functions):
            if node is None:
                continue
            j = index.get(node)
            if j is None:
                j = index[node] = len(order)
                order.append(node)
            edges.append((i, slot, j, number))
        i += 1
    return len(order)


def graphtrace(loss: Tensor, case: Case) -> int:
    import graphtrace

    return len(graphtrace.trace(loss, model=case.model, saved=False).nodes)


def graphtrace_unseen(loss: Tensor, case: Case) -> int:
    """As if no graph like this one had been traced before."""
    from graphtrace.tracer import cache

    cache.clear()
    return graphtrace(loss, case)


def graphtrace_saved(loss: Tensor, case: Case) -> int:
    import graphtrace

    return len(graphtrace.trace(loss, model=case.model, saved=True).nodes)


def torchlens(loss: Tensor, case: Case) -> int:
    import torchlens

    sketch = torchlens.debug.walk_grad_fn(loss, model=case.model, max_nodes=10**9)
    return len(sketch.nodes) - 1  # one is the root tensor


def torchviz(loss: Tensor, case: Case) -> None:
    import torchviz

    torchviz.make_dot(loss, params=dict(case.model.named_parameters()) if case.model is not None else None)


def torchview(loss: Tensor, case: Case) -> None:
    """Draws the forward pass and runs it itself: more work, and another graph."""
    import torchview

    if case.model is None:
        raise TypeError("draws modules only")
    torchview.draw_graph(case.model, input_data=list(case.inputs), device="cpu", mode="train")


def graphtrace_svg(loss: Tensor, case: Case) -> Callable[[], object]:
    """Trace, and return what draws the picture."""
    import graphtrace as gt

    graph = gt.trace(loss, model=case.model)
    return lambda: gt.to_svg(graph)


def torchviz_svg(loss: Tensor, case: Case) -> Callable[[], object]:
    """Walk, and return what draws the picture."""
    import torchviz

    params = dict(case.model.named_parameters()) if case.model is not None else None
    dot = torchviz.make_dot(loss, params=params)
    return lambda: dot.pipe(format="svg")


Tool = Callable[[Tensor, Case], int | None]
TRACERS: dict[str, Tool] = {
    "graphtrace": graphtrace,
    "graphtrace, unlike any before": graphtrace_unseen,
    "graphtrace, saved tensors": graphtrace_saved,
    "torchlens walk_grad_fn": torchlens,
    "torchviz make_dot": torchviz,
    "torchview draw_graph": torchview,
}
Painter = Callable[[Tensor, Case], Callable[[], object]]
PAINTERS: dict[str, Painter] = {"graphtrace": graphtrace_svg, "torchviz + dot": torchviz_svg}
