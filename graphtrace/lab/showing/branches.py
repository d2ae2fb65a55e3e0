"""Two branches of one history: made, run alike but for one difference, and compared at the same place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from graphtrace.lab.records.spec import Optimizer
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.running.snapshot import same_bits
from graphtrace.lab.showing.time_points import TimePoint, tensors_at
from graphtrace.lab.showing.training_curves import forwards_done


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
