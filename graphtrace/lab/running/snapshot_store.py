"""The snapshots of a machine's history: as many as a memory budget allows; what lies between is run again."""

from __future__ import annotations

from copy import copy
from typing import NamedTuple

from graphtrace.lab.records import limits
from graphtrace.lab.running.snapshot import Snapshot, tensors_in


class Place(NamedTuple):
    """A place in a machine's history. Places compare as they follow each other in time.

    Attributes:
        actions: Actions that are done.
        iterations: Iterations done of the action after them, if that is a run; 0 between two actions.
    """

    actions: int
    iterations: int = 0


class SnapshotStore:
    """Snapshots by place. The first one is never dropped, so that every place can be reached from some snapshot.

    Attributes:
        latest: The snapshot stored last; the next one shares its unchanged tensors.
    """

    def __init__(self, start: Snapshot) -> None:
        self._snapshots: dict[Place, Snapshot] = {Place(0): start}
        self.latest = start

    def __copy__(self) -> SnapshotStore:
        other = SnapshotStore(self.latest)
        other._snapshots = copy(self._snapshots)
        return other

    def add(self, position: int, snapshot: Snapshot) -> None:
        """Store the state after `position` actions, and keep to the budget."""
        self._snapshots[Place(position)] = self.latest = snapshot
        self._drop_over_budget()

    def add_inside_run(self, position: int, iterations: int, snapshot: Snapshot) -> None:
        """Store a state inside the run after `position` actions; it replaces an earlier one of that run."""
        self.drop_after(position)
        self._snapshots[Place(position, iterations)] = self.latest = snapshot

    def drop_after(self, position: int) -> None:
        """Drop what lies behind a position: another action is about to be done there."""
        self._snapshots = {place: kept for place, kept in self._snapshots.items() if place <= Place(position)}

    def get(self, position: int) -> Snapshot | None:
        """Return the state after `position` actions, None if it is not stored."""
        return self._snapshots.get(Place(position))

    def newest_until(self, position: int) -> tuple[Place, Snapshot]:
        """Return the newest snapshot that was taken after at most `position` actions."""
        return self._newest(Place(position))

    def newest_before_end_of(self, action: int) -> tuple[Place, Snapshot]:
        """Return the newest snapshot from which an action can be run to its end: taken before it or inside it.

        Args:
            action: Index of the action in the history.
        """
        return self._newest(Place(action + 1, -1))

    def _newest(self, last: Place) -> tuple[Place, Snapshot]:
        place = max(place for place in self._snapshots if place <= last)
        return place, self._snapshots[place]

    def _drop_over_budget(self) -> None:
        """Over the budget drop every second snapshot, but neither the first nor the newest."""
        budget = limits.current().history_bytes
        while len(self._snapshots) > 2 and self.nbytes() > budget:
            for place in sorted(self._snapshots)[1:-1:2]:
                del self._snapshots[place]

    def nbytes(self) -> int:
        """Return the memory of all snapshots in bytes; a shared tensor counts once."""
        tensors = [
            tensor
            for snapshot in self._snapshots.values()
            for tensor in (*snapshot.tensors.values(), *tensors_in(snapshot.optimizer_state))
        ]
        return sum({id(tensor): tensor.nbytes for tensor in tensors}.values())
