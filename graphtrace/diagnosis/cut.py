"""Mistakes about which tensors are in the graph: cut, faked, lost leaves."""

from __future__ import annotations

import ast
from collections.abc import Callable

from graphtrace.diagnosis import rewriting
from graphtrace.diagnosis.records import Diagnosis, Place
from graphtrace.diagnosis.run import Failure, RecordedRun, is_in_place, short_name
from graphtrace.model import Op, Source

_FRAGMENT = "does not require grad and does not have a grad_fn"
_PLAIN_VALUE = {"tensor", "as_tensor", "from_numpy"}


def no_graph(run: RecordedRun) -> Diagnosis | None:
    """Backward was called on a tensor that has no graph."""
    failure = run.failure
    if failure is None or _FRAGMENT not in failure.message:
        return None
    cuts = list(_cuts(run))
    if not run.learned and not cuts:
        return _frozen(run) or _nothing_learns(run)
    op = cuts[-1] if cuts else _plain_root(run)
    if op is None:
        return _second_derivative(run) or _frozen(run) or _nothing_learns(run)
    if _from_gradient(run, op):
        return _second_derivative(run)
    return _cut_at(run, op, failure)


def _cuts(run: RecordedRun) -> list[Op]:
    """Return the operations that read what requires grad and made nothing that does, in order."""
    cuts = []
    for op in run.recording.ops:
        lost = not any(t.requires_grad for t in run.outputs(op))
        if lost and any(t.requires_grad for t in run.inputs(op)) and op.outputs and not is_in_place(op):
            cuts.append(op)
    return cuts


def _plain_root(run: RecordedRun) -> Op | None:
    """Return the operation that made a tensor out of a Python number, the last one; a leaf that learns is none."""
    made = [op for op in run.recording.ops if short_name(op) in _PLAIN_VALUE and op.outputs]
    made = [op for op in made if not any(tensor.requires_grad for tensor in run.outputs(op))]
    return made[-1] if made else None


def _from_gradient(run: RecordedRun, op: Op) -> bool:
    return any(t.origin == "grad" for other in run.ancestors(op.outputs) for t in run.inputs(other))


def _cut_at(run: RecordedRun, op: Op, failure: Failure) -> Diagnosis:
    name = short_name(op)
    how = run.say("how_no_grad" if not op.grad_mode else _HOW.get(name, "how_other"))
    evidence = [run.say("cut_op", op=run.title(op), line=run.line(op.source))]
    if failure.source is not None:
        evidence.append(run.say("cut_called", line=run.line(failure.source)))
    repair, place = reconnected(run, op)
    cause = run.say("cut", op=run.title(op), how=how)
    return Diagnosis("graph_cut", cause, repair, place, op.source, None, tuple(evidence))


_HOW = {
    "detach": "how_detach",
    "tensor": "how_tensor",
    "as_tensor": "how_tensor",
    "argmax": "how_argmax",
}


def reconnected(run: RecordedRun, op: Op) -> tuple[str, Place]:
    """Return the line that does not cut the graph, and where it goes."""
    source, name = op.source, short_name(op)
    if not op.grad_mode and source is not None:
        return f"{rewriting.indent(source)}with torch.enable_grad(): {source.text.strip()}", "instead"
    if name == "detach":
        line = rewriting.replaced(source, _without_call("detach"))
        return (line, "instead") if line else (run.say("cut_detach_repair"), "elsewhere")
    if name in _PLAIN_VALUE:
        line = rewriting.replaced(source, _unwrapped)
        return (line, "instead") if line else (run.say("cut_copy_repair"), "elsewhere")
    return "loss = torch.nn.functional.cross_entropy(output, target)", "elsewhere"


def _without_call(name: str) -> Callable[[ast.AST], ast.expr | None]:
    def wanted(node: ast.AST) -> ast.expr | None:
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name
        return node.func.value if is_call else None  # type: ignore[attr-defined]

    return wanted


def _unwrapped(node: ast.AST) -> ast.expr | None:
    """Return ``loss`` of ``torch.tensor(loss.item())`` and of ``torch.tensor(loss)``."""
    if not (isinstance(node, ast.Call) and rewriting.last_name(node.func) in _PLAIN_VALUE and node.args):
        return None
    inner = node.args[0]
    while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and not inner.args:
        inner = inner.func.value
    return inner


def _nothing_learns(run: RecordedRun) -> Diagnosis | None:
    """No tensor of the program requires grad."""
    if not run.recording.ops:
        return None
    first = next((op for op in run.recording.ops if op.inputs), None)
    source = first.source if first else (run.failure.source if run.failure else None)
    names = (
        [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in _called(tree)]
        if (tree := rewriting.statement(source))
        else []
    )
    name = next((n for n in names if n not in ("torch", "nn", "F") and n != rewriting.target_of(source)), "x")
    cause = run.say("nothing_learns")
    called = run.failure.source if run.failure else None
    repair = f"{rewriting.indent(source)}{name}.requires_grad_()"
    return Diagnosis(
        "graph_cut",
        cause,
        repair,
        "before",
        source,
        None,
        (run.say("nothing_learns_fact") if not run.learned else run.say("cut_called", line=run.line(called)),),
    )


def _called(tree: ast.AST) -> set[str]:
    """Return the names that a line calls: they are functions and modules."""
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def _frozen(run: RecordedRun) -> Diagnosis | None:
    latest = {t.name: t.requires_grad for t in run.recording.tensors if t.origin == "param"}
    frozen = sorted(name for name, learns in latest.items() if not learns)
    if not frozen or len(frozen) < len(latest):
        return None
    cause = run.say("frozen", names=", ".join(frozen[:4]) + (" …" if len(frozen) > 4 else ""))
    repair = "for parameter in model.parameters(): parameter.requires_grad_(True)"
    source = run.failure.source if run.failure else None
    return Diagnosis("graph_cut", cause, repair, "before", source, None, (run.say("frozen_fact"),))


def _second_derivative(run: RecordedRun) -> Diagnosis | None:
    """The root was computed from a gradient of a pass without ``create_graph``."""
    if not any(t.origin == "grad" for t in run.recording.tensors) and not _on_gradient(run):
        return None
    first = next((done for done in run.passes if not done.created), None)
    if first is None:
        return None
    repair = rewriting.with_keyword(first.source, "backward", "create_graph")
    repair = repair or rewriting.with_keyword(first.source, "grad", "create_graph")
    cause = run.say("second")
    evidence = (run.say("second_line", line=run.line(first.source)),)
    return Diagnosis(
        "create_graph_missing", cause, repair or "create_graph=True", "instead", first.source, None, evidence
    )


def _on_gradient(run: RecordedRun) -> bool:
    """Return whether backward was called on ``.grad`` itself: no operation lies between."""
    source = run.failure.source if run.failure else None
    return source is not None and ".grad.backward(" in source.text.replace(" ", "")


def numpy_on_graph(run: RecordedRun) -> Diagnosis | None:
    """``.numpy()`` was called on a tensor that requires grad."""
    failure = run.failure
    if failure is None or "Can't call numpy()" not in failure.message:
        return None
    line = rewriting.swapped(failure.source, ".numpy()", ".detach().numpy()")
    cause = run.say("numpy")
    return Diagnosis(
        "graph_cut", cause, line or "x.detach().numpy()", "instead", failure.source, None, (failure.message,)
    )


def island(run: RecordedRun) -> Diagnosis | None:
    """Backward ran on a new leaf that no parameter leads to."""
    made = {op.outputs[0]: op for op in run.recording.ops if short_name(op) == "tensor" and op.outputs}
    fakes = {run.tensor(n).name: op for n, op in made.items() if run.tensor(n).origin == "leaf"}
    before = {t.name for op in run.recording.ops for t in run.inputs(op) if t.requires_grad and t.name}
    for done in run.passes:
        reached = {node.param for node in run.graph(done).nodes if node.kind == "accumulate"}
        if len(reached) == 1 and reached <= set(fakes) and before - reached:
            (name,) = reached
            return _island(run, fakes[str(name)], sorted(before - reached), name=str(name))
    return _bare_island(run, sorted(before))


def _bare_island(run: RecordedRun, lost: list[str]) -> Diagnosis | None:
    """Backward was called on a new leaf itself, which has no graph that could be recorded."""
    unrecorded = any("its root is no tensor with a graph" in warning for warning in run.recording.warnings)
    last = run.recording.ops[-1] if run.recording.ops else None
    if not unrecorded or run.passes or last is None or short_name(last) not in _PLAIN_VALUE or not lost:
        return None
    name = rewriting.target_of(last.source) or "loss"
    return _island(run, last, lost, name) if run.outputs(last)[0].requires_grad else None


def _island(run: RecordedRun, op: Op, lost: list[str], name: str) -> Diagnosis:
    cause = run.say("island", name=name)
    evidence = (run.say("island_only", name=name), run.say("island_lost", names=", ".join(lost[:6])))
    line = rewriting.replaced(op.source, _unwrapped)
    return Diagnosis("fake_leaf", cause, line or run.say("island_repair"), "instead", op.source, None, evidence)


def grad_of_non_leaf(run: RecordedRun) -> Diagnosis | None:
    """``.grad`` of a tensor that is no leaf was read."""
    for note in run.recording.notes:
        op = None if note.kind != "grad_of_non_leaf" or note.tensor is None else run.maker.get(note.tensor)
        if op is not None:
            return _leaf_lost(run, op, note.source) or _passes_through(run, op, note.source)
    return None


def _leaf_lost(run: RecordedRun, op: Op, read: Source | None) -> Diagnosis | None:
    """The name belongs to what an operation made of a leaf that has no name of its own."""
    inputs = [t for t in run.inputs(op) if t.requires_grad]
    source = op.source
    made_here = (
        len(inputs) == 1 and inputs[0].origin == "leaf" and source is not None and "requires_grad" in source.text
    )
    name = rewriting.target_of(source)
    value = rewriting.value_of(source)
    if not made_here or name is None or value is None:
        return None
    cause = run.say("leaf_lost", name=name, op=run.title(op))
    evidence = (
        run.say("leaf_lost_made", line=run.line(source)),
        run.say("leaf_lost_read", line=run.line(read), name=name),
    )
    repair = f"{rewriting.indent(source)}{name} = ({value}).detach().requires_grad_()"
    return Diagnosis("leaf_lost", cause, repair, "instead", source, None, evidence)


def _passes_through(run: RecordedRun, op: Op, read: Source | None) -> Diagnosis:
    name = rewriting.target_of(op.source) or "tensor"
    cause = run.say("passes", name=name)
    evidence = (
        run.say("passes_made", op=run.title(op), line=run.line(op.source)),
        run.say("passes_read", line=run.line(read)),
    )
    repair = f"{rewriting.indent(op.source)}{name}.retain_grad()"
    return Diagnosis("grad_of_non_leaf", cause, repair, "after", op.source, None, evidence)
