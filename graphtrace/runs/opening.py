"""Open the folder of a run, also of one that still goes on. Nothing in it is executed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from graphtrace.errors import FileError, TraceError, shown
from graphtrace.literals import Level
from graphtrace.model import Graph, Recording, load
from graphtrace.runs.folder import GRAPH, RECORDING, STATE, WATCHED, RunFolder, read_accident
from graphtrace.runs.records import Accident, StepNumbers
from graphtrace.runs.watched import WatchedRun

if TYPE_CHECKING:
    import torch
    from torch import nn


class Run:
    """The folder of a run, read when asked: what is written meanwhile is there as well.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder

    def __repr__(self) -> str:
        """Name the folder."""
        return f"Run({str(self._folder.path)!r})"

    @property
    def path(self) -> Path:
        """Where the folder is."""
        return self._folder.path

    @property
    def accidents(self) -> tuple[Accident, ...]:
        """What happened, in the order of steps."""
        return tuple(read_accident(path) for path in self._folder.accidents())

    @property
    def steps(self) -> tuple[StepNumbers, ...]:
        """The numbers of the steps so far."""
        return tuple(self._folder.steps())

    @property
    def watched(self) -> WatchedRun:
        """What `graphtrace.watch` wrote so far; its ``refresh()`` reads what came since."""
        run = WatchedRun(self._folder.path / WATCHED)
        run.refresh()
        return run

    @property
    def graph(self) -> Graph | None:
        """The graph of the first watched step, None where there is none."""
        path = self._folder.path / GRAPH
        found = load(path) if path.is_file() else None
        return found if isinstance(found, Graph) else None

    def recording(self, accident: int = 0) -> Recording:
        """Return the recorded steps of an accident, which `graphtrace.to_html` plays.

        Args:
            accident: Its position in `accidents`.

        Raises:
            TraceError: There is no such accident.
            FileError: Its file cannot be read.
        """
        record = load(self._path(accident) / RECORDING)
        if not isinstance(record, Recording):
            raise FileError(f"file holds no recording: {shown(str(self._path(accident)))} (save it again)")
        return record

    def batch(self, accident: int = 0) -> dict[str, torch.Tensor]:
        """Return the tensors that came into the step of an accident, by the names of the program's variables.

        Args:
            accident: Its position in `accidents`.
        """
        import torch

        from graphtrace.runs.replaying import batch_of, read_state

        return batch_of(read_state(self._path(accident) / STATE)[1], torch.device("cpu"))

    def replay(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer | None = None,
        step: Callable[[dict[str, torch.Tensor]], object] | None = None,
        accident: int = 0,
        values: Level = "full",
    ) -> Recording:
        """Run the step of an accident again, under the recorder.

        Model and optimizer are put into the state in which the step found them, the generators of random numbers into
        that in which it first called the model. An exception ends the recording and is not raised.

        Args:
            model: A model of the same build.
            optimizer: An optimizer of the same build over its parameters; None leaves its state out.
            step: Does one step; it is given the batch by the names of the program's variables. Without it the model
                alone runs, with the recorded arguments.
            accident: Its position in `accidents`.
            values: What is kept of large tensors, as for `record`.

        Returns:
            The recording of the step.

        Raises:
            TraceError: There is no such accident, or model or optimizer are others.
            FileError: The file of the state cannot be read.
        """
        from graphtrace.runs.replaying import replay

        number = self.accidents[accident].step if self._path(accident) else 0
        return replay(self._path(accident) / STATE, model, optimizer, step, number, values)

    def _path(self, accident: int) -> Path:
        paths = self._folder.accidents()
        if type(accident) is not int or not 0 <= accident < len(paths):
            raise TraceError(f"no such accident: {shown(accident)} (there are {len(paths)}, counted from 0)")
        return paths[accident]


def open_run(path: str | Path) -> Run:
    """Open the folder that `flight_recorder` or `watch` wrote or still writes.

    Args:
        path: Where it is.

    Raises:
        TraceError: `path` is no path, or no run wrote there.
    """
    return Run(RunFolder.found(path))
