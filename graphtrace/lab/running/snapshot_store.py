"""The snapshots of a machine's history: as many as a memory budget allows; what lies between is run again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple
from weakref import WeakSet

from torch import Tensor

from graphtrace.lab.records import limits
from graphtrace.lab.running.snapshot import Snapshot, tensors_in

_STORES: WeakSet[SnapshotStore] = WeakSet()  # of all machines of this process
FEWEST = 8  # recordings that a machine keeps at least: the player plays a few actions
SPACING = 16  # actions between two snapshots of what was done without a recording
_OVERHEAD = 512  # bytes of a tensor beside its numbers


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
        self._snapshots: dict[Place, Snapshot] = {}
        self._bytes = 0
        self._holders: Counter[int] = Counter()  # how many snapshots hold a tensor, by its identity
        self._store(Place(0), start)
        _STORES.add(self)

    def __copy__(self) -> SnapshotStore:
        other = SnapshotStore(self.latest)
        other._snapshots, other._holders, other._bytes = dict(self._snapshots), Counter(self._holders), self._bytes
        return other

    def add(self, position: int, snapshot: Snapshot) -> None:
        """Store the state after `position` actions, and keep to the budget."""
        self._store(Place(position), snapshot)
        self._drop_over_budget()

    def add_inside_run(self, position: int, iterations: int, snapshot: Snapshot) -> None:
        """Store a state inside the run after `position` actions; it replaces an earlier one of that run."""
        self.drop_after(position)
        self._store(Place(position, iterations), snapshot)

    def drop_after(self, position: int) -> None:
        """Drop what lies behind a position: another action is about to be done there."""
        while (place := next(reversed(self._snapshots))) > Place(position):
            self._drop(place)

    def split(self, index: int, iteration: int, pieces: int) -> None:
        """Move places behind a run of which one iteration is now done by single actions.

        Args:
            index: Of the run in the history.
            iteration: Which one, from 1.
            pieces: Entries in place of the run.
        """
        moved = {}
        for place, snapshot in self._snapshots.items():
            if place > Place(index, iteration - 1) and place.actions == index:
                place = Place(index + pieces - 1, place.iterations - iteration)
            elif place.actions > index:
                place = Place(place.actions + pieces - 1)
            moved[place] = snapshot
        self._snapshots = moved

    def rejoin(self, place_of: Callable[[int, int], tuple[int, int] | None]) -> None:
        """Move places to where they were before a run was split; those inside the single actions are dropped."""
        places: dict[Place, Place] = {}
        for place in tuple(self._snapshots):
            whole = place_of(*place)
            if whole is None or Place(*whole) in places:
                self._drop(place)
            else:
                places[Place(*whole)] = place
        self._snapshots = {whole: self._snapshots[place] for whole, place in places.items()}

    def _store(self, place: Place, snapshot: Snapshot) -> None:
        """Store a snapshot behind all others."""
        self._snapshots[place] = self.latest = snapshot
        for tensor in _tensors_of(snapshot):
            self._bytes += 0 if self._holders[id(tensor)] else tensor.nbytes + _OVERHEAD
            self._holders[id(tensor)] += 1

    def _drop(self, place: Place) -> None:
        for tensor in _tensors_of(self._snapshots.pop(place)):
            self._holders[id(tensor)] -= 1
            if not self._holders[id(tensor)]:
                del self._holders[id(tensor)]
                self._bytes -= tensor.nbytes + _OVERHEAD

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
        place = next(place for place in reversed(self._snapshots) if place <= last)
        return place, self._snapshots[place]

    def _drop_over_budget(self) -> None:
        """Over the budget drop every second snapshot, but neither the first nor the newest."""
        budget = limits.current().history_bytes * share()
        while len(self._snapshots) > 2 and self._bytes > budget:
            for place in tuple(self._snapshots)[1:-1:2]:
                self._drop(place)

    def nbytes(self) -> int:
        """Return the memory of all snapshots in bytes; a shared tensor counts once."""
        return self._bytes


def share() -> float:
    """Return which part of its own limits a machine may use, where a server has many."""
    now = limits.current()
    return min(1.0, now.server_history_bytes / (max(1, len(_STORES)) * now.history_bytes))


def recordings_kept() -> int:
    """Return how many of its newest recordings a machine keeps."""
    most = limits.current().recordings
    return max(min(FEWEST, most), int(most * share()))


def _tensors_of(snapshot: Snapshot) -> tuple[Tensor, ...]:
    return (*snapshot.tensors.values(), *tensors_in(snapshot.optimizer_state))
