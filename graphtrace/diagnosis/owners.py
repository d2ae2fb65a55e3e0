"""Mistakes about which parameters an optimizer owns."""

from __future__ import annotations

from collections.abc import Iterator

from graphtrace.diagnosis.records import Diagnosis
from graphtrace.diagnosis.run import RecordedRun, source_of


def steps_of(run: RecordedRun) -> Iterator[tuple[int, int]]:
    """Yield the positions of the first and last event of each optimizer step."""
    begun = None
    for i, event in run.of_kind("step_begin", "step_end"):
        if event.kind == "step_begin":
            begun = i
        elif begun is not None:
            yield begun, i
            begun = None


def nobody_updates(run: RecordedRun) -> Diagnosis | None:
    """A parameter receives gradients, steps run, and none of them updates it."""
    steps = list(steps_of(run))
    if not steps:
        return None
    graded = {e.param for i, e in run.of_kind("accumulate") if e.param and i < steps[-1][0]}
    handled = {e.param for _, e in run.of_kind("param_update") if e.param} | {
        n.param for n in run.recording.notes if n.param
    }
    owned = {t.name for t in run.recording.tensors if t.origin == "param" and _is_of_module(t.name)}
    cleared = {e.param for i, e in run.of_kind("grad_zero") if i < steps[0][0]}
    missed = sorted((graded & owned) - handled - cleared)
    if not missed:
        return None
    event = run.events[steps[0][0]]
    source = source_of(event)
    optimizer = (source.text.strip().partition(".step")[0] if source else "") or "optimizer"
    cause = run.say("unowned", name=missed[0])
    evidence = tuple(run.say("unowned_fact", name=name) for name in missed[:6])
    listed = ", ".join(map(_path, missed))
    repair = run.say("unowned_repair", code=f'{optimizer}.add_param_group({{"params": [{listed}]}})')
    return Diagnosis("optimizer_misses_parameter", cause, repair, "elsewhere", source, missed[0], evidence)


def _is_of_module(name: str) -> bool:
    """Return whether a name is a module's parameter; a leaf of the program's own may be an input."""
    return "." in name or name in ("weight", "bias")


def _path(name: str) -> str:
    parts = [f"[{part}]" if part.isdigit() else f".{part}" for part in name.split(".")]
    return f"model{''.join(parts)}"


def all_frozen(run: RecordedRun) -> Diagnosis | None:
    """An optimizer's step could update nothing, because every parameter that it owns is frozen."""
    for begin, end in steps_of(run):
        skips = [n for n in run.recording.notes if n.kind == "update_skipped" and begin < n.event <= end]
        moved = any(event.kind == "param_update" for event in run.events[begin:end])
        if not skips or moved or not all(note.frozen for note in skips):
            continue
        names = [str(note.param) for note in skips]
        source = source_of(run.events[begin])
        cause = run.say("all_frozen", names=", ".join(names[:3]))
        evidence = tuple(run.say("all_frozen_fact", name=name) for name in names[:6])
        thaw = "; ".join(f"{_path(name)}.requires_grad_(True)" for name in names)
        repair = run.say("all_frozen_repair", code=thaw)
        return Diagnosis("frozen_parameter", cause, repair, "elsewhere", source, names[0], evidence)
    return None
