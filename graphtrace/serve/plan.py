"""How many servers a class needs, and how many students a machine holds; nothing is measured or started here."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.serve.machine import Capacity

THINK = 10.0  # seconds between two presses of a student who reads what happened
BUSY = 0.6  # share of a core above which presses wait for each other
MOST_MEMORY = 0.8  # share of the free memory: the rest is for uploads and files being made
MOST_HISTORY = 1 << 30  # bytes of undo of one server
LEAST_HISTORY = 64 << 20


@dataclass(frozen=True, slots=True)
class Cost:
    """What was measured on a server of this machine.

    Attributes:
        click: CPU-seconds of a press.
        base: Bytes of a server with one visitor.
        visitor: Bytes of one more, without what undo keeps.
    """

    click: float
    base: int
    visitor: int = 2 << 20


@dataclass(frozen=True, slots=True)
class ServingPlan:
    """What to start.

    Attributes:
        students: That are expected.
        replicas: Servers.
        holds: Students that they hold together.
        history: Bytes that each of them may keep for undo.
    """

    students: int
    replicas: int
    holds: int
    history: int

    @property
    def fits(self) -> bool:
        """Whether the class can be served so that a press is answered at once."""
        return self.students <= self.holds


def plan(students: int, machine: Capacity, cost: Cost, most_replicas: int | None = None) -> ServingPlan:
    """Return the fewest servers that hold a class, two or more if there can be; where none do, those that hold most.

    A server computes on one core; beside a second one, only half of the class waits for a long run or a restart.
    Memory is shared equally; what servers and visitors leave is for undo.

    Args:
        students: Expected at once.
        machine: That they run on.
        cost: What was measured there.
        most_replicas: 1 where nothing can share visitors among servers; None for as many as there are cores.
    """
    most = min(machine.cores, most_replicas or machine.cores)
    counts = range(min(2, most), most + 1)
    plans = [_with(count, students, machine, cost) for count in counts]
    enough = [found for found in plans if found.fits]
    return enough[0] if enough else max(plans, key=lambda found: (found.holds, -found.replicas))


def _with(replicas: int, students: int, machine: Capacity, cost: Cost) -> ServingPlan:
    by_cores = int(replicas * BUSY * THINK / cost.click)
    memory = int(machine.memory * MOST_MEMORY) - replicas * (cost.base + LEAST_HISTORY)
    holds = max(0, min(by_cores, memory // cost.visitor))
    left = memory - min(students, holds) * cost.visitor
    return ServingPlan(
        students, replicas, holds, LEAST_HISTORY + min(max(0, left) // replicas, MOST_HISTORY - LEAST_HISTORY)
    )
