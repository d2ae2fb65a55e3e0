"""The state at one cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphtrace.literals import NodeState, Phase, SavedNow, Skip
from graphtrace.model import Event, TensorData

Update = tuple[TensorData | None, TensorData | None]  # before, after


@dataclass(frozen=True, slots=True)
class Grad:
    """A leaf's .grad.

    Attributes:
        value: None where it is None.
        layers: What was added to it since it was last zeroed; what it held when the recording began is the first.
        count: How many backward passes have added to it; those of before the recording are one layer.
    """

    value: TensorData | None = None
    layers: tuple[TensorData, ...] = ()
    is_zero: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """Everything at one cursor.

    Attributes:
        cursor: How many events have happened.
        event: The one that happened last, None at 0.
        phase: ``start forward backward zero edit step error``.
        step: Optimizer steps that had ended.
        graph: Position of the graph that a backward pass last ran on, None before the first.
        nodes: Per node id of that graph: ``waiting`` (some gradients missing), ``ready``,
            ``running``, ``done``, ``not run`` (the pass ended without it).
        edges: Per edge its contribution, once delivered; None if nothing was.
        incoming: Per (node, input_nr) the partial sum that has arrived.
        grads: Per leaf name its .grad.
        saved: Per node that saved anything: ``held``, ``freed`` or ``stale``.
        params: Per leaf name its latest update: (before, after); None where the step that runs, or ran last, did not
            update it (yet).
        skipped: Per leaf name why that step left it alone: ``no gradient`` or ``frozen``; None where it did not.
        values: Per leaf name its value, as it was when an operation first used it or after its latest update.
        outputs: Per forward op id its outputs.
        error: The message, if torch raised.
    """

    cursor: int
    event: Event | None
    phase: Phase
    step: int
    graph: int | None
    nodes: Mapping[int, NodeState]
    edges: Mapping[int, TensorData | None]
    incoming: Mapping[tuple[int, int], TensorData | None]
    grads: Mapping[str, Grad]
    saved: Mapping[int, SavedNow]
    params: Mapping[str, Update | None]
    skipped: Mapping[str, Skip | None]
    values: Mapping[str, TensorData | None]
    outputs: Mapping[int, tuple[TensorData | None, ...]]
    error: str | None
