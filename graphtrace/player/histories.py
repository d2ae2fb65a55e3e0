"""What changes over a recording: each thing with the cursors at which it changed, looked up by bisection."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Histories(Generic[K, V]):
    """What each key was from which cursor on."""

    def __init__(self) -> None:
        self._cursors: dict[K, list[int]] = defaultdict(list)
        self._values: dict[K, list[V]] = defaultdict(list)

    def put(self, key: K, cursor: int, value: V) -> None:
        """Note that `key` is `value` from `cursor` on. Cursors come in order."""
        self._cursors[key].append(cursor)
        self._values[key].append(value)

    def last(self, key: K, default: V) -> V:
        """Return the newest value noted for a key."""
        values = self._values.get(key)
        return values[-1] if values else default

    def at(self, cursor: int) -> Snapshot[K, V]:
        """Return everything as it was at a cursor, looked up when asked for."""
        return Snapshot(self, cursor)

    def find(self, key: K, cursor: int) -> tuple[bool, V | None]:
        """Return whether `key` had a value by `cursor`, and which."""
        position = bisect_right(self._cursors.get(key, ()), cursor)
        return (True, self._values[key][position - 1]) if position else (False, None)

    def __iter__(self) -> Iterator[K]:
        """Iterate over all keys ever noted."""
        return iter(self._cursors)


class Snapshot(Mapping[K, V]):
    """All keys of a history that had a value by one cursor."""

    def __init__(self, histories: Histories[K, V], cursor: int) -> None:
        self._histories, self._cursor = histories, cursor

    def __getitem__(self, key: K) -> V:
        found, value = self._histories.find(key, self._cursor)
        if not found:
            raise KeyError(key)
        return value  # type: ignore[return-value]

    def __iter__(self) -> Iterator[K]:
        return (key for key in self._histories if self._histories.find(key, self._cursor)[0])

    def __len__(self) -> int:
        return sum(1 for _ in self)
