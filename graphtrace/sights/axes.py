"""From amounts to places, and lines through them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` at pixel `start` to `high` at pixel `end`; by powers of ten if `log`."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, amount: float) -> float:
        """Return the pixel of an amount; what lies outside stays at its end."""
        turn = math.log if self.log else float
        kept = min(max(amount, self.low), self.high)
        share = (turn(kept) - turn(self.low)) / (turn(self.high) - turn(self.low))
        return self.start + share * (self.end - self.start)


def path(points: Iterable[tuple[float, float]]) -> str:
    """Return the line through some points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
