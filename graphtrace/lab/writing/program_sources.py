"""Recordings of the Lab point into its program: which line each action runs."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from graphtrace.lab.records import actions as act
from graphtrace.lab.records.spec import ByHand, Spec
from graphtrace.lab.writing.code import FILE, program
from graphtrace.literals import EventKind
from graphtrace.model import Event, Recording, Source

_LINES: dict[type, str] = {act.Forward: "forward", act.Backward: "backward", act.ZeroGrad: "zero", act.Step: "step"}
_OF_A_RUN: dict[EventKind, str] = {
    "forward_op": "forward",
    "backward_begin": "backward",
    "grad_zero": "zero",
    "step_begin": "step",
    "param_update": "step",
}


@lru_cache(maxsize=64)
def _loop(spec: Spec) -> dict[str, Source]:
    """Return the lines of the training loop that actions run, by their names."""
    written = program(spec)
    text, found = written.text.splitlines(), {}
    for name in _LINES.values():
        first, last = written.lines[name]
        line = last if name == "step" and isinstance(spec.optimizer, ByHand) else first
        code = text[line - 1]
        found[name] = Source(FILE, line, len(code) - len(code.lstrip()), len(code), code)
    return found


@lru_cache(maxsize=256)
def action_source(spec: Spec, action: act.Action) -> Source:
    """Return the line of code that an action runs; one that is not in the training loop has number 0."""
    written = program(spec, (action,))
    first, last = written.action_lines[0]
    code = written.text.splitlines()[first - 1 : last]
    name = _LINES.get(type(action))
    if name is None:
        return Source(FILE, 0, text=code[-1 if isinstance(action, act.Edit) else 0].strip())
    known = _loop(spec)[name]
    return known if name in ("forward", "step") else replace(known, text=" " * (known.column or 0) + code[0])


def with_program_source(recording: Recording, spec: Spec, action: act.Action) -> Recording:
    """Return a recording that points into the program instead of into this package.

    Args:
        recording: Of one action.
        spec: With the optimizer in use.
        action: What was done.
    """
    loop, own = _loop(spec), action_source(spec, action)
    is_run = isinstance(action, act.Iterate)
    beside = loop["step"] if is_run else own  # what runs under no_grad
    return replace(
        recording,
        ops=tuple(replace(op, source=loop["forward"] if op.grad_mode else beside) for op in recording.ops),
        events=tuple(
            _placed(event, _line_of(event, loop) if is_run else own) if event.fact("line") else event
            for event in recording.events
        ),
        notes=tuple(replace(note, source=own) if note.source else note for note in recording.notes),
    )


def _line_of(event: Event, loop: dict[str, Source]) -> Source:
    """Return the line of the training loop that an event belongs to."""
    if event.kind == "error":
        return loop["forward" if event.graph is None else "backward"]
    return loop[_OF_A_RUN.get(event.kind, "forward")]


def _placed(event: Event, source: Source) -> Event:
    """Return an event at another line."""
    told: dict[str, int | float | bool | str | None] = {"file": FILE, "line": source.line, "text": source.text}
    return replace(event, facts=tuple((name, told.get(name, fact)) for name, fact in event.facts))
