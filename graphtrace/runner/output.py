"""What a program prints, at its event."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import TextIO

from graphtrace.runner.records import Printed, Stream


class Pages:
    """All that a program printed, up to a number of characters.

    Args:
        most: Characters to keep.
        position: Says how many events have happened.
        full: Called when there would be more.
        journal: A file that has all of it at once, one piece a line.
    """

    def __init__(
        self, most: int, position: Callable[[], int], full: Callable[[], None], journal: TextIO | None = None
    ) -> None:
        self.printed: list[Printed] = []
        self._journal = journal
        self._left = most
        self._position, self._full = position, full

    def add(self, stream: Stream, text: str) -> None:
        """Keep a piece; pieces of one stream at one event are one."""
        kept = text[: self._left]
        self._left -= len(kept)
        cursor = self._position()
        if self._journal is not None and kept:
            self._journal.write(f"{json.dumps([cursor, stream, kept])}\n")
            self._journal.flush()
        last = self.printed[-1] if self.printed else None
        if last is not None and (last.cursor, last.stream) == (cursor, stream):
            self.printed[-1] = Printed(cursor, stream, last.text + kept)
        elif kept:
            self.printed.append(Printed(cursor, stream, kept))
        if len(kept) < len(text):
            self._full()


class Stdout(io.TextIOBase):
    """Stands in for a program's standard output or error."""

    encoding = "utf-8"

    def __init__(self, pages: Pages, stream: Stream) -> None:
        self._pages, self._stream = pages, stream

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep what is printed."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._pages.add(self._stream, str(text))
        return len(text)
