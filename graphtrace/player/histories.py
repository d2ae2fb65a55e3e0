"""What changes over a recording: each thing with the cursors at which it changed, looked up by bisection."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class History(Generic[V]):
    """The changes of one thing: from which cursor on it was what."""

    __slots__ = ("cursors", "values")

    def __init__(self) -> None:
        self.cursors: list[int] = []
        self.values: list[V] = []

    def put(self, cursor: int, value: V) -> None:
        """Note that the thing is `value` from `cursor` on. Cursors come in order."""
        self.cursors.append(cursor)
        self.values.append(value)

    def at(self, cursor: int) -> V | None:
        """Return what it was at a cursor, None before its first change."""
        position = bisect_right(self.cursors, cursor)
        return self.values[position - 1] if position else None

    def until(self, cursor: int) -> tuple[V, ...]:
        """Return everything that it has been by a cursor, in order."""
        return tuple(self.values[: bisect_right(self.cursors, cursor)])


class Histories(dict[K, History[V]]):
    """The histories of many things."""

    def put(self, key: K, cursor: int, value: V) -> None:
        """Note that `key` is `value` from `cursor` on. Cursors come in order."""
        history = self.get(key)
        if history is None:
            history = self[key] = History()
        history.cursors.append(cursor)
        history.values.append(value)

    def change(self, key: K, cursor: int, value: V) -> None:
        """Note that `key` is `value` from `cursor` on, unless it is already."""
        history = self.get(key)
        if history is None or history.values[-1] != value:
            self.put(key, cursor, value)

    def last(self, key: K) -> V | None:
        """Return the newest value noted for a key, None where there is none."""
        history = self.get(key)
        return history.values[-1] if history else None

    def at(self, key: K, cursor: int) -> V | None:
        """Return what a key was at a cursor, None where nothing was noted by then."""
        history = self.get(key)
        return history.at(cursor) if history else None

    def until(self, key: K, cursor: int) -> tuple[V, ...]:
        """Return everything that a key has been by a cursor, in order."""
        history = self.get(key)
        return history.until(cursor) if history else ()


class ValuesAt(Mapping[K, V]):
    """All keys of some histories that had a value by one cursor, looked up when asked for."""

    __slots__ = ("_cursor", "_histories")

    def __init__(self, histories: Mapping[K, History[V]], cursor: int) -> None:
        self._histories, self._cursor = histories, cursor

    def __getitem__(self, key: K) -> V:
        history = self._histories[key]
        position = bisect_right(history.cursors, self._cursor)
        if not position:
            raise KeyError(key)
        return history.values[position - 1]

    def __iter__(self) -> Iterator[K]:
        cursor = self._cursor
        return (key for key, history in self._histories.items() if history.cursors[0] <= cursor)

    def __len__(self) -> int:
        return sum(1 for _ in self)
