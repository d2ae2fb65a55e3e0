"""What the player of a session was sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphtrace.literals import Language


@dataclass(frozen=True, slots=True)
class PreparedPlayback:
    """The playback of a session, as the player gets it.

    Attributes:
        id: Identifies what is played; see `LabSession.playback_id`.
        payload: The recording as the viewer's JSON.
        start: Cursor at which the latest actions begin.
        end: The last cursor.
        language: Of its sentences; None before it is made.
    """

    id: str
    payload: Mapping[str, object]
    start: int
    end: int
    language: Language | None
