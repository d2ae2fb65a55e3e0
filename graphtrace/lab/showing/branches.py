"""Two branches of one history: made, run alike but for one difference, and compared at the same place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torch import Tensor

from graphtrace.lab.records.spec import Optimizer
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.running.snapshot import same_bits
from graphtrace.lab.showing.time_points import TimePoint, tensors_at
from graphtrace.lab.showing.training_curves import forwards_done
from graphtrace.model import Event, Recording

CursorMatch = tuple[int, bool]  # the matching cursor in the other recording; whether the last event is in both


@dataclass(frozen=True, slots=True)
class BranchPair:
    """Two machines with the same history up to an action.

    Attributes:
        fork: How many actions both have in common.
    """

    a: Machine
    b: Machine
    fork: int

    @property
    def shared_forwards(self) -> int:
        """How many forward passes both have in common."""
        return forwards_done(self.a, TimePoint(self.fork))


@dataclass(frozen=True, slots=True)
class ParameterDifference:
    """One parameter in both branches.

    Attributes:
        norm_a: Norm of its value in A; `norm_b` in B.
        norm_of_difference: Norm of the difference of the values.
        largest_difference: Of a single number.
        grad_norm_a: Norm of its gradient in A, None for no gradient; `grad_norm_b` in B.
        same: Whether value and gradient are equal to the bit.
    """

    name: str
    norm_a: float
    norm_b: float
    norm_of_difference: float
    largest_difference: float
    grad_norm_a: float | None
    grad_norm_b: float | None
    same: bool


def branch_by_hand(machine: Machine, at: TimePoint) -> BranchPair:
    """Keep the machine as A, and branch B off at a point in time; inside an action, before that action."""
    return BranchPair(machine, machine.branch(at.actions), at.actions)


def branch_with_optimizer(machine: Machine, at: TimePoint, optimizer: Optimizer, n: int) -> BranchPair:
    """Run `n` iterations from a point in time with the present optimizer (A), and with another one (B).

    Args:
        machine: Both start from its weights.
        at: Where both branch off.
        optimizer: The optimizer of B.
        n: Iterations of each.

    Raises:
        SpecError: A limit is passed.
    """
    pair = BranchPair(machine.branch(at.actions), machine.branch(at.actions), at.actions)
    pair.b.swap(optimizer)
    _run(pair.a, n, zero=True)
    _run(pair.b, n, zero=True)
    return pair


def branch_without_zero_grad(machine: Machine, at: TimePoint, n: int) -> BranchPair:
    """Run `n` iterations from a point in time with ``zero_grad`` (A) and without (B), from the same weights.

    Raises:
        SpecError: A limit is passed.
    """
    pair = BranchPair(machine.branch(at.actions), machine.branch(at.actions), at.actions)
    _run(pair.a, n, zero=True)
    _run(pair.b, n, zero=False)
    return pair


def _run(machine: Machine, n: int, zero: bool) -> None:
    """Run iterations; the last one is recorded."""
    if n > 1:
        machine.iterate(n - 1, zero="none" if zero else "never")
    if zero:
        machine.zero_grad()
    machine.forward()
    machine.backward()
    machine.step()


def matching_cursor(recording: Recording, cursor: int, other: Recording) -> int:
    """Return the cursor at which the other recording has come as far as this one; see `matching_cursors`."""
    return matching_cursors(recording, other)[min(max(0, cursor), len(recording))][0]


def matching_cursors(recording: Recording, other: Recording) -> tuple[CursorMatch, ...]:
    """Return for every cursor of a recording the matching cursor of another one.

    Two events match if their kinds and their nodes, parameters or operations are the same, counted from the end:
    what both did last stands side by side. An event without a match has the match of the event before it.
    """
    cursor_of_key = {key: cursor for cursor, key in enumerate(_event_keys(other), 1)}
    matches = [(0, True)]
    for key in _event_keys(recording):
        matches.append((cursor_of_key.get(key, matches[-1][0]), key in cursor_of_key))
    return tuple(matches)


def first_difference(a: Recording, b: Recording) -> int | None:
    """Return the cursor of the first event of `a` whose match in `b` has other tensors; None if there is none."""
    for cursor, (match, in_both) in enumerate(matching_cursors(a, b)):
        if cursor and in_both and repr(a.events[cursor - 1].tensors) != repr(b.events[match - 1].tensors):
            return cursor
    return None


def _event_keys(recording: Recording) -> Iterator[tuple[str, str, int]]:
    names = [(event.kind, _subject(recording, event)) for event in recording.events]
    left = Counter(names)
    for name in names:
        left[name] -= 1
        yield (*name, left[name])


def _subject(recording: Recording, event: Event) -> str:
    """Return the node, edge, operation or parameter of an event."""
    if event.graph is not None and event.node is not None:
        return recording.graphs[event.graph].nodes[event.node].key
    if event.graph is not None and event.edge is not None:
        edge = recording.graphs[event.graph].edges[event.edge]
        return f"{recording.graphs[event.graph].nodes[edge.source].key}:{edge.slot}"
    if event.op is not None:
        op = recording.ops[event.op]
        return f"{op.module} {op.name}"
    return event.param or ""


def parameter_differences(pair: BranchPair, at_a: TimePoint, at_b: TimePoint) -> tuple[ParameterDifference, ...]:
    """Compare every parameter.

    Args:
        pair: The branches.
        at_a: The point in A's time.
        at_b: The point in B's time.
    """
    a, b = tensors_at(pair.a, at_a), tensors_at(pair.b, at_b)
    return tuple(_difference(name, a, b) for name in pair.a.names())


def _difference(name: str, a: Mapping[str, Tensor], b: Mapping[str, Tensor]) -> ParameterDifference:
    grad_a, grad_b = a.get(f"{name}.grad"), b.get(f"{name}.grad")
    difference = a[name].double() - b[name].double()
    return ParameterDifference(
        name=name,
        norm_a=_norm(a[name]),
        norm_b=_norm(b[name]),
        norm_of_difference=_norm(difference),
        largest_difference=float(difference.abs().max()),
        grad_norm_a=None if grad_a is None else _norm(grad_a),
        grad_norm_b=None if grad_b is None else _norm(grad_b),
        same=same_bits(a[name], b[name]) and _same_or_none(grad_a, grad_b),
    )


def _norm(tensor: Tensor) -> float:
    return float(tensor.double().norm())


def _same_or_none(a: Tensor | None, b: Tensor | None) -> bool:
    return a is b if a is None or b is None else same_bits(a, b)
