"""What a person is told while a script is recorded: the step, its loss, how large the recording is."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import ge, gt, le, lt
from pathlib import Path

from graphtrace.errors import TraceError, shown
from graphtrace.model import StepSummary

LARGE = 20 << 20  # bytes of recorded steps from which on there is advice
_EVERY = 0.2  # seconds between two lines
_TERM = re.compile(r"\s*(loss|grad_norm|lr|step)\s*(<=|>=|<|>)\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*", re.ASCII)
_SIGNS: dict[str, Callable[[float, float], bool]] = {"<": lt, ">": gt, "<=": le, ">=": ge}


@dataclass(frozen=True, slots=True)
class StepCondition:
    """A condition on a step's summary, as ``loss<0.1``."""

    name: str
    sign: str
    number: float

    def holds(self, summary: StepSummary) -> bool:
        """Return whether a step fulfils it; one that has no such number does not."""
        value: float | None = getattr(summary, self.name)
        return value is not None and _SIGNS[self.sign](value, self.number)


def condition(text: str) -> StepCondition:
    """Read a condition.

    Raises:
        TraceError: It is none.
    """
    found = _TERM.fullmatch(text)
    try:
        name, sign, number = found.groups() if found else ("", "", "")
        return StepCondition(name, sign, float(number))
    except ValueError:
        raise TraceError(
            f"no condition: {shown(text)} (write one as 'loss<0.1'; of loss, grad_norm, lr, step)"
        ) from None


@dataclass(slots=True)
class StepProgress:
    """Tells of each recorded step, and whether it was the last that is wanted.

    Attributes:
        path: The file that grows.
        until: After which step nothing is recorded any more.
    """

    path: Path
    until: StepCondition | None = None
    _warned_at: int = LARGE
    _told: float = field(default=0.0)

    def __call__(self, summary: StepSummary) -> bool:
        """Take the summary of a step that has ended."""
        size = self.path.stat().st_size
        if size >= self._warned_at:
            self._warned_at = 4 * size
            advice = "record fewer: --every 100, --steps 0,100-102, --last 20"
            print(f"\ngraphtrace: recorded steps take {megabytes(size)} so far ({advice})", file=sys.stderr)
        now = time.monotonic()
        if sys.stderr.isatty() and now - self._told > _EVERY:
            self._told = now
            print(f"\r{_line(summary, size):<70}", end="", file=sys.stderr, flush=True)
        return self.until is not None and self.until.holds(summary)

    def end(self) -> None:
        """Leave the line."""
        if self._told:
            print(file=sys.stderr)


def _line(summary: StepSummary, size: int) -> str:
    loss = "" if summary.loss is None else f" · loss {summary.loss:.4g}"
    return f"step {summary.step:,}{loss} · recorded {megabytes(size)}"


def megabytes(size: int) -> str:
    """Return a number of bytes in words."""
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"


def ranges(numbers: tuple[int, ...]) -> str:
    """Return ``0-2, 180-199`` of many numbers in order."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)
