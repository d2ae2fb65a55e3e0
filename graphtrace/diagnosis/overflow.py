"""Numbers that training made too large: a step that is too long, and parameters that are not finite any more."""

from __future__ import annotations

import math

from graphtrace.diagnosis.records import Diagnosis
from graphtrace.diagnosis.run import RecordedRun, short_name, source_of
from graphtrace.model import Event, Op, TensorData

_LARGE = 1e15  # from here on a square or a product may leave the range of float32
_SINGULAR = {
    "log",
    "log2",
    "log10",
    "sqrt",
    "rsqrt",
    "exp",
    "div",
    "true_divide",
    "__truediv__",
    "reciprocal",
    "acos",
    "asin",
}


def born_in_step(run: RecordedRun) -> Diagnosis | None:
    """A step made a parameter infinite or NaN out of finite numbers."""
    for i, event in run.of_kind("param_update"):
        before, after, grad = (event.tensor(name) for name in ("before", "after", "grad"))
        if before is not None and grad is not None and _fits(before) and _fits(grad) and _bad(after):
            begun = [step for at, step in run.of_kind("step_begin") if at < i]
            source = source_of(begun[-1] if begun else event)
            cause = run.say("born_step", name=event.param, what=run.say(_what(after)))
            evidence = (run.say("born_step_fact", name=event.param, size=_size(grad), line=run.line(source)),)
            return Diagnosis("non_finite", cause, _slower(run, event), "elsewhere", source, event.param, evidence)
    return None


def overflow(run: RecordedRun) -> Diagnosis | None:
    """An operation without a singular point read finite, very large numbers and left the range of its dtype."""
    for op in run.recording.ops:
        made = run.content(op)
        read = _read(run, op)
        large = max((_largest(data) for data in read), default=0.0)
        overflows = large > _LARGE and all(_fits(data) for data in read) and _bad(made)
        if overflows and short_name(op) not in _SINGULAR and run.outputs(op)[0].requires_grad:
            what, high = run.say(_what(made)), f"{large:.3g}"
            cause = run.say("overflow", op=run.title(op), what=what, high=high)
            evidence = (run.say("overflow_fact", op=run.title(op), line=run.line(op.source), high=high, what=what),)
            key = next((n.key for graph in run.recording.graphs for n in graph.nodes if n.op == op.id), None)
            repair = _slower(run, None, otherwise="smaller_numbers")
            return Diagnosis("non_finite", cause, repair, "elsewhere", op.source, key, evidence)
    return None


def bad_parameter(run: RecordedRun) -> Diagnosis | None:
    """A parameter was not finite when the recording began."""
    for op in run.recording.ops:
        event = run.events[run.ran_at[op.id]] if op.id in run.ran_at else None
        for i, number in enumerate(op.inputs if event is not None else ()):
            tensor, data = run.tensor(number), event.tensor(f"in:{i}") if event is not None else None
            if tensor.requires_grad and tensor.origin in ("param", "leaf") and _bad(data):
                what = run.say(_what(data))
                cause = run.say("bad_parameter", name=tensor.name, what=what)
                evidence = (run.say("bad_parameter_fact", name=tensor.name, what=what, line=run.line(op.source)),)
                repair = _slower(run, None)
                return Diagnosis("non_finite", cause, repair, "elsewhere", op.source, tensor.name or None, evidence)
    return None


def bad_input(run: RecordedRun) -> Diagnosis | None:
    """The data brought NaN with it, and a gradient or the loss shows it."""
    if not any(_bad(data) for _, event in run.of_kind("edge_add") if (data := event.tensor("added")) is not None):
        return None
    for op in run.recording.ops:
        event = run.events[run.ran_at[op.id]] if op.id in run.ran_at else None
        for i, number in enumerate(op.inputs if event is not None else ()):
            tensor, data = run.tensor(number), event.tensor(f"in:{i}") if event is not None else None
            if tensor.origin == "input" and _what(data) == "nan" and _bad(run.content(op)):
                name = tensor.name or run.say("nameless_input")
                cause = run.say("bad_input", name=name)
                evidence = (run.say("bad_input_fact", name=name, op=run.title(op), line=run.line(op.source)),)
                key = next((n.key for graph in run.recording.graphs for n in graph.nodes if n.op == op.id), None)
                repair = f"assert {tensor.name or 'x'}.isfinite().all()"
                return Diagnosis("non_finite", cause, repair, "before", op.source, key, evidence)
    return None


def _read(run: RecordedRun, op: Op) -> list[TensorData]:
    event = run.events[run.ran_at[op.id]] if op.id in run.ran_at else None
    found = []
    for i, number in enumerate(op.inputs):
        maker = run.maker.get(number)
        own = None if event is None else event.tensor(f"in:{i}")
        data = own if maker is None else run.content(maker, maker.outputs.index(number))
        found += [] if data is None else [data]
    return found


def _slower(run: RecordedRun, event: Event | None, otherwise: str = "slower") -> str:
    """Return the repair: a tenth of the learning rate, where that is known."""
    steps = [event] if event is not None else [step for _, step in run.of_kind("param_update")]
    rates = [rate for step in steps if isinstance(rate := step.fact("lr"), int | float)]
    return run.say("slower_known", lr=f"{rates[-1] / 10:g}") if rates else run.say(otherwise)


def _largest(data: TensorData) -> float:
    return max((abs(n) for n in (data.min, data.max) if isinstance(n, float) and math.isfinite(n)), default=0.0)


def _fits(data: TensorData) -> bool:
    """Return whether all numbers of a tensor are finite; their norm may be too large all the same."""
    return all(math.isfinite(n) for n in (data.min, data.max) if isinstance(n, float))


def _bad(data: TensorData | None) -> bool:
    return data is not None and not _fits(data)


def _what(data: TensorData | None) -> str:
    return (
        "nan"
        if data is not None and any(isinstance(n, float) and math.isnan(n) for n in (data.min, data.max))
        else "infinite"
    )


def _size(data: TensorData) -> str:
    return f"{_largest(data):.3g}"
