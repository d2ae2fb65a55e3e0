"""Mistakes about saved tensors: freed by an earlier pass, or changed since they were saved."""

from __future__ import annotations

from collections.abc import Sequence

from graphtrace.diagnosis import rewriting
from graphtrace.diagnosis.records import Diagnosis
from graphtrace.diagnosis.run import Pass, Run, is_in_place, line_of, source_of
from graphtrace.model import Node, Op


def freed(run: Run) -> Diagnosis | None:
    """A pass reached a node whose saved tensors an earlier pass has freed."""
    failure = run.failure
    if failure is None or "second time" not in failure.message or "freed" not in failure.message:
        return None
    error = run.error
    node = None if error is None else run.node_of(error)
    if node is None or not run.passes:
        return _twice(run, None, None)
    first = _freeing_pass(run, node)
    again = run.passes[-1]
    if first is not None and run.root_op(first) is not None and run.root_op(first) == run.root_op(again):
        return _twice(run, first, node)
    return _across(run, first, node)


def _freeing_pass(run: Run, node: Node) -> Pass | None:
    """Return the earlier pass that ran the same node: keys and makers of both are equal."""
    for done in run.passes[:-1]:
        nodes = run.graph(done).nodes
        if any(other.op == node.op and other.type == node.type and node.op is not None for other in nodes):
            return done
    return run.passes[0] if len(run.passes) > 1 else None


def _twice(run: Run, first: Pass | None, node: Node | None) -> Diagnosis:
    failure = run.failure
    source = (first.source if first else None) or (failure.source if failure else None)
    name = rewriting.receiver(source, "backward") or "loss"
    repair = rewriting.with_keyword(source, "backward", "retain_graph") or rewriting.with_keyword(
        source, "grad", "retain_graph"
    )
    evidence = [] if node is None else [f"{node.key} has no saved tensors left: the first backward pass freed them."]
    if failure and failure.source:
        evidence.append(f"The second pass starts at {line_of(failure.source)}.")
    return Diagnosis(
        "backward_twice",
        f"backward ran a second time through the graph of {name}, whose saved tensors the first pass had freed.",
        repair or f"{name}.backward(retain_graph=True)",
        "instead" if repair else "elsewhere",
        source,
        None if node is None else node.key,
        tuple(evidence),
    )


def _across(run: Run, first: Pass | None, node: Node) -> Diagnosis:
    """The graph of a later pass contains nodes of an earlier one."""
    bridge = _bridge(run, first)
    evidence = [
        f"{node.key} belongs to an earlier graph: the pass of {line_of(first.source if first else None)} freed it."
    ]
    if bridge is None:
        source = first.source if first else None
        repair = rewriting.with_keyword(source, "backward", "retain_graph") or "loss.backward(retain_graph=True)"
        cause = "Two roots share a part of the graph, and the first backward pass freed what it had saved there."
        return Diagnosis("graph_across_iterations", cause, repair, "instead", source, node.key, tuple(evidence))
    names = rewriting.carried_names(bridge.source) or ["state"]
    detached = f"{', '.join(names)} = {', '.join(f'{name}.detach()' for name in names)}"
    evidence.append(f"{line_of(bridge.source)} reads a tensor of the earlier graph.")
    cause = f"{names[0]} carries the graph of the last iteration into this one, and that graph is freed."
    repair = rewriting.indent(bridge.source) + detached
    return Diagnosis("graph_across_iterations", cause, repair, "before", bridge.source, node.key, tuple(evidence))


def _bridge(run: Run, first: Pass | None) -> Op | None:
    """Return the first operation after a pass that reads a tensor of that pass's graph."""
    if first is None:
        return None
    old = {node.op for node in run.graph(first).nodes if node.op is not None}
    for op in run.recording.ops:
        if run.ran_at.get(op.id, -1) < first.end:
            continue
        makers = [run.maker.get(number) for number in op.inputs]
        tracked = [t.requires_grad for t in run.inputs(op)]
        if any(m is not None and m.id in old and held for m, held in zip(makers, tracked, strict=True)):
            return op
    return None


def changed(run: Run) -> Diagnosis | None:
    """A saved tensor was changed in place before backward used it."""
    failure, error = run.failure, run.error
    if failure is None or "modified by an inplace operation" not in failure.message:
        return None
    node = None if error is None else run.node_of(error)
    if node is None or not run.passes:
        return None
    versions = [
        str(fact)
        for name, fact in (error.facts if error else ())
        if name.startswith("saved:") and "version" in str(fact)
    ]
    alias = [saved.alias for saved in node.saved if saved.alias in run.learned]
    step = _step_since(run, node, alias)
    if step is not None:
        return _stepped(run, node, step, versions)
    op = _changing_op(run, node)
    if op is None:
        return None
    evidence = [f"{node.key} saved a tensor in the forward pass ({', '.join(versions)})."] if versions else []
    evidence.append(f"{op.name} changed it in place at {line_of(op.source)}.")
    cause = f"{op.name} changed a tensor in place that {node.key} had saved for backward."
    repair = rewriting.out_of_place(op.source)
    if repair is None:
        repair = (
            rewriting.swapped(op.source, "inplace=True", "inplace=False")
            or "use the operation that returns a new tensor"
        )
    return Diagnosis("inplace_on_saved", cause, repair, "instead", op.source, node.key, tuple(evidence))


def _candidates(run: Run, node: Node) -> list[int]:
    """Return the tensors that a node may have saved: what its operation read and made."""
    op = None if node.op is None else run.recording.ops[node.op]
    return [] if op is None else [*op.outputs, *op.inputs]


def _changing_op(run: Run, node: Node) -> Op | None:
    """Return the last operation that changed memory of what a node's operation read or made, after it ran."""
    saved, after = _candidates(run, node), -1 if node.op is None else node.op
    ops = [op for op in run.recording.ops if op.id > after and op.inputs and _changes(run, op)]
    return next((op for op in reversed(ops) if any(run.same_memory(op.inputs[0], number) for number in saved)), None)


def _changes(run: Run, op: Op) -> bool:
    return is_in_place(op) or bool(op.outputs and run.memory.get(op.outputs[0]) is not None and _inplace_flag(op))


def _inplace_flag(op: Op) -> bool:
    return op.source is not None and "inplace=True" in op.source.text


def _step_since(run: Run, node: Node, alias: Sequence[str | None]) -> int | None:
    """Return the position of the step that updated a parameter which a node has saved."""
    made = -1 if node.op is None else run.ran_at.get(node.op, -1)
    wanted = {name for name in alias if name}
    for i, event in run.of_kind("param_update"):
        if i > made and event.param in wanted:
            return i
    return None


def _stepped(run: Run, node: Node, update: int, versions: list[str]) -> Diagnosis:
    begins = [event for i, event in run.of_kind("step_begin") if i < update]
    event = begins[-1] if begins else run.events[update]
    source, param = source_of(event), run.events[update].param
    line = "optimizer.step()" if source is None else source.text.strip()
    cause = f"The step changed {param} between two backward passes, and {node.key} had saved it for the second."
    evidence = [f"{node.key} saved {param} ({', '.join(versions)})." if versions else f"{node.key} saved {param}."]
    evidence.append(f"{line_of(source)} updated it before the second pass.")
    repair = f"{line}  # after the last backward of both losses"
    return Diagnosis("step_between_backwards", cause, repair, "elsewhere", source, node.key, tuple(evidence))


def edited_by_data(run: Run) -> Diagnosis | None:
    """A saved tensor was changed through ``.data``, which torch cannot see."""
    for op in run.recording.ops:
        event = run.events[run.ran_at[op.id]] if op.id in run.ran_at else None
        alias = None if event is None else event.fact("alias:0")
        if not is_in_place(op) or not isinstance(alias, int):
            continue
        node = _saved_by(run, alias, run.ran_at[op.id])
        if node is None:
            continue
        repair = rewriting.out_of_place(op.source) or "use an operation on the tensor itself, not on .data"
        cause = f"{op.name} changed the memory of a saved tensor through .data, so backward used the new numbers."
        evidence = (
            f"{node.key} saved this tensor; its version did not change, so torch raised no error.",
            f"{line_of(op.source)} changed it.",
        )
        return Diagnosis("data_edit", cause, repair, "instead", op.source, node.key, evidence)
    return None


def _saved_by(run: Run, number: int, at: int) -> Node | None:
    """Return a node that held a tensor when it was changed, and ran backward afterwards."""
    for done in run.passes:
        if done.begin < at:
            continue
        for node in run.graph(done).nodes:
            made = None if node.op is None else run.recording.ops[node.op]
            if made is None or run.ran_at.get(made.id, at) >= at:
                continue
            held = {saved.name for saved in node.saved if saved.state == "held"}
            kept = made.outputs if "result" in held else made.inputs if held else ()
            if any(run.same_memory(number, other) for other in kept):
                return node
    return None
