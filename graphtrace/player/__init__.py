"""Play a recording: the state at a cursor, a pure function of (recording, cursor).

A cursor counts events: 0 is before the first, ``len(recording)`` after the last. Every changing
thing has a history, the list of cursors at which it changed; a state looks up, it replays nothing,
so a seek costs the same anywhere.
"""

from __future__ import annotations

from bisect import bisect_right

from graphtrace.errors import TraceError, shown
from graphtrace.model import PHASES, Recording, TensorData, paused_gc, require_recording
from graphtrace.player.index import Index
from graphtrace.player.state import Grad, State

__all__ = ["PHASES", "Grad", "Player", "State"]


class Player:
    """A cursor over a recording.

    Args:
        recording: What to play; it is never changed.

    Raises:
        TraceError: It is no recording.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = require_recording(recording)
        self.cursor = 0
        with paused_gc():
            self._index = Index(recording)

    def __len__(self) -> int:
        return len(self.recording.events)

    def step(self) -> State:
        """Go one event on; at the end stay there."""
        return self.seek(min(self.cursor + 1, len(self)))

    def back(self) -> State:
        """Go one event back; at the start stay there."""
        return self.seek(max(self.cursor - 1, 0))

    def seek(self, cursor: int | None = None, *, node: str | None = None, phase: str | None = None) -> State:
        """Go to a cursor, to just after a node was entered, or to the next event of a phase.

        Args:
            cursor: 0 to ``len(recording)``; negative counts from the end.
            node: Key of a node: its next entry behind the cursor, else its first.
            phase: ``forward backward zero edit step error``: likewise.

        Raises:
            TraceError: Out of range, or no such node or phase.
        """
        if node is not None:
            cursor = self._next(self._index.entries.get(str(node)), f"node {shown(node)}")
        elif phase is not None:
            cursor = self._next(self._index.phases.get(str(phase)), f"phase {shown(phase)}")
        if type(cursor) is not int or not -len(self) - 1 <= cursor <= len(self):
            raise TraceError(f"no such cursor: {shown(cursor)} (0 to {len(self)})")
        self.cursor = cursor if cursor >= 0 else len(self) + 1 + cursor
        return self.state()

    def operand(self, op: int, name: str) -> TensorData | None:
        """Return what a forward op was given or gave, see `Index.operand`."""
        return self._index.operand(op, name)

    def _next(self, cursors: list[int] | None, what: str) -> int:
        if not cursors:
            raise TraceError(f"nothing to seek: {what} is not in the recording (see player.recording)")
        position = bisect_right(cursors, self.cursor)
        return cursors[position] if position < len(cursors) else cursors[0]

    def state(self) -> State:
        """Return the state at the cursor."""
        return self._index.state(self.cursor)
