"""A program that has run."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace.model import Recording
from graphtrace.runner import CodeRun


@dataclass(frozen=True, slots=True)
class Done:
    """A program that has run.

    Attributes:
        number: Which run of the visit it is; 0 of one that came with an address.
        code: The program.
        carried: Whether its result came with an address: then nothing ran here.
    """

    number: int
    code: str
    run: CodeRun
    carried: bool = False

    @property
    def key(self) -> str:
        """Identifies its recording in the browser."""
        return f"code|{self.number}|{self.carried}"

    @property
    def recording(self) -> Recording | None:
        """What there is to play."""
        recording = self.run.recording
        return recording if recording is not None and (recording.events or recording.graphs) else None
