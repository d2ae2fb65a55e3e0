"""What the player must show at a cursor, from `gt.Player` and the recording alone."""

import math

from graphtrace.explain import number
from graphtrace.views import fold


def shown_graphs(recording):
    """Per cursor the graph to draw: the event's own, or that of the op that ran, else the one before."""
    makers = {}
    for position, graph in enumerate(recording.graphs):
        for node in graph.nodes:
            makers.setdefault(node.op, position)
    found = [0]
    for event in recording.events:
        made = makers.get(event.op) if event.op is not None else None
        found.append(event.graph if event.graph is not None else found[-1] if made is None else made)
    return found


def numbers_of(value):
    """Texts of a small tensor's cells."""
    return [number(float(one)) for one in value.numbers()]


def stats_of(value):
    if value.min is None:  # a recording may keep the norm alone
        return [f"norm {number(value.norm)}", str(value.meta)]
    return [f"{number(value.min)} … {number(value.max)}", f"mean {number(value.mean)}"]


def is_small(meta):
    sizes = list(meta.shape)
    while len(sizes) > 2 and sizes[0] == 1:
        sizes = sizes[1:]
    return len(sizes) <= 2 and all(0 < size <= 4 for size in sizes)


def content(value, meta, nothing="·"):
    """Texts of a tensor block below its label."""
    if value is None:
        return [nothing] * (math.prod(meta.shape) if is_small(meta) else 1)
    return numbers_of(value) if is_small(meta) else stats_of(value)


def grad_state(grad):
    if grad is None or grad.value is None:
        return "None"
    return "zero" if grad.is_zero and not grad.layers else f"×{max(1, grad.count)}"


def brief(value):
    return numbers_of(value)[0] if value.meta.numel == 1 else f"‖·‖ {number(value.norm)}"


def worst(states):
    return next((state for state in ("stale", "held", "freed") if state in states), "empty")


WORDS = {"held": "held", "freed": "freed", "stale": "changed since", "empty": ""}


def flows(recording, state, shown, view_name):
    """Per drawn link whether gradients have come by it: None, "none" or the norm of the largest."""
    graph = recording.graphs[shown]
    found = []
    for link in fold(graph, view_name).links:
        sent = [state.edges[edge] for edge in link.edges if edge in state.edges] if state.graph == shown else []
        if not sent:
            found.append(None)
            continue
        norms = [value.norm for value in sent if value is not None]
        found.append(max(norms) if norms else "none")
    return found


def width(norm):
    if norm == 0:
        return 1.0
    if not math.isfinite(norm):
        return 6.0
    return min(6.0, max(1.2, 3.6 + 0.6 * math.log10(norm)))
