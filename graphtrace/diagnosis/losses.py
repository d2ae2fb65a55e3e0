"""Mistakes about losses that raise nothing: shapes that broadcast, softmax twice, sums of means."""

from __future__ import annotations

import ast

from graphtrace.diagnosis import rewriting
from graphtrace.diagnosis.messages import target_like_output
from graphtrace.diagnosis.records import Diagnosis, Place
from graphtrace.diagnosis.run import Pass, RecordedRun, short_name
from graphtrace.model import Op

_PAIRED = {"mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "poisson_nll_loss"}
_MEANS = _PAIRED | {"cross_entropy", "nll_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits", "mean"}


def broadcast(run: RecordedRun) -> Diagnosis | None:
    """Output and target of a loss have different shapes, and torch broadcast them."""
    for op in run.recording.ops:
        shapes = [t.meta.shape for t in run.inputs(op)]
        if len(shapes) < 2 or shapes[0] == shapes[1] or not (_is_loss(op) or _is_residual(run, op)):
            continue
        first, second = ("×".join(map(str, shape)) or "scalar" for shape in shapes[:2])
        cause = run.say("broadcast", first=first, second=second)
        evidence = (run.say("broadcast_fact", op=run.title(op), line=run.line(op.source), first=first, second=second),)
        repair = rewriting.replaced(op.source, target_like_output) or rewriting.replaced(op.source, _residual)
        return Diagnosis(
            "broadcast_loss",
            cause,
            repair or "target = target.view_as(output)",
            "instead" if repair else "before",
            op.source,
            None,
            evidence,
        )
    return None


def _is_loss(op: Op) -> bool:
    return short_name(op) in _PAIRED


def _is_residual(run: RecordedRun, op: Op) -> bool:
    """Return whether an operation subtracts (N,) from (N, 1), squares or takes it absolute, and averages."""
    if short_name(op) not in ("sub", "__sub__", "rsub"):
        return False
    shapes = [t.meta.shape for t in run.inputs(op)]
    column = next((s for s in shapes if len(s) == 2 and s[1] == 1), None)
    row = next((s for s in shapes if len(s) == 1), None)
    if column is None or row is None or column[0] != row[0] or row[0] == 1:
        return False
    after = [short_name(other) for other in run.readers.get(op.outputs[0], [])]
    return any(name in ("pow", "square", "abs", "mul", "__pow__") for name in after)


def _residual(node: ast.AST) -> ast.expr | None:
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)):
        return None
    left = ast.unparse(node.left)
    node.right = ast.parse(f"({ast.unparse(node.right)}).view_as({left})", mode="eval").body
    return node


def softmax_twice(run: RecordedRun) -> Diagnosis | None:
    """``cross_entropy`` was given probabilities, or ``nll_loss`` was given no logarithms."""
    for op in run.recording.ops:
        if short_name(op) not in ("cross_entropy", "nll_loss") or not op.inputs:
            continue
        maker = run.maker.get(op.inputs[0])
        if maker is None or short_name(maker) != "softmax":
            continue
        if short_name(op) == "cross_entropy":
            cause = run.say("softmax_cross")
            repair = rewriting.replaced(maker.source, _logits)
        else:
            cause = run.say("softmax_nll")
            repair = rewriting.swapped(maker.source, "softmax", "log_softmax")
        made, line = run.line(maker.source), run.line(op.source)
        evidence = (run.say("softmax_fact", maker=run.title(maker), made=made, op=run.title(op), line=line),)
        fallback = run.say("softmax_module_repair" if maker.module else "softmax_repair", module=maker.module)
        place: Place = "instead" if repair else "elsewhere"
        return Diagnosis("softmax_twice", cause, repair or fallback, place, maker.source, None, evidence)
    return None


def _logits(node: ast.AST) -> ast.expr | None:
    """Return ``x`` of ``x.softmax(1)`` and of ``softmax(x, 1)``."""
    if not isinstance(node, ast.Call) or rewriting.last_name(node.func) != "softmax":
        return None
    module = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) in (
        "torch",
        "F",
        "functional",
        "nn.functional",
        "torch.nn.functional",
    )
    if isinstance(node.func, ast.Attribute) and not module:
        return node.func.value
    return node.args[0] if node.args else None


def sum_of_means(run: RecordedRun) -> Diagnosis | None:
    """Several passes of one line, each over the mean of its part, add up before one step."""
    waiting: list[Pass] = []
    marks = {done.begin: done for done in run.passes}
    cleared = False
    for i, event in run.of_kind("backward_begin", "grad_zero", "step_begin"):
        if event.kind == "backward_begin" and i in marks:
            waiting.append(marks[i])
            cleared = False
        elif event.kind == "grad_zero" and not cleared:
            waiting, cleared = [], True
        elif event.kind == "step_begin":
            if _same_mean(run, waiting):
                return _undivided(run, waiting)
            waiting = []
    return None


def _same_mean(run: RecordedRun, passes: list[Pass]) -> bool:
    if len(passes) < 2 or passes[0].source is None or len({p.source for p in passes}) != 1:
        return False
    roots = [run.root_op(done) for done in passes]
    if any(op is None or short_name(op) not in _MEANS for op in roots):
        return False
    places = {op.source for op in roots if op is not None}
    distinct = {op.id for op in roots if op is not None}
    return len(places) == 1 and len(distinct) == len(passes)


def _undivided(run: RecordedRun, passes: list[Pass]) -> Diagnosis:
    source, count = passes[0].source, len(passes)
    name = rewriting.receiver(source, "backward") or "loss"
    cause = run.say("means", n=count)
    evidence = (run.say("means_fact", line=run.line(source), n=count),)
    repair = (
        rewriting.swapped(source, f"{name}.backward(", f"({name} / {count}).backward(")
        or f"({name} / {count}).backward()"
    )
    return Diagnosis("reduction_scale", cause, repair, "instead", source, None, evidence)
