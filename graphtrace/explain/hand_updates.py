"""The rule of an update by hand: ``w -= 0.1 * w.grad``, read from the recorded product and checked with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose, isfinite

from graphtrace.explain.numbers import number
from graphtrace.explain.updates import UpdateLine, UpdateRule, update_rule
from graphtrace.model import Event, Op, Recording, TensorData

_SIGNS: Mapping[str, float] = {"Tensor.sub_": -1.0, "Tensor.add_": 1.0}
_PRODUCTS = ("Tensor.mul", "mul")
_CLOSE = 0.02  # relative difference of norms: a small step is rounded to the digits of a large parameter


def update_rules(recording: Recording) -> dict[int, UpdateRule]:
    """Return the rules of all updates whose rules are known, by the cursors behind them."""
    found: dict[int, UpdateRule] = {}
    events = recording.events
    for cursor, event in enumerate(events, 1):
        if event.kind == "param_update":
            made = events[cursor - 2] if cursor > 1 else None
            rule = update_rule(event) or (_by_hand(recording, event, made) if made is not None else None)
            found |= {cursor: rule} if rule is not None else {}
    return found


def _by_hand(recording: Recording, event: Event, made: Event) -> UpdateRule | None:
    """Return the rule where the call before, in the same line, gave a number times this parameter's gradient."""
    sign = _SIGNS.get(str(event.fact("by")))
    before, after, grad = (event.tensor(name) for name in ("before", "after", "grad"))
    if sign is None or made.kind != "forward_op" or made.op is None or before is None or after is None or grad is None:
        return None
    op = recording.ops[made.op]
    factor = _factor(recording, op, f"{event.param}.grad")
    here = op.source is not None and (op.source.file, op.source.line) == (event.fact("file"), event.fact("line"))
    if factor is None or not here or not _agrees(event.tensor("delta"), factor, grad):
        return None
    moved = sign * factor
    text = f"{{w}} {'−' if moved < 0 else '+'} {number(abs(moved))} · {{g}}"
    return UpdateRule((UpdateLine(text, "W"),), "", {"w": before, "W": after, "g": grad})


def _factor(recording: Recording, op: Op, grad: str) -> float | None:
    """Return by what an operation multiplied a gradient of this name."""
    inputs = [recording.tensors[number] for number in op.inputs]
    factors = [value for _, value in op.constants if isinstance(value, int | float) and not isinstance(value, bool)]
    if op.name not in _PRODUCTS or len(inputs) != 1 or inputs[0].name != grad or len(factors) != 1:
        return None
    return float(factors[0])


def _agrees(delta: TensorData | None, factor: float, grad: TensorData) -> bool:
    """Whether the parameter changed by as much as the product says."""
    if delta is None or delta.norm is None or grad.norm is None or not isfinite(delta.norm):
        return False
    return isclose(delta.norm, abs(factor) * grad.norm, rel_tol=_CLOSE)
