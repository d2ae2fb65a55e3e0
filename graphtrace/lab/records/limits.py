"""How large a program of the Lab may be. The owner of a server changes a limit by an environment variable."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from functools import lru_cache

from graphtrace.errors import SpecError, shown

PREFIX = "GRAPHTRACE_MAX_"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force. ``GRAPHTRACE_MAX_PARAMETERS=1000000`` sets `parameters`, and so on.

    Attributes:
        parameters: Numbers that the net learns.
        activation_bytes: Bytes of the data and of what a forward pass saves for backward.
        flops: Multiplications and additions of one forward and backward pass.
        operations: Torch calls of one forward pass; a drawn graph has about as many nodes.
        layers: Layers of the spec, also those inside others.
        modules: Layers of the net: a repeated block counts each time.
        batch: Samples.
        steps: Iterations of one run.
        watched: Iterations of one recorded run.
        seconds: Wall-clock time of one run.
        upload_bytes: Bytes of an uploaded table.
        history_bytes: Bytes of the snapshots kept for undo; states that are not kept are run again.
        server_history_bytes: The same of all machines of a server: each may have an equal part of it.
        history: Actions of one machine.
        recordings: Newest actions whose recordings are kept; older actions are recorded again when needed.
    """

    parameters: int = 200_000
    activation_bytes: int = 16 << 20
    flops: int = 1_000_000_000
    operations: int = 600
    layers: int = 24
    modules: int = 128
    batch: int = 256
    steps: int = 10_000
    watched: int = 100
    seconds: int = 30
    upload_bytes: int = 1 << 20
    history_bytes: int = 64 << 20
    server_history_bytes: int = 1 << 30
    history: int = 20_000
    recordings: int = 50


_VARIABLES = tuple(PREFIX + limit.name.upper() for limit in fields(Limits))


def current() -> Limits:
    """Return the limits as the environment sets them.

    Raises:
        SpecError: A variable holds no positive whole number.
    """
    return _limits(*map(os.environ.get, _VARIABLES))


@lru_cache(maxsize=64)
def _limits(*values: str | None) -> Limits:
    names = [limit.name for limit in fields(Limits)]
    return Limits(**{name: _number(name, value) for name, value in zip(names, values, strict=True) if value})


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value[:18]) > 0 and len(value) <= 18):
        raise SpecError(f"{_variable(name)} is no positive whole number: {shown(value)} (set one, or unset it)")
    return int(value)


def over(name: str, amount: int, what: str, limits: Limits | None = None) -> str | None:
    """Return the message for an amount over its limit, None for any other amount.

    Args:
        name: Of the limit.
        amount: To compare with it.
        what: Begins the message: ``the net has 4,000 parameters``.
        limits: Those in force by default.
    """
    most: int = getattr(limits or current(), name)
    if amount <= most:
        return None
    return f"{what}: the limit is {most:,} (make it smaller; the owner of this server raises {_variable(name)})"


def require(name: str, amount: int, what: str) -> None:
    """Raise a `SpecError` if an amount is over its limit; parameters as for `over`."""
    message = over(name, amount, what)
    if message is not None:
        raise SpecError(message)
