"""Tables of a file, whose every key is checked: a mistake in a file is an error that names the place."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from typing import TypeVar

from graphtrace.errors import TraceError, shown
from graphtrace.lessons.records import Words

T = TypeVar("T")


class LessonError(TraceError):
    """A file of a lesson or a scene is not valid, or names a place that its recording does not have."""


class LessonTable:
    """A table of the file, whose keys are taken one by one; what is left over is an error."""

    def __init__(self, place: str, content: object) -> None:
        if not isinstance(content, Mapping):
            raise LessonError(f"{place} is no table: {shown(content)} (see graphtrace/lessons/content)")
        self.place, self._left = place, dict(content)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """Return the value of a key, which must be of a kind and there, unless it has a default."""
        value = self._left.pop(key, default)
        if value is None:
            raise LessonError(f"{self.place} has no {key} (add it)")
        if type(value) is not kind:
            raise LessonError(f"{self.place}.{key} is no {kind.__name__}: {shown(value)}")
        return value

    def word(self, key: str, known: tuple[T, ...], default: T | None = None) -> T:
        """Return a value that must be one of the known ones."""
        value = self._left.pop(key, default)
        found = next((one for one in known if one == value), None)
        if found is None:
            raise LessonError(f"{self.place}.{key} is unknown: {shown(value)} (must be one of {list(known)})")
        return found

    def words(self, key: str) -> Words:
        """Return a text in both languages."""
        table = LessonTable(f"{self.place}.{key}", self._left.pop(key, None))
        text = Words(table.take("en", str), table.take("zh", str))
        table.close()
        return text

    def optional(self, key: str, read: Callable[[str], T]) -> T | None:
        """Return what `read` makes of a key, None where there is no such key."""
        return read(key) if key in self._left else None

    def strings(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where there is none."""
        found: list[object] = self.take(key, list, [])
        if not all(isinstance(one, str) for one in found):
            raise LessonError(f"{self.place}.{key} holds something that is no text: {shown(found)}")
        return tuple(map(str, found))

    def tables(self, key: str) -> list[LessonTable]:
        """Return a list of tables, empty where there is none."""
        found: list[object] = self.take(key, list, [])
        return [LessonTable(f"{self.place}.{key}[{number}]", one) for number, one in enumerate(found, 1)]

    def table(self, key: str) -> LessonTable:
        """Return a table inside this one."""
        return LessonTable(f"{self.place}.{key}", self._left.pop(key, None))

    def rest(self) -> list[tuple[str, LessonTable]]:
        """Take all that is left, each of it a table."""
        left, self._left = self._left, {}
        return [(key, LessonTable(f"{self.place}.{key}", value)) for key, value in left.items()]

    def close(self) -> None:
        """Check that nothing is left over."""
        if self._left:
            raise LessonError(f"{self.place} has an unknown key: {sorted(self._left)[0]!r} (see the records)")


def read_table(text: str, place: str) -> LessonTable:
    """Read a file.

    Args:
        text: Its content.
        place: Its name, for messages.

    Raises:
        LessonError: It is no TOML.
    """
    try:
        return LessonTable(place, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise LessonError(f"{place} is no TOML: {error} (mend the file)") from None
