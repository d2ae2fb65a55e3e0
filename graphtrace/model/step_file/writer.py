"""Write recorded steps to a file, each at once."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from graphtrace.errors import FileError, TraceError, shown
from graphtrace.model.gc_pause import paused_gc
from graphtrace.model.graph import Graph
from graphtrace.model.json_files import reason, require_path, write_with
from graphtrace.model.plain import to_plain
from graphtrace.model.recording import Recording
from graphtrace.model.step_file.blocks import MARK, STEP, SUFFIX, SUMMARY, TEMPLATE, packed
from graphtrace.model.step_file.pieces import Piece, split
from graphtrace.model.step_file.steps import StepHead
from graphtrace.model.step_file.steps import packed as packed_step
from graphtrace.model.step_file.texts import Template, written
from graphtrace.model.step_summary import summary_of
from graphtrace.model.summaries import StepSummary
from graphtrace.model.tensor_data import TensorData


class RecordingWriter:
    """A file of recorded steps that grows: what was added is on the disk, whatever happens afterwards.

    Args:
        path: Of the file, which is made anew.

    Attributes:
        size: Bytes written so far.
        steps: How many steps are whole.

    Raises:
        TraceError: `path` is no path.
        FileError: It cannot be written.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = require_path(path)
        try:
            self._file = self.path.open("wb", buffering=0)
        except (OSError, ValueError) as error:
            raise self._cannot(error) from error
        self.size = self.steps = self._blocks = 0
        self._forms: dict[str, tuple[int, Template]] = {}
        self._base: tuple[int, dict[TensorData, int]] = (0, {})
        self._put(MARK)

    def add(self, recording: Recording, summary: StepSummary) -> None:
        """Write a step that was recorded on its own; the first ones may be one recording."""
        pieces = split(recording) if not self.steps else []
        if len(pieces) < 2:
            self.add_piece(Piece(recording), summary, summary.step)
        for piece in pieces if len(pieces) > 1 else ():
            self._add_split(piece, piece.recording.events[0].step)

    def _add_split(self, piece: Piece, order: int) -> None:
        events = piece.recording.events
        seconds = (events[-1].ns - events[0].ns) / 1e9 if events else 0.0
        number = events[0].step if events else 0
        self.add_piece(piece, summary_of(piece.recording, number, seconds), order)

    def add_piece(self, piece: Piece, summary: StepSummary, order: int) -> None:
        """Write a step; files are read in the order that is given here."""
        with paused_gc():
            base, before = self._base
            step = packed_step(piece, before)
            number, form = self._form(step.template)
            nodes = sum(len(graph.nodes) + len(graph.edges) for graph in piece.recording.graphs)
            size = len(piece.recording.events) + nodes
            head = StepHead(order, number, size, summary, base if before else None, piece.ns)
            self._block(STEP, head, step.body(form))
            self._base = self._blocks - 1, dict(step.own)
            self.steps += 1

    def leave(self, summary: StepSummary) -> None:
        """Write the summary of a step that is not kept."""
        self._block(SUMMARY, summary, b"")

    def _form(self, text: Template) -> tuple[int, Template]:
        """Return the number of the block with this form, which is written where it is new."""
        if text.form not in self._forms:
            self._block(TEMPLATE, None, text.text().encode())
            self._forms[text.form] = self._blocks - 1, text
        return self._forms[text.form]

    def _block(self, kind: bytes, head: StepHead | StepSummary | None, body: bytes) -> None:
        self._put(packed(kind, written({} if head is None else to_plain(head)).encode(), body))
        self._blocks += 1

    def _put(self, content: bytes) -> None:
        try:
            self._file.write(content)
        except (OSError, ValueError) as error:
            raise self._cannot(error) from error
        self.size += len(content)

    def _cannot(self, error: Exception) -> FileError:
        return FileError(f"cannot write the file: {shown(str(self.path))} ({reason(error)})")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _save(record: object, path: Path) -> None:
    """Write a whole recording."""
    if not isinstance(record, Recording):
        what = "a graph" if isinstance(record, Graph) else shown(record)
        raise TraceError(f"a {SUFFIX} file holds recorded steps: {what} (end the name in .json or .json.gz)")
    with RecordingWriter(path) as file:
        for order, piece in enumerate(split(record)):
            file._add_split(piece, order)
        for summary in record.summaries:
            file.leave(summary)


write_with(SUFFIX, _save)
