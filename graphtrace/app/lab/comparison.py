"""Two branches that are compared, and which cursors of them belong together."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.app.payloads import Payload
from graphtrace.app.texts import say
from graphtrace.compare import CursorMatch, matching_cursor
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing.branches import BranchPair
from graphtrace.lab.showing.playback import playback
from graphtrace.literals import Language
from graphtrace.model import Recording

BRANCHES = ("A", "B")


@dataclass(frozen=True, slots=True)
class ComparisonPayload:
    """Both branches as the two players get them.

    Attributes:
        id: Identifies what is played.
        plays: The recordings of A and B as the viewer's JSON.
        matches: Per branch and cursor, the matching cursor of the other branch.
        start: Cursors of A and B to begin at.
    """

    id: str
    plays: tuple[Payload, Payload]
    matches: tuple[tuple[CursorMatch, ...], tuple[CursorMatch, ...]]
    start: tuple[int, int]


@dataclass(slots=True)
class Comparison:
    """Branches A and B. Branches are named by their index: 0 is A, 1 is B.

    Attributes:
        difference: What B does differently: the name of a text, or an optimizer.
        side_by_side: Whether two players show both branches; else one player shows one of them.
        cursors: Cursors of A and B that the players reported last; None before their first report.
        payload: Both branches as they were sent last.
    """

    pair: BranchPair
    difference: str
    side_by_side: bool = True
    cursors: tuple[int, int] | None = None
    payload: ComparisonPayload | None = None

    @property
    def machines(self) -> tuple[Machine, Machine]:
        """The machines of A and B."""
        return self.pair.a, self.pair.b

    def index_of(self, machine: Machine) -> int:
        """Return which branch a machine is."""
        return self.machines.index(machine)

    def recording(self, branch: int) -> Recording:
        """Return what the player plays of a branch."""
        return playback(self.machines[branch]).recording

    def cursors_at(self, branch: int, cursor: int) -> tuple[int, int]:
        """Return the cursors of A and B when one branch is at a cursor.

        Args:
            branch: Which branch.
            cursor: Its cursor; the other branch is at the matching one, unless the players reported another.
        """
        if self.cursors is not None and self.cursors[branch] == cursor:
            return self.cursors
        match = matching_cursor(self.recording(branch), cursor, self.recording(1 - branch))
        return (cursor, match) if branch == 0 else (match, cursor)

    def describe(self, branch: int, lang: Language) -> str:
        """Return a branch's optimizer, and for B what else is different."""
        optimizer = self.machines[branch].trainer.optimizer
        text = f"{type(optimizer).__name__}({optimizer.lr:g})"
        if branch == 0 or not self.difference.startswith("branch_"):
            return text
        return f"{text}, {say(self.difference, lang)}"
