"""Accidents, and the numbers of a step, as a run's folder has them."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.literals import AccidentKind
from graphtrace.model import Source


@dataclass(frozen=True, slots=True)
class InputFacts:
    """A tensor of the batch.

    Attributes:
        name: Of the program's variable.
        shape: Its shape.
        dtype: Its dtype.
        not_finite: How many of its numbers are NaN or infinite.
        dead: Columns, counted from 0 along the last axis, that hold one and the same number in every row, or NaN.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    not_finite: int = 0
    dead: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Accident:
    """What went wrong in a run, and where it began.

    Attributes:
        kind: What the flight recorder met.
        step: How many optimizer steps had ended before.
        name: The parameter concerned, empty where none is.
        value: The loss or the norm concerned, None where there is none.
        error: Class and message of the exception.
        source: The line where it began.
        node: Key of the graph's node where it began.
        op: The operation in words, as the player titles it.
        mistake: Slug of the diagnosis, empty where no rule was certain.
        cause: The diagnosis in one sentence.
        repair: A line of code.
        evidence: Sentences with the recorded facts.
        steps: Steps that were recorded whole.
        batch: What came into the step from outside.
        left_out: What could not be kept, in words.
        seconds: When, in seconds since 1970.
        complete: Whether all files of the accident were written.
    """

    kind: AccidentKind
    step: int
    name: str = ""
    value: float | None = None
    error: tuple[str, ...] = ()
    source: Source | None = None
    node: str | None = None
    op: str = ""
    mistake: str = ""
    cause: str = ""
    repair: str = ""
    evidence: tuple[str, ...] = ()
    steps: tuple[int, ...] = ()
    batch: tuple[InputFacts, ...] = ()
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0
    complete: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class StepNumbers:
    """A step in numbers; None for what is not known.

    Attributes:
        step: How many optimizer steps had ended before.
        loss: What its last backward pass started from.
        grad_norm: Norm of all gradients that the step took, together.
        lr: Learning rate of the first group.
        seconds: Wall-clock time since the step before ended, None for the first.
    """

    step: int
    loss: float | None = None
    grad_norm: float | None = None
    lr: float | None = None
    seconds: float | None = None
