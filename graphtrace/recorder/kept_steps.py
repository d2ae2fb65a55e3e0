"""The steps of a long run that stay whole: in memory or in a file, and a ring of the last ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from torch import nn

from graphtrace.model import Recording, RecordingFile, RecordingWriter, StepSummary, summary_of
from graphtrace.model.join import join
from graphtrace.model.step_summary import OLDER_OPERATIONS


class StepBlock(Protocol):
    """A `record` block of one step."""

    @property
    def recording(self) -> Recording:
        """What was recorded."""
        ...

    def adopt(self, model: nn.Module) -> None:
        """Take in a model that the program has made."""
        ...

    def read(self) -> None:
        """Read the tensors that wait, so that their copies can be let go of."""
        ...

    def __enter__(self) -> object: ...
    def __exit__(self, kind: None, error: None, traceback: None) -> object: ...
    def ended_by(self, error: BaseException) -> None:
        """Record an exception that ends the block."""
        ...


@dataclass(slots=True)
class RecordedStep:
    """A recorded step.

    Attributes:
        number: How many optimizer steps had ended before.
        block: That recorded it.
        stays: Whether it stays whole for good, and not only among the last.
        seconds: How long it took.
    """

    number: int
    block: StepBlock
    stays: bool
    seconds: float = 0.0
    _summary: StepSummary | None = None

    @property
    def recording(self) -> Recording:
        """What was recorded; it says where operations are missing that ran before the step began."""
        recording = self.block.recording
        count = sum(node.kind == "op" and node.op is None for graph in recording.graphs for node in graph.nodes)
        if not count:
            return recording
        said = f"step {self.number}: {count} nodes of its graph are of {OLDER_OPERATIONS}"
        return replace(recording, warnings=(*recording.warnings, f"{said}: these have no numbers of forward"))

    @property
    def summary(self) -> StepSummary:
        """What is left of the step when its events are let go of."""
        if self._summary is None:
            self._summary = summary_of(self.block.recording, self.number, self.seconds)
        return self._summary


class KeptSteps:
    """Steps that stay.

    Args:
        last: How many of those that nothing else asks for stay whole; None for none of them.
        summarizes: Whether the others leave their summary.
        to: Name of the file that steps go to once they stay for good.
    """

    def __init__(self, last: int | None, summarizes: bool, to: str | Path | None) -> None:
        self._last, self._summarizes, self._name = last, summarizes, to
        self._to: RecordingWriter | None = None
        self._steps: dict[int, RecordedStep] = {}
        self._summaries: list[StepSummary] = []

    def start(self) -> None:
        """Make the file.

        Raises:
            FileError: It cannot be written.
        """
        if self._name is not None:
            self._to = RecordingWriter(self._name)

    def add(self, step: RecordedStep) -> None:
        """Take a step that has ended; the first of the last ones may have to go."""
        if self._to is not None and step.stays:
            self._to.add(step.recording, step.summary)
        else:
            self._steps[step.number] = step
        passing = [number for number, step in self._steps.items() if not step.stays]
        if self._last is not None and len(passing) > self._last:
            self._leave(self._steps.pop(passing[0]))

    def _leave(self, step: RecordedStep) -> None:
        if self._summarizes and self._to is not None:
            self._to.leave(step.summary)
        elif self._summarizes:
            self._summaries.append(step.summary)

    def end(self) -> None:
        """Write what is among the last."""
        if self._to is not None:
            for step in self._steps.values():
                self._to.add(step.recording, step.summary)
            self._steps.clear()
            self._to.close()

    def latest(self) -> RecordedStep | None:
        """Return the latest step in memory."""
        return next(reversed(self._steps.values()), None)

    def recording(self, running: StepBlock | None) -> Recording:
        """Return the steps that are whole, joined, with the summaries of the others."""
        parts = [step.recording for step in self._steps.values()]
        parts += [] if running is None else [running.recording]
        summaries = tuple(self._summaries)
        if self._to is not None:
            with RecordingFile(self._to.path) as file:
                written = file.recording()
            if not parts:
                return written
            parts, summaries = [written, *parts], written.summaries
        return replace(join(parts), summaries=summaries)
