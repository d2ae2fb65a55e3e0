"""What is left of a recorded step when its events are let go of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepSummary:
    """One step of a long run in numbers; None for what the step did not have.

    Attributes:
        step: How many optimizer steps had ended before.
        loss: The root of its last backward pass, where that is one number.
        grad_norm: Norm of all gradients that the step took, together.
        lr: Learning rate of the first group.
        seconds: Wall-clock time, with the recording of it.
    """

    step: int
    loss: float | None = None
    grad_norm: float | None = None
    lr: float | None = None
    seconds: float = 0.0
