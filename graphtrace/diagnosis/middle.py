"""A ``detach()`` between layers: what lies before it gets no gradient, although an optimizer owns it."""

from __future__ import annotations

from collections.abc import Iterable

from graphtrace.diagnosis.cut import reconnected
from graphtrace.diagnosis.records import Diagnosis
from graphtrace.diagnosis.run import RecordedRun, short_name
from graphtrace.model import Op

_AS_MADE = 1  # version of a parameter that was filled once, by the layer that made it


def detached_layers(run: RecordedRun) -> Diagnosis | None:
    """Parameters before a ``detach()`` never get a gradient, and each step of their optimizer skips them.

    Certain only where learned layers go on from what was detached: a detached target or weight is meant to be one.
    A parameter that any pass reaches, or that anything else updates, as a target network's, is left out, and so is one
    that was changed since its layer made it: a head on features that were learned before is meant to learn alone.
    """
    skipped = _always_skipped(run)
    if not skipped:
        return None
    for op in reversed(run.recording.ops):
        if short_name(op) != "detach" or not op.grad_mode:
            continue
        lost = [name for name in _leaves(run, op.inputs) if name in skipped]
        if lost and _goes_on(run, op):
            return _detached(run, op, lost)
    return None


def _always_skipped(run: RecordedRun) -> set[str]:
    """Return what every step skipped for want of a gradient, and what nothing else changed or gave one."""
    notes = [note for note in run.recording.notes if note.kind == "update_skipped" and note.param]
    reached = {event.param for _, event in run.of_kind("accumulate", "param_update", "grad_edit", "grad_zero")}
    frozen = {note.param for note in notes if note.frozen}
    first = run.passes[0].end if run.passes else None
    late = {str(note.param) for note in notes if first is not None and note.event > first}
    made = {event.param for _, event in run.of_kind("update_skipped") if event.fact("version") == _AS_MADE}
    return (late & made) - reached - frozen


def _leaves(run: RecordedRun, numbers: Iterable[int]) -> list[str]:
    """Return the names of the leaves that gradients of some tensors would reach, in order of their first use."""
    waiting, seen, found = list(numbers), set(), {}
    while waiting:
        number = waiting.pop()
        tensor = run.tensor(number)
        if number in seen or not tensor.requires_grad:
            continue
        seen.add(number)
        if number in run.maker:
            waiting += run.maker[number].inputs
        elif tensor.name:
            found[number] = tensor.name
    return list(dict.fromkeys(found[number] for number in sorted(found)))


def _goes_on(run: RecordedRun, op: Op) -> bool:
    """Return whether what was detached goes into a layer that learned in a pass."""
    learned = {event.param for _, event in run.of_kind("accumulate")}
    used = {node.op for done in run.passes for node in run.graph(done).nodes}
    waiting, seen = list(op.outputs), set()
    while waiting:
        number = waiting.pop()
        for reader in run.readers.get(number, []):
            if reader.id in seen:
                continue
            seen.add(reader.id)
            names = {tensor.name for tensor in run.inputs(reader) if tensor.requires_grad}
            if reader.id in used and names and names <= learned:
                return True
            if not names:
                waiting += reader.outputs
    return False


def _detached(run: RecordedRun, op: Op, lost: list[str]) -> Diagnosis:
    listed = ", ".join(lost[:4]) + (" …" if len(lost) > 4 else "")
    evidence = [run.say("cut_op", op=run.title(op), line=run.line(op.source))]
    evidence += [run.say("empty_step_fact", name=name) for name in lost[:5]]
    repair, place = reconnected(run, op)
    cause = run.say("middle", op=run.title(op), names=listed)
    return Diagnosis("graph_cut", cause, repair, place, op.source, None, tuple(evidence))
