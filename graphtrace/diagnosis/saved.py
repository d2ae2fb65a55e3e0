"""Mistakes about saved tensors: freed by an earlier pass, or changed since they were saved."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graphtrace.diagnosis import rewriting
from graphtrace.diagnosis.owners import steps_of
from graphtrace.diagnosis.records import Diagnosis
from graphtrace.diagnosis.run import Pass, RecordedRun, is_in_place, source_of
from graphtrace.model import Node, Op, Saved, Source

_SHAPE = re.compile(r"\[torch\.\w+ \[([\d, ]*)\]\]")  # of a tensor, in torch's errors

_VERSIONS = re.compile(r"saved at version (?P<then>\d+), now at version (?P<now>\d+)")  # as the recorder writes it


def freed(run: RecordedRun) -> Diagnosis | None:
    """A pass reached a node whose saved tensors an earlier pass has freed."""
    failure = run.failure
    if failure is None or "second time" not in failure.message or "freed" not in failure.message:
        return None
    error = run.error
    node = None if error is None else run.node_of(error)
    if node is None or not run.passes:
        return _twice(run, None, None)
    again = next((done for done in run.passes if done.end == failure.event), run.passes[-1])
    first = _freeing_pass(run, node, again)
    if first is not None and run.root_op(first) is not None and run.root_op(first) == run.root_op(again):
        return _twice(run, first, node)
    return _across(run, first, node)


def _freeing_pass(run: RecordedRun, node: Node, again: Pass) -> Pass | None:
    """Return the earlier pass that ran the same node: keys and makers of both are equal."""
    earlier = [done for done in run.passes if done.end < again.begin]
    for done in earlier:
        nodes = run.graph(done).nodes
        if any(other.op == node.op and other.type == node.type and node.op is not None for other in nodes):
            return done
    return earlier[0] if earlier else None


def _twice(run: RecordedRun, first: Pass | None, node: Node | None) -> Diagnosis:
    failure = run.failure
    source = (first.source if first else None) or (failure.source if failure else None)
    name = rewriting.receiver(source, "backward") or "loss"
    repair = rewriting.with_keyword(source, "backward", "retain_graph") or rewriting.with_keyword(
        source, "grad", "retain_graph"
    )
    forward = _stale_root(run, first)
    if forward is not None and failure is not None:
        where = run.named(node) if node else name
        cause, fact = run.say("twice_stepped", name=name), run.say("twice_node", node=where)
        repair = rewriting.indent(failure.source) + forward.text.strip()
        key = None if node is None else node.key
        return Diagnosis("backward_twice", cause, repair, "before", failure.source, key, (fact,))
    evidence = [] if node is None else [run.say("twice_node", node=run.named(node))]
    if failure and failure.source:
        evidence.append(run.say("twice_line", line=run.line(failure.source)))
    return Diagnosis(
        "backward_twice",
        run.say("twice", name=name),
        repair or f"{name}.backward(retain_graph=True)",
        "instead" if repair else "elsewhere",
        source,
        None if node is None else node.key,
        tuple(evidence),
    )


def _stale_root(run: RecordedRun, first: Pass | None) -> Source | None:
    """Return the line that computed the root, where a step has changed parameters since its first pass."""
    root = None if first is None else run.root_op(first)
    if first is None or root is None or root.source is None or rewriting.target_of(root.source) is None:
        return None
    changed = any(i > first.end for i, _ in run.of_kind("param_update"))
    return root.source if changed else None


def _across(run: RecordedRun, first: Pass | None, node: Node) -> Diagnosis:
    """The graph of a later pass contains nodes of an earlier one."""
    bridge = _bridge(run, first)
    evidence = [run.say("across_node", node=run.named(node), line=run.line(first.source if first else None))]
    if bridge is None:
        source = first.source if first else None
        repair = rewriting.with_keyword(source, "backward", "retain_graph") or "loss.backward(retain_graph=True)"
        cause = run.say("shared")
        return Diagnosis("graph_across_iterations", cause, repair, "instead", source, node.key, tuple(evidence))
    names = rewriting.carried_names(bridge.source) or ["state"]
    detached = f"{', '.join(names)} = {', '.join(f'{name}.detach()' for name in names)}"
    evidence.append(run.say("across_line", line=run.line(bridge.source)))
    cause = run.say("across", name=names[0])
    repair = rewriting.indent(bridge.source) + detached
    return Diagnosis("graph_across_iterations", cause, repair, "before", bridge.source, node.key, tuple(evidence))


def _bridge(run: RecordedRun, first: Pass | None) -> Op | None:
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


def changed(run: RecordedRun) -> Diagnosis | None:
    """A saved tensor was changed in place before backward used it."""
    failure, error = run.failure, run.error
    if failure is None or "modified by an inplace operation" not in failure.message:
        return None
    node = None if error is None else run.node_of(error)
    if node is None or not run.passes:
        return None
    told = (_VERSIONS.fullmatch(str(fact)) for name, fact in (error.facts if error else ()) if name[:6] == "saved:")
    versions = [run.say("saved_versions", **match.groupdict()) for match in told if match]
    step = _step_since(run, node, _saved_parameters(run, node, failure.message))
    if step is not None:
        return (_edited if _is_edit(run, node, step) else _stepped)(run, node, step, versions)
    op = _changing_op(run, node)
    if op is None:
        return None
    evidence = [run.say("saved_at", node=run.named(node), versions=", ".join(versions))] if versions else []
    evidence.append(run.say("changed_at", op=run.title(op), line=run.line(op.source)))
    cause = run.say("changed", op=run.title(op), node=run.named(node))
    repair = rewriting.out_of_place(op.source)
    if repair is None:
        repair = rewriting.swapped(op.source, "inplace=True", "inplace=False") or run.say("changed_repair")
    return Diagnosis("inplace_on_saved", cause, repair, "instead", op.source, node.key, tuple(evidence))


def _saved_parameters(run: RecordedRun, node: Node, message: str) -> list[str]:
    """Return the parameters that a node has saved; before torch 2.13, those read of the shape that the error names."""
    known = [saved.alias for saved in node.saved if saved.alias is not None and saved.alias in run.learned]
    shape = _SHAPE.search(message)
    if known or node.op is None or shape is None or all(saved.state != "unreadable" for saved in node.saved):
        return known
    size = sorted(map(int, re.findall(r"\d+", shape[1])))  # a weight may be saved transposed
    read = run.inputs(run.recording.ops[node.op])
    return [t.name for t in read if t.name in run.learned and t.name and sorted(t.meta.shape) == size]


def _candidates(run: RecordedRun, node: Node) -> list[int]:
    """Return the tensors that a node may have saved: what its operation read and made."""
    op = None if node.op is None else run.recording.ops[node.op]
    return [] if op is None else [*op.outputs, *op.inputs]


def _changing_op(run: RecordedRun, node: Node) -> Op | None:
    """Return the last operation that changed memory of what a node's operation read or made, after it ran."""
    saved, after = _candidates(run, node), -1 if node.op is None else node.op
    ops = [op for op in run.recording.ops if op.id > after and op.inputs and _changes(run, op)]
    return next((op for op in reversed(ops) if any(run.same_memory(op.inputs[0], number) for number in saved)), None)


def _changes(run: RecordedRun, op: Op) -> bool:
    return is_in_place(op) or bool(op.outputs and run.memory.get(op.outputs[0]) is not None and _inplace_flag(op))


def _inplace_flag(op: Op) -> bool:
    return op.source is not None and "inplace=True" in op.source.text


def _step_since(run: RecordedRun, node: Node, names: Sequence[str]) -> int | None:
    """Return the position of the step that updated a parameter which a node has saved."""
    made = -1 if node.op is None else run.ran_at.get(node.op, -1)
    for i, event in run.of_kind("param_update"):
        if i > made and event.param in names:
            return i
    return None


def _stepped(run: RecordedRun, node: Node, update: int, versions: list[str]) -> Diagnosis:
    begins = [event for i, event in run.of_kind("step_begin") if i < update]
    event = begins[-1] if begins else run.events[update]
    source, param = source_of(event), run.events[update].param
    line = "optimizer.step()" if source is None else source.text.strip()
    cause = run.say("stepped", param=param, node=run.named(node))
    told = "stepped_saved" if versions else "stepped_saved_bare"
    evidence = [run.say(told, node=run.named(node), param=param, versions=", ".join(versions))]
    evidence.append(run.say("stepped_line", line=run.line(source)))
    repair = run.say("stepped_repair", line=line)
    return Diagnosis("step_between_backwards", cause, repair, "elsewhere", source, node.key, tuple(evidence))


def _is_edit(run: RecordedRun, node: Node, update: int) -> bool:
    """Return whether a parameter was changed outside of a step, one number of it or before any backward pass."""
    made = -1 if node.op is None else run.ran_at.get(node.op, -1)
    if any(begin < update < end for begin, end in steps_of(run)):
        return False
    by = str(run.events[update].fact("by") or "")
    return by.endswith("__setitem__") or not any(made < done.end < update for done in run.passes)


def _edited(run: RecordedRun, node: Node, update: int, versions: list[str]) -> Diagnosis:
    """A parameter was changed by hand, as under ``torch.no_grad()``, before backward used what was saved of it."""
    event = run.events[update]
    source = source_of(event)
    cause = run.say("edited", tensor=event.param, node=run.named(node))
    told = "stepped_saved" if versions else "stepped_saved_bare"
    evidence = [run.say(told, node=run.named(node), param=event.param, versions=", ".join(versions))]
    evidence.append(run.say("data_line", line=run.line(source)))
    repair = run.say("edited_repair", line="" if source is None else source.text.strip())
    return Diagnosis("inplace_on_saved", cause, repair, "elsewhere", source, node.key, tuple(evidence))


def edited_by_data(run: RecordedRun) -> Diagnosis | None:
    """A saved tensor was changed through ``.data``, which torch cannot see."""
    for op in run.recording.ops:
        event = run.events[run.ran_at[op.id]] if op.id in run.ran_at else None
        alias = None if event is None else event.fact("alias:0")
        if not is_in_place(op) or not isinstance(alias, int):
            continue
        node = _saved_by(run, alias, run.ran_at[op.id])
        if node is None:
            continue
        repair = rewriting.out_of_place(op.source) or run.say("data_repair")
        cause = run.say("data", op=run.title(op))
        evidence = (run.say("data_version", node=run.named(node)), run.say("data_line", line=run.line(op.source)))
        return Diagnosis("data_edit", cause, repair, "instead", op.source, node.key, evidence)
    return None


def _saved_by(run: RecordedRun, number: int, at: int) -> Node | None:
    """Return a node that held a tensor when it was changed, and ran backward afterwards."""
    for done in run.passes:
        if done.begin < at:
            continue
        for node in run.graph(done).nodes:
            made = None if node.op is None else run.recording.ops[node.op]
            if made is None or run.ran_at.get(made.id, at) >= at:
                continue
            held = {saved.name for saved in node.saved if saved.state == "held" or _is_result(saved)}
            kept = made.outputs if "result" in held else made.inputs if held else ()
            if any(run.same_memory(number, other) for other in kept):
                return node
    return None


def _is_result(saved: Saved) -> bool:
    """Return whether a saved tensor that cannot be read (before torch 2.13) is surely there: a result always is."""
    return saved.state == "unreadable" and saved.name == "result"
