"""Two branches that are compared, as the session holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing import branches

NAMES = ("A", "B")


@dataclass(frozen=True, slots=True)
class ComparisonPayload:
    """Both stories as the players get them.

    Attributes:
        id: Another one is two other stories.
        plays: Of A and of B.
        meetings: Per branch and cursor, where the other meets it; see `graphtrace.lab.showing.branches.meetings`.
        start: Cursors of A and B to begin at.
    """

    id: str
    plays: tuple[dict[str, Any], ...]
    meetings: tuple[tuple[branches.CursorMatch, ...], ...]
    start: tuple[int, int]


@dataclass(slots=True)
class Comparison:
    """What is compared.

    Attributes:
        apart: What B does otherwise, as the name of a text, or an optimizer's name.
        beside: Whether both are on the stage, side by side.
        at: Cursors of A and of B, as far as they were told.
        sent: Both stories as the players get them.
    """

    pair: branches.BranchPair
    apart: str
    beside: bool = True
    at: tuple[int, int] | None = None
    sent: ComparisonPayload | None = None

    def machine(self, name: str) -> Machine:
        """Return a branch."""
        return self.pair.a if name == "A" else self.pair.b
