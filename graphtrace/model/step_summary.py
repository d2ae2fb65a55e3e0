"""The summary of a recorded step."""

from __future__ import annotations

import math

from graphtrace.model.recording import Recording
from graphtrace.model.summaries import StepSummary

OLDER_OPERATIONS = "operations that ran before the step began"  # as a warning of a recorded step names them


def summary_of(recording: Recording, step: int, seconds: float) -> StepSummary:
    """Return the summary of a recorded step.

    Args:
        recording: Of this step alone.
        step: Its number.
        seconds: How long it took.
    """
    updates = [event for event in recording.events if event.kind == "param_update"]
    norms = [grad.norm for event in updates if (grad := event.tensor("grad")) is not None and grad.norm is not None]
    rates = [rate for event in updates if isinstance(rate := event.fact("lr"), float)]
    grad_norm = math.sqrt(sum(norm * norm for norm in norms)) if norms else None
    return StepSummary(step, _loss(recording), grad_norm, rates[0] if rates else None, seconds)


def _loss(recording: Recording) -> float | None:
    """Find the output of the operation that made the first root of the last pass."""
    graph = recording.graphs[-1] if recording.graphs else None
    op = None if graph is None else graph.nodes[graph.roots[0][0]].op
    made = [event for event in recording.events if event.kind == "forward_op" and event.op == op is not None]
    output = made[-1].tensor("out:0") if made else None
    numbers = output.numbers() if output is not None and output.is_whole else ()
    return float(numbers[0]) if len(numbers) == 1 and not isinstance(numbers[0], complex) else None
