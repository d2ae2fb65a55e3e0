"""Mistakes about when gradients are zeroed and what a step changes."""

from __future__ import annotations

import ast
import re

from graphtrace.diagnosis import rewriting
from graphtrace.diagnosis.owners import steps_of
from graphtrace.diagnosis.records import Diagnosis
from graphtrace.diagnosis.run import Pass, RecordedRun, short_name, source_of
from graphtrace.model import Event, Op


def rebound(run: RecordedRun) -> Diagnosis | None:
    """``w = w - lr * w.grad`` made a new tensor instead of changing the parameter."""
    for op in run.recording.ops:
        name = rewriting.target_of(op.source)
        if short_name(op) not in ("sub", "add", "__sub__", "__add__", "rsub") or name is None:
            continue
        leaves = [t for t in run.inputs(op) if t.origin in ("leaf", "param") and t.requires_grad]
        if len(leaves) != 1 or not _reads_gradient_of(run, op, leaves[0].name):
            continue
        tree = rewriting.statement(op.source)
        if name not in rewriting.carried_names(op.source) or not isinstance(getattr(tree, "value", None), ast.BinOp):
            continue
        return _rebound(run, op, name)
    return None


def _reads_gradient_of(run: RecordedRun, op: Op, leaf: str) -> bool:
    """Return whether an operand is the gradient of a leaf, or was computed from it."""
    direct = [t for t in run.inputs(op) if t.origin == "grad"]
    behind = [t for other in run.ancestors(op.inputs) for t in run.inputs(other) if t.origin == "grad"]
    return any(t.name in ("", f"{leaf}.grad") for t in [*direct, *behind])


def _rebound(run: RecordedRun, op: Op, name: str) -> Diagnosis:
    new = run.outputs(op)[0]
    cause = run.say("rebound_graph" if new.requires_grad else "rebound_plain", name=name)
    evidence = (run.say("rebound_fact", op=run.title(op), line=run.line(op.source)),)
    value = rewriting.value_of(op.source)
    repair = f"{rewriting.indent(op.source)}with torch.no_grad(): {name}.copy_({value})"
    return Diagnosis("parameter_rebound", cause, repair, "instead", op.source, None, evidence)


def never_zeroed(run: RecordedRun) -> Diagnosis | None:
    """Gradients of an earlier step, or of the same pass run again, are still in ``.grad``."""
    last: dict[str, tuple[int, Event]] = {}  # per leaf its last accumulation since it was zeroed
    updated: dict[str, int] = {}
    for i, event in run.of_kind("accumulate", "grad_zero", "param_update"):
        name = event.param or ""
        if event.kind == "param_update":
            updated[name] = i
        elif event.kind == "grad_zero":
            last.pop(name, None)
        else:
            before = last.get(name)
            if before is not None and _stale(run, before, updated.get(name, -1), i, event):
                return _never(run, name, i, updated.get(name, -1) > before[0])
            last[name] = (i, event)
    return None


def _stale(run: RecordedRun, before: tuple[int, Event], update: int, at: int, event: Event) -> bool:
    """Return whether a gradient was added to one that was used up, or to the very same one of a rebuilt graph."""
    if event.tensor("before") is None:
        return False
    if before[0] < update < at:
        return _used_again(run, before[0], at, event.param or "")
    first, second = _pass_of(run, before[0]), _pass_of(run, at)
    if first is None or second is None or first.retained or first.graph == second.graph:
        return False
    stepped = any(True for _ in run.of_kind("param_update", "step_begin"))
    same_line = first.source is not None and first.source == second.source
    rebuilt = run.root_op(first) != run.root_op(second)
    return same_line and rebuilt and not stepped and event.tensor("added") == before[1].tensor("added")


def _used_again(run: RecordedRun, before: int, at: int, name: str) -> bool:
    """Return whether the sum matters: the same line ran again, or a later step uses it before it is zeroed."""
    first, second = _pass_of(run, before), _pass_of(run, at)
    if first is not None and second is not None and first.source is not None and first.source == second.source:
        return True
    later = (event.kind for i, event in run.of_kind("grad_zero", "param_update") if i > at and event.param == name)
    return next(later, None) == "param_update"


def _pass_of(run: RecordedRun, at: int) -> Pass | None:
    return next((done for done in run.passes if done.begin <= at <= done.end), None)


def _never(run: RecordedRun, name: str, at: int, stepped: bool) -> Diagnosis:
    done = _pass_of(run, at)
    source = done.source if done else None
    cause = run.say("unzeroed_step" if stepped else "unzeroed_pass", name=name)
    evidence = [run.say("unzeroed_fact", line=run.line(source), name=name)]
    owner = any(True for _ in run.of_kind("step_begin")) or "." in name  # of a module
    line = "optimizer.zero_grad()" if owner else f"{name.rpartition('.')[2]}.grad = None"
    repair = f"{rewriting.indent(source)}{line}"
    return Diagnosis("never_zeroed", cause, repair, "before", source, name, tuple(evidence))


def zeroed_before_step(run: RecordedRun) -> Diagnosis | None:
    """Every gradient was zeroed after backward and before the step that should use it."""
    for begin, end in steps_of(run):
        zeroed, skipped = _zeroed_unused(run, begin), _moved_nothing(run, begin, end)
        if zeroed and skipped:
            return _zeroed(run, zeroed)
    return None


def _zeroed_unused(run: RecordedRun, before: int) -> dict[str, int]:
    """Return the leaves whose gradient was zeroed after it arrived and before any update used it."""
    unused: set[str] = set()
    zeroed: dict[str, int] = {}
    for i, event in run.of_kind("accumulate", "grad_zero", "param_update"):
        name = event.param or ""
        if i > before:
            break
        if event.kind == "accumulate":
            unused.add(name)
            zeroed.pop(name, None)
        elif event.kind == "param_update":
            unused.discard(name)
            zeroed.pop(name, None)
        elif name in unused:
            zeroed[name] = i
            unused.discard(name)
    return zeroed if zeroed and not unused else {}


def _moved_nothing(run: RecordedRun, begin: int, end: int) -> bool:
    """Return whether a step had no gradient to apply: none, or zeros."""
    for event in run.events[begin:end]:
        grad = event.tensor("grad")
        if event.kind == "param_update" and not (grad is not None and grad.norm == 0):
            return False
    return True


def _zeroed(run: RecordedRun, zeroed: dict[str, int]) -> Diagnosis:
    name, at = next(iter(zeroed.items()))
    source = source_of(run.events[at])
    done = next((p for p in reversed(run.passes) if p.end < at), None)
    line = (source.text.strip() if source else "") or "optimizer.zero_grad()"
    cause = run.say("zeroed")
    evidence = (run.say("zeroed_fact", name=name, line=run.line(source)),)
    where = done.source.text.strip() if done and done.source else "backward"
    repair = run.say("zeroed_repair", code=line, line=where)
    return Diagnosis("zeroed_before_step", cause, repair, "elsewhere", source, name, evidence)


def stepped_on_none(run: RecordedRun) -> Diagnosis | None:
    """A step found no gradient at all: no backward pass came before it."""
    for begin, end in steps_of(run):
        notes = [note for note in run.recording.notes if note.kind == "update_skipped" and begin < note.event <= end]
        skipped = [str(note.param) for note in notes if not note.frozen]
        moved = any(event.kind in ("param_update", "accumulate") for event in run.events[:end])
        if skipped and len(skipped) == len(notes) and not moved and not run.passes:
            evidence = tuple(run.say("empty_step_fact", name=name) for name in skipped[:6])
            source = source_of(run.events[begin])
            repair = f"{rewriting.indent(source)}{run.say('empty_step_repair')}"
            return Diagnosis("none_or_zero", run.say("empty_step"), repair, "before", source, skipped[0], evidence)
    return None


def zeros_move_weights(run: RecordedRun) -> Diagnosis | None:
    """A step moved weights although their gradient is all zeros: momentum and Adam go on."""
    filled: dict[str, int] = {}
    for i, event in run.of_kind("grad_zero", "accumulate", "param_update"):
        name = event.param or ""
        if event.kind == "grad_zero" and event.fact("to") == "zeros":
            filled[name] = i
        elif event.kind != "param_update":
            filled.pop(name, None)
        elif name in filled and event.tensor("before") != event.tensor("after"):
            return _moved(run, name, filled[name])
    return None


def _moved(run: RecordedRun, name: str, at: int) -> Diagnosis:
    source = source_of(run.events[at])
    cause = run.say("moved", name=name)
    evidence = (run.say("moved_fact", line=run.line(source), name=name),)
    repair = rewriting.replaced(source, _to_none) or "optimizer.zero_grad(set_to_none=True)"
    return Diagnosis("none_or_zero", cause, repair, "instead", source, name, evidence)


def _to_none(node: ast.AST) -> ast.expr | None:
    if isinstance(node, ast.Call) and rewriting.last_name(node.func) == "zero_grad":
        node.keywords = [ast.keyword("set_to_none", ast.Constant(True))]
        return node
    return None


def kept_for_logging(run: RecordedRun) -> Diagnosis | None:
    """Losses are added up with their graphs, and no backward pass uses the sum."""
    roots = {op.id for done in run.passes if (op := run.root_op(done)) is not None}
    used = {node.op for done in run.passes for node in run.graph(done).nodes}
    sums: list[Op] = []
    for op in run.recording.ops:
        made = [run.maker.get(number) for number in op.inputs]
        adds = short_name(op) in ("add", "add_", "__iadd__", "__radd__", "__add__")
        if (
            adds
            and op.id not in used
            and any(m is not None and m.id in roots for m in made)
            and run.outputs(op)[0].requires_grad
        ):
            sums.append(op)
    return _kept(run, sums) if len(sums) >= 2 else None


def _kept(run: RecordedRun, sums: list[Op]) -> Diagnosis:
    op = sums[0]
    name = rewriting.target_of(op.source) or "total"
    tree = rewriting.statement(op.source)
    loss = _loss_name(tree, name) or "loss"
    text = op.source.text if op.source else f"{name} += {loss}"
    repair = _word_replaced(text, loss, f"{loss}.item()")
    cause = run.say("kept", name=name)
    evidence = (run.say("kept_fact", n=len(sums)),)
    return Diagnosis("graph_kept_for_logging", cause, repair, "instead", op.source, None, evidence)


def _loss_name(tree: ast.stmt | None, name: str) -> str | None:
    names = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)] if tree is not None else []
    return next((n for n in names if n != name), None)


def _word_replaced(text: str, word: str, new: str) -> str:
    return re.sub(rf"\b{re.escape(word)}\b(?!.*\b{re.escape(word)}\b)", new, text)
