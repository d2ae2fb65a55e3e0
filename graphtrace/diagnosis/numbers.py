"""Mistakes that show in the numbers: not finite, dead, vanishing, exploding."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable

from graphtrace.diagnosis import rewriting
from graphtrace.diagnosis.records import Diagnosis
from graphtrace.diagnosis.run import Pass, RecordedRun, short_name
from graphtrace.model import Node, Op, TensorData
from graphtrace.player.finite import MASKS, has_nan, is_finite

_FACTOR = 1e10  # between the gradient at the root and at a leaf, per number
_SAFE = {"log": "1e-12", "log2": "1e-12", "log10": "1e-12", "sqrt": "1e-12", "rsqrt": "1e-12"}


def non_finite(run: RecordedRun) -> Diagnosis | None:
    """The loss or a gradient is NaN or infinite: name the operation where the first such number was born."""
    for done in run.passes:
        root = run.root_op(done)
        if root is not None and not is_finite(run.content(root)):
            return _born(run, run.ancestors(root.outputs), done)
        bad = next((i for i in range(done.begin, done.end) if _delivers_bad(run, i)), None)
        if bad is not None:
            node = _sender(run, bad)
            forward = _born(run, _upstream(run, done), done)
            return forward or (None if node is None else _born_backward(run, node))
    return _bad_loss(run)


def _bad_loss(run: RecordedRun) -> Diagnosis | None:
    """A run without a pass that ends in a number that is not finite."""
    if run.passes or not run.recording.ops:
        return None
    last = run.recording.ops[-1]
    if not last.outputs or not run.outputs(last)[0].requires_grad or is_finite(run.content(last)):
        return None
    return _born(run, run.ancestors(last.outputs), None)


def _delivers_bad(run: RecordedRun, at: int) -> bool:
    event = run.events[at]
    return event.kind == "edge_add" and not is_finite(event.tensor("added"))


def _sender(run: RecordedRun, at: int) -> Node | None:
    event = run.events[at]
    graph = run.recording.graphs[event.graph or 0]
    return None if event.edge is None else graph.nodes[graph.edges[event.edge].source]


def _upstream(run: RecordedRun, done: Pass) -> Iterable[Op]:
    root = run.root_op(done)
    return [] if root is None else run.ancestors(root.outputs)


def _born(run: RecordedRun, ops: Iterable[Op], done: Pass | None) -> Diagnosis | None:
    """Return the diagnosis of the first operation, in order of running, that made a number that is not finite."""
    for op in sorted(ops, key=lambda op: op.id):
        data = run.content(op)
        if is_finite(data) or short_name(op) in MASKS or not all(is_finite(d) for d in _read(run, op)):
            continue
        return _at_op(run, op, run.say("nan" if has_nan(data) else "infinite"), done)
    return None


def _read(run: RecordedRun, op: Op) -> list[TensorData | None]:
    """Return the contents of what an operation read, as far as they were recorded."""
    at = run.ran_at.get(op.id)
    found: list[TensorData | None] = []
    for i, number in enumerate(op.inputs):
        maker = run.maker.get(number)
        own = None if at is None else run.events[at].tensor(f"in:{i}")
        found.append(own if maker is None else run.content(maker, maker.outputs.index(number)))
    return found


def _at_op(run: RecordedRun, op: Op, what: str, done: Pass | None) -> Diagnosis:
    name = short_name(op)
    key = None
    if done is not None:
        key = next((node.key for node in run.graph(done).nodes if node.op == op.id), None)
    low = [d.min for d in _read(run, op) if d is not None and isinstance(d.min, float)]
    cause = run.say("born", op=run.title(op), what=what)
    least = f"{min(low):.4g}" if low else ""
    told = "born_low" if low else "born_fact"
    evidence = (run.say(told, op=run.title(op), line=run.line(op.source), what=what, low=least),)
    repair = rewriting.replaced(op.source, _clamped(name)) or "torch.autograd.set_detect_anomaly(True)"
    return Diagnosis("non_finite", cause, repair, "instead", op.source, key, evidence)


def _born_backward(run: RecordedRun, node: Node) -> Diagnosis | None:
    op = None if node.op is None else run.recording.ops[node.op]
    if op is None:
        return None
    name = short_name(op)
    cause = run.say("born_back", op=run.title(op), node=run.named(node))
    evidence = (run.say("born_back_fact", node=run.named(node)),)
    repair = rewriting.replaced(op.source, _clamped(name)) or run.say("born_back_repair")
    return Diagnosis("non_finite", cause, repair, "instead", op.source, node.key, evidence)


def _clamped(name: str) -> Callable[[ast.AST], ast.expr | None]:
    """Return what rewrites ``log(x)`` to ``log((x).clamp(min=1e-12))``, and ``a / b`` to a division by no zero."""

    def wanted(node: ast.AST) -> ast.expr | None:
        if (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.Div)
            and name in ("div", "true_divide", "__truediv__")
        ):
            node.right = ast.parse(f"(({ast.unparse(node.right)}) + 1e-12)", mode="eval").body
            return node
        if not isinstance(node, ast.Call) or rewriting.last_name(node.func) != name or name not in _LIMITS:
            return None
        inner = node.args[0] if node.args else node.func.value if isinstance(node.func, ast.Attribute) else None
        if inner is None:
            return None
        safe = ast.parse(f"({ast.unparse(inner)}).clamp({_LIMITS[name]})", mode="eval").body
        if node.args:
            node.args[0] = safe
        elif isinstance(node.func, ast.Attribute):
            node.func.value = safe
        return node

    return wanted


_LIMITS = {
    **{name: f"min={low}" for name, low in _SAFE.items()},
    "exp": "max=80",
    "acos": "-0.999999, 0.999999",
    "asin": "-0.999999, 0.999999",
    "norm": "min=1e-12",
}


def dead_relu(run: RecordedRun) -> Diagnosis | None:
    """No unit of a ReLU layer fires for any sample, so no gradient passes."""
    for op in run.recording.ops:
        if short_name(op) not in ("relu", "relu_", "clamp_min", "threshold") or not op.inputs:
            continue
        out, read = run.content(op), _read(run, op)[0]
        dead = out is not None and out.norm == 0 and (out.meta.numel or 0) > 1
        negative = read is not None and isinstance(read.max, float) and read.max < 0
        node = _blocked(run, op)
        if dead and negative and node is not None and run.maker.get(op.inputs[0]) is not None:
            cause = run.say("dead")
            high = f"{read.max:.4g}" if read and read.max is not None else ""
            evidence = (run.say("dead_fact", op=run.title(op), line=run.line(op.source), high=high),)
            repair = "torch.nn.LeakyReLU(0.01)"
            return Diagnosis("dead_relu", cause, repair, "elsewhere", op.source, node.key, evidence)
    return None


def _blocked(run: RecordedRun, op: Op) -> Node | None:
    """Return the node of an operation that ran backward."""
    for done in run.passes:
        for node in run.graph(done).nodes:
            if node.op == op.id:
                return node
    return None


def vanishing_or_exploding(run: RecordedRun) -> Diagnosis | None:
    """Gradients shrink or grow by more than ten orders of magnitude between two leaves, or from the root to a leaf."""
    for done in run.passes:
        sizes = _sizes(run, done)
        seed = _seed(run, done)
        if not sizes or seed is None:
            continue
        smallest, largest = min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)
        if sizes[largest] > seed * _FACTOR and len(run.graph(done).nodes) >= 10 and _by_depth(run, done):
            return _flow(run, done, largest, sizes[largest], "explodes")
        if 0 < sizes[smallest] < sizes[largest] / _FACTOR and _by_depth(run, done):
            return _flow(run, done, smallest, sizes[smallest], "vanishes")
    return None


def _by_depth(run: RecordedRun, done: Pass) -> bool:
    """Return whether the graph is deep enough that many factors make the difference."""
    return sum(node.kind == "op" for node in run.graph(done).nodes) >= 10


def _sizes(run: RecordedRun, done: Pass) -> dict[str, float]:
    """Return per leaf the norm of the gradient that a pass added, per number."""
    sizes = {}
    for event in run.events[done.begin : done.end]:
        added = event.tensor("added") if event.kind == "accumulate" else None
        if added is not None and isinstance(added.norm, float) and math.isfinite(added.norm):
            sizes[event.param or ""] = added.norm / math.sqrt(max(1, added.meta.numel or 1))
    return {name: size for name, size in sizes.items() if size > 0}


def _seed(run: RecordedRun, done: Pass) -> float | None:
    first = next((e for e in run.events[done.begin : done.end] if e.kind == "node_in"), None)
    data = None if first is None else first.tensor("in:0")
    return data.norm if data is not None and isinstance(data.norm, float) and data.norm > 0 else None


def _flow(run: RecordedRun, done: Pass, name: str, size: float, what: str) -> Diagnosis:
    leaf = next((node for node in run.graph(done).nodes if node.param == name), None)
    users = [op for op in run.recording.ops if any(t.name == name for t in run.inputs(op))]
    source = users[0].source if users else done.source
    count = len(run.graph(done).nodes)
    cause = run.say(what, name=name, size=f"{size:.2g}", n=count)
    evidence = tuple(run.say("flow_fact", name=k, size=f"{v:.3g}") for k, v in list(_sizes(run, done).items())[:6])
    repair = "torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)" if what == "explodes" else run.say("flow_repair")
    return Diagnosis("vanishing_or_exploding", cause, repair, "elsewhere", source, leaf.key if leaf else None, evidence)
