"""Record chosen steps of a loop that somebody else runs, between its call before a step and its call after it."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from graphtrace.errors import TraceError, shown
from graphtrace.integrations.ranks import save_rank
from graphtrace.literals import Level
from graphtrace.model import Recording
from graphtrace.model.join import join
from graphtrace.recorder import record


class StepRecorder:
    """Records every so many steps, and at the end of the training writes them.

    Args:
        every: Record one step of so many, from the first one on.
        most: How many steps to keep; the last ones.
        folder: Where to write the recording, as ``rank-0.json.gz``; None writes nothing.
        values: What is kept of large tensors, as for `graphtrace.record`.

    Raises:
        TraceError: `every` or `most` is no number of steps.
    """

    def __init__(
        self, every: int = 100, most: int = 20, folder: str | Path | None = None, values: Level = "stats"
    ) -> None:
        for name, number in (("every", every), ("most", most)):
            if type(number) is not int or number < 1:
                raise TraceError(f"{name} is no number of steps: {shown(number)} (must be an int, 1 or more)")
        self._every, self._most, self._folder, self._values = every, most, folder, values
        self._running: record | None = None
        self._done: list[Recording] = []

    @property
    def recording(self) -> Recording:
        """The recorded steps, joined; display it, play it (`graphtrace.to_html`), or save it."""
        return join(self._done)

    def begin(self, model: nn.Module, step: int) -> None:
        """A step of this number begins."""
        if step % self._every == 0 and self._running is None:
            self._running = record(model, values=self._values, step=step)
            self._running.__enter__()

    def end(self) -> None:
        """A step has ended."""
        running, self._running = self._running, None
        if running is not None:
            running.__exit__(None, None, None)
            self._done = [*self._done, running.recording][-self._most :]

    def close(self) -> None:
        """The training has ended, perhaps in the middle of a step."""
        self.end()
        if self._folder is not None:
            save_rank(self.recording, self._folder)
