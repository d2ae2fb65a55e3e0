"""Read what `watch` wrote, also while it grows: each look reads what is new. No torch is needed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

_MOST_LINE = 16 << 20
_MOST_NAMES = 100_000


@dataclass(frozen=True, slots=True)
class ParameterNumbers:
    """A parameter in a watched step; None for what is not known.

    Attributes:
        grad_norm: Norm of its gradient.
        update: Norm of its update over its norm.
        zeros: Share of zeros in its gradient.
        dead: Share of its units whose gradient is zero.
    """

    grad_norm: float | None = None
    update: float | None = None
    zeros: float | None = None
    dead: float | None = None


@dataclass(frozen=True, slots=True)
class WatchedStep:
    """A watched step.

    Attributes:
        step: How many optimizer steps had ended before.
        loss: The loss.
        lr: Learning rate of the first group.
        seconds: Since watching began.
        parameters: One per name of `WatchedRun.parameters`.
        modules: Shares of zeros and of dead units, one pair per name of `WatchedRun.modules`.
    """

    step: int
    loss: float | None
    lr: float | None
    seconds: float | None
    parameters: tuple[ParameterNumbers, ...]
    modules: tuple[tuple[float | None, float | None], ...]

    @property
    def grad_norm(self) -> float | None:
        """Norm of all gradients together."""
        known = [one.grad_norm for one in self.parameters if one.grad_norm is not None]
        return sum(norm * norm for norm in known) ** 0.5 if known else None


@dataclass(slots=True)
class WatchedRun:
    """What was read of a file so far.

    Attributes:
        path: The file.
        parameters: Names of parameters.
        sizes: How many numbers each has.
        modules: Paths of the modules whose outputs are measured.
        every: Every how many steps is watched.
        steps: The watched steps, in order.
        offset: How many bytes were read.
    """

    path: Path
    parameters: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    modules: tuple[str, ...] = ()
    every: int = 0
    steps: list[WatchedStep] = field(default_factory=list)
    offset: int = 0

    def refresh(self) -> int:
        """Read the lines that are new, and return how many steps came. A damaged line is left out."""
        before = len(self.steps)
        if self.path.is_file():
            with self.path.open("rb") as file:
                file.seek(self.offset)
                while (line := file.readline(_MOST_LINE)).endswith(b"\n"):
                    self.offset += len(line)
                    self._take(line)
        return len(self.steps) - before

    def _take(self, line: bytes) -> None:
        try:
            plain = json.loads(line)
            if not isinstance(plain, dict):
                return
            if "parameters" in plain:
                self._begin(plain)
            elif type(plain.get("step")) is int and plain["step"] >= 0:
                self._append(plain)
        except (ValueError, TypeError, RecursionError):
            return

    def _begin(self, plain: dict[str, object]) -> None:
        names, sizes, modules = (plain.get(key) for key in ("parameters", "sizes", "modules"))
        if not all(isinstance(part, list) and len(part) <= _MOST_NAMES for part in (names, sizes, modules)):
            return
        assert isinstance(names, list)
        assert isinstance(sizes, list)
        assert isinstance(modules, list)
        named, outputs = tuple(map(str, names)), tuple(map(str, modules))
        if (named, outputs) != (self.parameters, self.modules):
            self.steps.clear()  # another model: what came before has other columns
        every = plain.get("every")
        self.parameters, self.modules, self.sizes = named, outputs, tuple(map(int, sizes))
        self.every = every if type(every) is int else 0

    def _append(self, plain: dict[str, object]) -> None:
        rows, pairs = plain.get("p"), plain.get("m")
        if not isinstance(rows, list) or not isinstance(pairs, list):
            return
        if len(rows) != len(self.parameters) or len(pairs) != len(self.modules):
            return
        parameters = tuple([ParameterNumbers(*_numbers(row, 4)) for row in rows])
        modules = tuple([(zeros, dead) for zeros, dead in (_numbers(pair, 2) for pair in pairs)])
        loss, lr, seconds = (_number(plain.get(name)) for name in ("loss", "lr", "seconds"))
        step = plain["step"]
        assert isinstance(step, int)
        while self.steps and self.steps[-1].step >= step:
            self.steps.pop()  # the run was continued from an earlier step
        self.steps.append(WatchedStep(step, loss, lr, seconds, parameters, modules))


def _numbers(row: object, count: int) -> list[float | None]:
    if row is None:
        return [None] * count
    if not isinstance(row, list) or len(row) != count:
        raise TypeError
    return [_number(value) for value in row]


def _number(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    return float(value)
