"""The actions on a machine, as frozen records: a program of the Lab is a spec and a list of actions."""

from __future__ import annotations

from dataclasses import dataclass, field

from graphtrace.lab.records.fields import choice, flag, integer, integer_rule, real_rule, rule_metadata, text, with_rule
from graphtrace.lab.records.layers import SIZE
from graphtrace.lab.records.rules import ListOf, RecordOf
from graphtrace.lab.records.spec import OPTIMIZERS, SCHEDULERS, SGD, SPECS, Optimizer, Scheduler, Spec


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
    """``optimizer.step()``, then ``scheduler.step()``."""


@dataclass(frozen=True, slots=True)
class Iterate:
    """`n` iterations of zero, forward, backward, step. `zero` is how gradients are cleared."""

    n: int = integer(1, 1_000_000)
    zero: str = choice("none", "zeros", "never")


@dataclass(frozen=True, slots=True)
class Edit:
    """Set one number by hand.

    Attributes:
        tensor: Name of a parameter, ``<name>.grad``, ``x`` or ``y``.
        index: Position of the number, one index per dimension.
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
    """A forward hook on a module: ``out.detach()``, ``out.retain_grad()``, or nothing from now on."""

    module: str = text(200)
    does: str = choice("detach", "retain_grad", "nothing")


@dataclass(frozen=True, slots=True)
class Train:
    """``net.train(on)``: evaluation mode changes dropout and batch norm."""

    on: bool = flag(True)


@dataclass(frozen=True, slots=True)
class Swap:
    """Use another optimizer from now on; the state of the old one is lost."""

    optimizer: Optimizer = field(default=SGD(), metadata=rule_metadata(RecordOf(lambda: OPTIMIZERS)))
    scheduler: Scheduler | None = field(
        default=None, metadata=rule_metadata(RecordOf(lambda: SCHEDULERS, optional=True))
    )


@dataclass(frozen=True, slots=True)
class Redesign:
    """Go on with another spec.

    Attributes:
        spec: The new one.
        keep: Whether weights, gradients and all else that fits stay; else the program starts again.
    """

    spec: Spec = field(default=Spec(), metadata=rule_metadata(RecordOf(lambda: SPECS)))
    keep: bool = flag(False)


Action = Forward | Backward | ZeroGrad | Step | Iterate | Edit | Freeze | Hook | Train | Swap | Redesign

_KINDS = (Forward, Backward, ZeroGrad, Step, Iterate, Edit, Freeze, Hook, Train, Swap, Redesign)
ACTIONS: dict[str, type] = {kind.__name__: kind for kind in _KINDS}
