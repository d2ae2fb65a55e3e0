"""A recording: what happened in a training step, as events in the order in which they happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from graphtrace.literals import Level
from graphtrace.model.display import Displayable
from graphtrace.model.events import Event, ForwardTensor, LeafStart, Note, Op
from graphtrace.model.graph import SCHEMA, Graph, counted
from graphtrace.model.json_files import write
from graphtrace.model.laws import Report, audit_events
from graphtrace.model.summaries import StepSummary


@dataclass(frozen=True, slots=True, repr=False)
class Recording(Displayable):
    """Everything a `record` block saw. ``len(recording)`` is the number of events.

    Attributes:
        graphs: One per backward pass, in order; events name them by their position.
        events: What happened, in the order in which it happened.
        ops: Forward operations with their source lines.
        tensors: Tensors of the forward pass, by number.
        torch: The version that ran.
        level: What was kept of large tensors: ``stats`` or ``full``, see `record`.
        warnings: What could not be recorded, in words.
        summaries: Steps of which nothing else was kept, see `record`.
        start: What leaves had when the recording began, where that is known.
        notes: Reads and skipped updates that explain a mistake, see `graphtrace.diagnose`.
    """

    graphs: tuple[Graph, ...] = ()
    events: tuple[Event, ...] = ()
    ops: tuple[Op, ...] = ()
    tensors: tuple[ForwardTensor, ...] = field(default=(), metadata={"key": "values"})
    torch: str = ""
    level: Level = "stats"
    warnings: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    start: tuple[LeafStart, ...] = ()
    summaries: tuple[StepSummary, ...] = ()
    schema: int = SCHEMA

    def __repr__(self) -> str:
        """Describe the recording in one line."""
        counts = ((len(self.events), "event"), (len(self.graphs), "graph"), (len(self.ops), "forward op"))
        return f"Recording of {', '.join(counted(*pair) for pair in counts)}"

    def __len__(self) -> int:
        return len(self.events)

    @property
    def values(self) -> tuple[ForwardTensor, ...]:
        """Deprecated: the name that `tensors` had in version 0.1."""
        return self.tensors

    def save(self, path: str | Path) -> Path:
        """Write the recording as JSON, gzip-compressed if the name ends in ``.gz``. Returns the path.

        If it ends in ``.gtr``, as a file of its steps, half as large, of which `graphtrace.RecordingFile` reads one
        step without the others.

        Raises:
            TraceError: `path` is no path, or the file cannot be written.
        """
        return write(self, path)

    def audit(self) -> Report:
        """Check the recording against the laws of `graphtrace.model.laws`."""
        return audit_events(self.graphs, self.events)
