"""Heavy work of all sessions of a server: as much at once as there are cores, in turns, first come, first served."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Condition

TURN = 0.25  # seconds of work after which those that wait come first
_LOOK = 0.05  # seconds between two looks at whether the work is to end


class FairQueue:
    """Places for work, and those that wait for one.

    Args:
        places: How much work is done at once.
    """

    def __init__(self, places: int) -> None:
        self._places = self._free = places
        self._waiting: deque[Ticket] = deque()
        self._changed = Condition()

    def position(self, ticket: Ticket) -> int:
        """Return the place of a ticket among those that wait, from 1; 0 for one that does not."""
        with self._changed:
            return self._waiting.index(ticket) + 1 if ticket in self._waiting else 0

    def enter(self, ticket: Ticket, ended: Callable[[], bool]) -> bool:
        """Wait for a place at the end of the queue; returns whether it came before the work was ended."""
        with self._changed:
            self._waiting.append(ticket)
            while not self._free or self._waiting[0] is not ticket:
                self._changed.wait(_LOOK)
                if ended():
                    self._waiting.remove(ticket)
                    self._changed.notify_all()
                    return False
            self._waiting.popleft()
            self._free -= 1
            self._changed.notify_all()
            return True

    def leave(self) -> None:
        """Give a place back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()

    @property
    def working(self) -> int:
        """How much work is done now."""
        return self._places - self._free

    @property
    def waiting(self) -> int:
        """How much work has no place yet."""
        return len(self._waiting)

    @property
    def anybody_waits(self) -> bool:
        """Whether there is work without a place."""
        return bool(self._waiting)


class Ticket:
    """One piece of work: it has a place, waits for one, or needs none now. One thread uses it."""

    def __init__(self, queue: FairQueue) -> None:
        self._queue = queue
        self._since: float | None = None

    @property
    def position(self) -> int:
        """Its place in the queue, from 1; 0 while it is worked on. Any thread may ask."""
        return self._queue.position(self)

    def turn(self, ended: Callable[[], bool]) -> bool:
        """Have a place: at first, and again after each turn if somebody waits. Returns False if the work was ended."""
        if self._since is not None:
            if time.monotonic() - self._since < TURN or not self._queue.anybody_waits:
                return True
            self.leave()
        if not self._queue.enter(self, ended):
            return False
        self._since = time.monotonic()
        return True

    def leave(self) -> None:
        """Need no place any more, or for a while."""
        if self._since is not None:
            self._since = None
            self._queue.leave()


@cache
def server_queue() -> FairQueue:
    """Return the queue of this server."""
    return FairQueue(os.cpu_count() or 1)


@contextmanager
def turn_of(ended: Callable[[], bool]) -> Iterator[bool]:
    """Do what is inside in one turn, however long; gives False where the work was ended before its turn came."""
    ticket = Ticket(server_queue())
    try:
        yield ticket.turn(ended)
    finally:
        ticket.leave()
