"""What can be done to a machine, as frozen records: a program of the Lab is a spec and a list of these."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphtrace.lab.records.fields import (
    ListOf,
    RecordOf,
    choice,
    flag,
    integer,
    integer_rule,
    real_rule,
    rule_metadata,
    text,
    with_rule,
)
from graphtrace.lab.records.layers import SIZE
from graphtrace.lab.records.spec import OPTIMIZERS, SCHEDULERS, SGD, Optimizer, Scheduler


@dataclass(frozen=True, slots=True)
class Forward:
    """``loss = criterion(net(x), y)``."""


@dataclass(frozen=True, slots=True)
class Backward:
    """``loss.backward()``."""

    retain_graph: bool = flag(False)


@dataclass(frozen=True, slots=True)
class ZeroGrad:
    """``optimizer.zero_grad()``."""

    set_to_none: bool = flag(True)


@dataclass(frozen=True, slots=True)
class Step:
    """``optimizer.step()``, and the scheduler's after it."""


@dataclass(frozen=True, slots=True)
class Iterate:
    """`n` times zero, forward, backward, step. `zero` is how gradients are cleared."""

    n: int = integer(1, 1_000_000)
    zero: str = choice("none", "zeros", "never")


@dataclass(frozen=True, slots=True)
class Edit:
    """Scalar number set by hand.

    Attributes:
        tensor: A parameter's name, that name and ``.grad``, ``x`` or ``y``.
        index: Which number of it.
    """

    tensor: str = text(200, "x")
    index: tuple[int, ...] = with_rule(ListOf(integer_rule(0, SIZE), most=5), ())
    value: float = with_rule(real_rule(-1e30, 1e30), 0.0)


@dataclass(frozen=True, slots=True)
class Freeze:
    """``parameter.requires_grad_(not frozen)``."""

    parameter: str = text(200)
    frozen: bool = flag(True)


@dataclass(frozen=True, slots=True)
class Hook:
    """A forward hook on a module: ``out.detach()``, ``out.retain_grad()``, or none from here on."""

    module: str = text(200)
    does: str = choice("detach", "retain_grad", "nothing")


@dataclass(frozen=True, slots=True)
class Train:
    """``net.train(on)``: dropout and batch norm work differently off."""

    on: bool = flag(True)


@dataclass(frozen=True, slots=True)
class Swap:
    """Another optimizer from here on; what the old one remembered is gone."""

    optimizer: Optimizer = field(default=SGD(), metadata=rule_metadata(RecordOf(lambda: OPTIMIZERS)))
    scheduler: Scheduler | None = field(
        default=None, metadata=rule_metadata(RecordOf(lambda: SCHEDULERS, optional=True))
    )


Action = Forward | Backward | ZeroGrad | Step | Iterate | Edit | Freeze | Hook | Train | Swap

ACTIONS: dict[str, type] = {
    kind.__name__: kind for kind in (Forward, Backward, ZeroGrad, Step, Iterate, Edit, Freeze, Hook, Train, Swap)
}
