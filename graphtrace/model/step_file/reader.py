"""Read a file of recorded steps: what is in it, one of its steps, all of them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from graphtrace.errors import FileError, TraceError, shown
from graphtrace.model.gc_pause import paused_gc
from graphtrace.model.json_files import reason, require_path
from graphtrace.model.parsing import MAX_BYTES, parse
from graphtrace.model.plain import from_plain
from graphtrace.model.recording import Recording
from graphtrace.model.step_file.blocks import STEP, SUMMARY, TEMPLATE, FileBlock, ReadBudget, body_of, scanned
from graphtrace.model.step_file.pieces import Piece, together
from graphtrace.model.step_file.steps import StepHead, StepReader, damaged
from graphtrace.model.step_file.texts import Template, template
from graphtrace.model.summaries import StepSummary
from graphtrace.model.tensor_data import TensorData


class RecordingFile:
    """A file of recorded steps. What is in it is known at once; a step is read when it is asked for.

        with gt.RecordingFile("run.gtr") as run:
            run.steps                     # (0, 1, 2, 980, …): those that are whole
            run.summaries[-1].loss        # of every step, whole or not
            gt.to_html(run.step(980))

    A file that a program still writes, or that it could not end, is read as far as it goes.

    Args:
        source: Path of the file, or its bytes.
        max_bytes: How much may be made of it at once, when inflated.
        most: How many blocks it may have, and how many events, nodes and edges may be read at once; None for any.

    Attributes:
        steps: Numbers of the steps that are whole, in order.
        summaries: Of every step, in order.
        is_complete: Whether the file ends with a whole step.

    Raises:
        TraceError: `source` is neither a path nor bytes.
        FileError: The file cannot be read, is damaged, or is no file of recorded steps.
    """

    def __init__(self, source: str | Path | bytes, max_bytes: int = MAX_BYTES, most: int | None = None) -> None:
        self._max_bytes, self._most = max_bytes, most
        self._file = BytesIO(source) if isinstance(source, bytes) else _opened(require_path(source))
        self._forms: dict[int, Template] = {}
        try:
            self._blocks, self.is_complete = scanned(self._file, most)
            self._heads = sorted(self._read_heads(), key=lambda pair: pair[1].order)
            left = [_summary(block) for block in self._blocks if block.kind == SUMMARY]
        except FileError:
            self.close()
            raise
        self._left = tuple(left)
        whole = [head.summary for _, head in self._heads]
        self.steps = tuple(dict.fromkeys(summary.step for summary in whole))
        self.summaries = tuple(sorted([*whole, *left], key=lambda summary: summary.step))

    def __repr__(self) -> str:
        """Describe the file in one line."""
        return f"RecordingFile of {len(self.steps):,} whole steps, {len(self.summaries):,} in all"

    def __len__(self) -> int:
        return len(self.steps)

    def step(self, number: int) -> Recording:
        """Return one step as a recording of its own.

        Raises:
            TraceError: It is not among `steps`.
            FileError: It is damaged or too large.
        """
        found = [(at, head) for at, head in self._heads if head.summary.step == number]
        if not found:
            raise TraceError(f"no such step in the file: {shown(number)} (choose one of its steps, see .steps)")
        return self._read(found)

    def recording(self) -> Recording:
        """Return all of it as one recording, as `graphtrace.load` does.

        Raises:
            FileError: It is damaged or too large.
        """
        return self._read(self._heads, self._left)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _read_heads(self) -> Iterator[tuple[int, StepHead]]:
        for at, block in enumerate(self._blocks):
            if block.kind == STEP:
                head = from_plain(StepHead, parse(block.head, len(block.head)), "step")
                if not all(0 <= other < at for other in (head.form, head.base or 0)):
                    raise damaged()
                yield at, head

    def _read(self, heads: list[tuple[int, StepHead]], left: tuple[StepSummary, ...] = ()) -> Recording:
        budget = ReadBudget(self._max_bytes, self._most)
        with paused_gc():
            return together([self._piece(at, head, budget) for at, head in heads], left)

    def _piece(self, at: int, head: StepHead, budget: ReadBudget) -> Piece:
        return self._reader(at, head, budget).piece(head, self._earlier(head.base, budget))

    def _reader(self, at: int, head: StepHead, budget: ReadBudget) -> StepReader:
        return StepReader(body_of(self._file, self._blocks[at], budget), self._form(head.form, budget), budget)

    def _form(self, at: int, budget: ReadBudget) -> Template:
        if at not in self._forms:
            if self._blocks[at].kind != TEMPLATE:
                raise damaged()
            text = body_of(self._file, self._blocks[at], budget)
            if not text.isascii():
                raise damaged()
            self._forms[at] = template(text.decode("ascii"))
        return self._forms[at]

    def _earlier(self, base: int | None, budget: ReadBudget) -> list[TensorData | None]:
        """Return what another step has of contents."""
        if base is None:
            return []
        if self._blocks[base].kind != STEP:
            raise damaged()
        head = next(head for at, head in self._heads if at == base)
        return self._reader(base, head, budget).contents()


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read the file: {shown(str(path))} ({reason(error)})") from error


def _summary(block: FileBlock) -> StepSummary:
    return from_plain(StepSummary, parse(block.head, len(block.head)), "summary")
