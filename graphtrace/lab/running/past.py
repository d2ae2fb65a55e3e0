"""Snapshots of a machine's past: as many as a budget of memory allows, the others are computed anew."""

from __future__ import annotations

from graphtrace.lab.records import limits
from graphtrace.lab.running.snapshot import Snapshot, tensors_in

Place = tuple[int, int]  # position, iterations done inside the action that follows it


class Past:
    """Snapshots by place. The start is always among them, so that every place can be reached from one."""

    def __init__(self, start: Snapshot) -> None:
        self._kept: dict[Place, Snapshot] = {(0, 0): start}
        self.latest = start

    def __copy__(self) -> Past:
        other = Past(self._kept[0, 0])
        other._kept, other.latest = dict(self._kept), self.latest
        return other

    def cut(self, position: int) -> None:
        """Forget what lay beyond a position: another action is done there."""
        self._kept = {place: one for place, one in self._kept.items() if place <= (position, 0)}

    def add(self, position: int, snapshot: Snapshot) -> None:
        """Keep the state after so many actions."""
        self._kept[position, 0] = self.latest = snapshot
        self._thin_out()

    def mark(self, position: int, done: int, snapshot: Snapshot) -> None:
        """Keep a state inside a run, in place of the one kept earlier in that run."""
        self.cut(position)
        self._kept[position, done] = self.latest = snapshot

    def nearest(self, position: int, wanted: int) -> tuple[int, int, Snapshot]:
        """Return where to start to get to `position` with its graph: (position, iterations done, snapshot).

        Args:
            position: Where to go.
            wanted: The last position from which its graph is made again.
        """
        last = (wanted, 0) if wanted == position else (wanted + 1, -1)  # a mark inside the run at `wanted` will do
        place = max(place for place in self._kept if place <= last)
        return *place, self._kept[place]

    def exactly(self, position: int) -> Snapshot | None:
        """Return the state after so many actions, None where it is not kept."""
        return self._kept.get((position, 0))

    def _thin_out(self) -> None:
        """Over the budget drop every second one, the oldest first, keeping the start and the newest."""
        most = limits.current().history_bytes
        while len(self._kept) > 2 and self.nbytes() > most:
            places = sorted(self._kept)
            for place in places[1:-1:2]:
                del self._kept[place]

    def nbytes(self) -> int:
        """Return the memory of all snapshots, each tensor once."""
        tensors = [t for one in self._kept.values() for t in (*one.tensors.values(), *tensors_in(one.state))]
        return sum({id(tensor): tensor.nbytes for tensor in tensors}.values())
