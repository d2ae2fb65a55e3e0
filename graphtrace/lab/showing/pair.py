"""Two branches of one past: made, run alike but for one thing, and compared at the same place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torch import Tensor

from graphtrace.lab.records.spec import Optimizer
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.running.snapshot import same_bits
from graphtrace.lab.showing.history import forwards
from graphtrace.lab.showing.moment import Moment, tensors
from graphtrace.model import Event, Recording

Meeting = tuple[int, bool]  # cursor of the other recording, whether it has done the same there


@dataclass(frozen=True, slots=True)
class Pair:
    """Two machines that have the same past up to an action.

    Attributes:
        fork: Actions that both have in common.
    """

    a: Machine
    b: Machine
    fork: int

    @property
    def shared(self) -> int:
        """Forward passes that both have in common."""
        return forwards(self.a, Moment(self.fork))


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter in both branches. A gradient of None has no norm.

    Attributes:
        gap: Norm of the difference of the values; `most` the largest single one.
        same: Whether value and gradient are the same to the bit.
    """

    name: str
    a: float
    b: float
    gap: float
    most: float
    grad_a: float | None
    grad_b: float | None
    same: bool


def branch(machine: Machine, at: Moment) -> Pair:
    """Keep a machine as A, and let B go on from a moment; from inside an action, from before it."""
    return Pair(machine, machine.branch(at.turn), at.turn)


def against_optimizer(machine: Machine, at: Moment, optimizer: Optimizer, n: int) -> Pair:
    """Run `n` iterations from a moment with the optimizer as it is (A), and with another from the same weights (B).

    Raises:
        SpecError: A limit is passed.
    """
    pair = Pair(machine.branch(at.turn), machine.branch(at.turn), at.turn)
    pair.b.swap(optimizer)
    _run(pair.a, n, True)
    _run(pair.b, n, True)
    return pair


def against_no_zero(machine: Machine, at: Moment, n: int) -> Pair:
    """Run `n` iterations from a moment with ``zero_grad`` (A) and without (B), from the same weights.

    Raises:
        SpecError: A limit is passed.
    """
    pair = Pair(machine.branch(at.turn), machine.branch(at.turn), at.turn)
    _run(pair.a, n, True)
    _run(pair.b, n, False)
    return pair


def _run(machine: Machine, n: int, zero: bool) -> None:
    """Run iterations, the last one watched."""
    if n > 1:
        machine.iterate(n - 1, zero="none" if zero else "never")
    if zero:
        machine.zero_grad()
    machine.forward()
    machine.backward()
    machine.step()


def meet(of: Recording, cursor: int, other: Recording) -> int:
    """Return the cursor in another recording at which the same has happened; see `meetings`."""
    return meetings(of, other)[min(max(0, cursor), len(of))][0]


def meetings(of: Recording, other: Recording) -> tuple[Meeting, ...]:
    """Return for every cursor of a recording where another one meets it.

    Events are the same if kind and node, parameter or operation are, counted from the end: what was
    done last in both stands side by side. An event that only one has is stood for by the one before it.
    """
    places = {key: place for place, key in enumerate(_keys(other), 1)}
    found = [(0, True)]
    for key in _keys(of):
        found.append((places.get(key, found[-1][0]), key in places))
    return tuple(found)


def parting(a: Recording, b: Recording) -> int | None:
    """Return the cursor of the first event of `a` that `b` has too, but with other contents; None without one."""
    for cursor, (there, both) in enumerate(meetings(a, b)):
        if cursor and both and repr(a.events[cursor - 1].tensors) != repr(b.events[there - 1].tensors):
            return cursor
    return None


def _keys(recording: Recording) -> Iterator[tuple[str, str, int]]:
    names = [(event.kind, _subject(recording, event)) for event in recording.events]
    left = Counter(names)
    for name in names:
        left[name] -= 1
        yield (*name, left[name])


def _subject(recording: Recording, event: Event) -> str:
    if event.graph is not None and event.node is not None:
        return recording.graphs[event.graph].nodes[event.node].key
    if event.graph is not None and event.edge is not None:
        edge = recording.graphs[event.graph].edges[event.edge]
        return f"{recording.graphs[event.graph].nodes[edge.source].key}:{edge.slot}"
    if event.op is not None:
        op = recording.ops[event.op]
        return f"{op.module} {op.name}"
    return event.param or ""


def rows(pair: Pair, at_a: Moment, at_b: Moment) -> tuple[Row, ...]:
    """Compare every parameter at one moment of each branch."""
    a, b = tensors(pair.a, at_a), tensors(pair.b, at_b)
    return tuple(_row(name, a, b) for name in pair.a.names())


def _row(name: str, a: Mapping[str, Tensor], b: Mapping[str, Tensor]) -> Row:
    grads = a.get(f"{name}.grad"), b.get(f"{name}.grad")
    gap = a[name].double() - b[name].double()
    return Row(
        name=name,
        a=_norm(a[name]),
        b=_norm(b[name]),
        gap=_norm(gap),
        most=float(gap.abs().max()),
        grad_a=None if grads[0] is None else _norm(grads[0]),
        grad_b=None if grads[1] is None else _norm(grads[1]),
        same=same_bits(a[name], b[name]) and _same(*grads),
    )


def _norm(tensor: Tensor) -> float:
    return float(tensor.double().norm())


def _same(one: Tensor | None, other: Tensor | None) -> bool:
    return one is other if one is None or other is None else same_bits(one, other)
