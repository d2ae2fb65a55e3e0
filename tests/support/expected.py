"""What the player must show at a cursor, from `gt.Player` and the recording alone."""

import math
from decimal import ROUND_HALF_UP, Decimal

from graphtrace.explain import number
from graphtrace.texts import say
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


def stats_of(value, large=False):
    written = two_digits if large else number
    if value.min is None:  # a recording may keep the norm alone
        return [f"norm {written(value.norm)}", str(value.meta)]
    return [f"{written(value.min)} … {written(value.max)}", f"mean {written(value.mean)}"]


def is_small(meta):
    sizes = list(meta.shape)
    while len(sizes) > 2 and sizes[0] == 1:
        sizes = sizes[1:]
    return len(sizes) <= 2 and all(0 < size <= 4 for size in sizes)


def two_digits(value):
    """A number as a cell in large type has it: two digits, no zero before the point."""
    size = abs(value)
    if not math.isfinite(value) or value == 0:
        return number(value)
    places = 0 if size >= 9.95 else 1 if size >= 0.995 else 2 if size >= 0.0995 else 3
    if size >= 9999.5 or size < 0.00095:
        mantissa, power = f"{value:.0e}".split("e")
        return f"{mantissa}e{int(power)}".replace("-", "−")
    rounded = Decimal(size).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = str(rounded)  # zeros at the end say how exact it is; what is exact needs none
    text = text.rstrip("0").rstrip(".") if places and float(rounded) == size else text
    return ("−" if value < 0 else "") + (text.removeprefix("0") if size < 0.995 else text)


def content(value, meta, nothing="·", large=False):
    """Texts of a tensor block below its label."""
    if value is None:
        return [nothing] * (math.prod(meta.shape) if is_small(meta) else 1)
    if not is_small(meta):
        return stats_of(value, large)
    return [two_digits(float(one)) for one in value.numbers()] if large else numbers_of(value)


def grad_state(grad):
    if grad is None or grad.value is None:
        return "None"
    return "zero" if grad.is_zero and not grad.layers else f"×{max(1, grad.count)}"


def brief(value, large=False):
    written = two_digits if large else number
    return written(float(value.numbers()[0])) if value.meta.numel == 1 else f"‖·‖ {written(value.norm)}"


def worst(states):
    return next((state for state in ("stale", "held", "freed") if state in states), "empty")


WORDS = {"held": "held", "freed": "freed", "stale": "changed since", "empty": ""}


def flows(recording, state, shown, view_name):
    """Per drawn link of edges whether gradients have come by it: None, "none" or the norm of the largest."""
    graph = recording.graphs[shown]
    found = []
    for link in (link for link in fold(graph, view_name).links if link.edges):
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


def assert_blocks(recording, state, shown, frame):
    """Compare every block's text with the recording."""
    graph = recording.graphs[shown]
    same = state.graph == shown
    for block in frame["blocks"]:
        node, texts = graph.nodes[block["node"]] if block["node"] >= 0 else None, block["texts"]
        where, large = (frame["cursor"], block), block["size"] >= 14
        if block["role"] == "value" and block["name"] is None:
            made = state.outputs.get(node.op)
            given = recording.tensors[recording.ops[node.op].outputs[0]].meta
            assert texts[1:] == content(made and made[0], given, large=large), where
        elif block["role"] == "value":
            assert texts[1:] == content(leaf_value(recording, state, block["name"]), node.metas[0], large=large), where
        elif block["role"] == "grad":
            come = state.incoming if same else {}
            nothing = "None" if (node.id, 0) in come else "·"
            assert texts[1:] == content(come.get((node.id, 0)), node.metas[0], nothing, large), where
        elif block["role"] == "bucket":
            grad = state.grads.get(block["name"])
            word = grad_state(grad)
            assert texts[0] == f".grad {word}", where
            assert texts[1:] == ([] if word == "None" else content(grad.value, node.metas[0], large=large)), where
            assert block["layers"] == (min(6, grad.count) if grad and grad.value is not None else 0), where
        elif block["role"] == "row":
            grad = state.grads.get(block["name"])
            word = grad_state(grad)
            assert texts[-1] == (f"{word} {brief(grad.value, large)}" if word.startswith("×") else word), where
        elif block["role"] == "sum":
            assert_sum(recording, state if same else None, node, texts[0], where)


def leaf_value(recording, state, name):
    """A leaf's value at a cursor; before its first use, what that use will find."""
    if name in state.values:
        return state.values[name]
    for event in recording.events:
        for fact, leaf in event.facts:
            if fact.startswith("leaf:") and leaf == name:
                return event.tensor(f"in:{fact[5:]}")
        if event.kind == "param_update" and event.param == name:
            return event.tensor("before")
    return None


def assert_sum(recording, state, node, text, where):
    events = recording.events[: state.cursor] if state else ()
    edges = [e for e in events if e.kind == "edge_add" and e.graph == state.graph]
    graph = recording.graphs[state.graph] if state else None
    parts = [e for e in edges if (graph.edges[e.edge].target, graph.edges[e.edge].input_nr) == (node.id, 0)]
    if not parts:
        assert text.startswith("waits for"), where
    elif len(parts) > 1 and all(part.tensor("added").meta.numel == 1 for part in parts) and len(parts) <= 3:
        added = " + ".join(numbers_of(part.tensor("added"))[0] for part in parts)
        total = numbers_of(state.incoming[node.id, 0])[0]
        assert text.startswith(f"{added} = {total}"), where


def assert_params(recording, state, frame):
    for name, (value, grad, word, update) in frame["params"].items():
        held = state.grads.get(name)
        assert grad == (number(held.value.norm) if held and held.value is not None else "–")
        kind, skipped = grad_state(held), state.skipped.get(name)
        absent = f"{kind} · skipped" if skipped and kind == "None" else kind
        assert word == (f"accumulated {kind}" if kind.startswith("×") else absent)
        if skipped:
            assert update == say(f"viewer.skipped_{'frozen' if skipped == 'frozen' else 'none'}", "en")
        elif state.params.get(name) is not None:
            before, after = state.params[name]
            assert update == f"{brief(before)} → {brief(after)}"
        else:
            assert update == "–"
        leaf = leaf_value(recording, state, name)
        assert value == ("–" if leaf is None else number(leaf.norm))
