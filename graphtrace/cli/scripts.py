"""The user's script: run as Python would run it, traced at its end, or recorded from its first line on."""

from __future__ import annotations

import argparse
import runpy
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypedDict

from graphtrace.errors import RenderError, TraceError, shown
from graphtrace.model import Graph, Recording, RecordingFile, StepSummary, load

if TYPE_CHECKING:
    from graphtrace.recorder import record

TOGETHER = 3  # steps up to which a run is one recording


class Chosen(TypedDict):
    """Which steps stay whole, as for `graphtrace.record`."""

    every: int | None
    steps: set[int] | None
    last: int | None


class StoppedError(Exception):
    """The user's script did not reach its last line; what is to be said about that has been printed."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def is_saved(name: str) -> bool:
    """Return whether a name is that of a saved graph or recording."""
    return name.lower().endswith((".json", ".json.gz", ".gtr"))


def title_of(name: str) -> str:
    """Return what a picture made of a file is called: ``lenet`` of ``runs/lenet.json.gz``."""
    return Path(name).name.partition(".")[0]


def require_folder(output: str | None) -> None:
    """Check that the output's folder exists, before a script runs, which may take hours.

    Raises:
        RenderError: It does not.
    """
    if output and not Path(output).parent.is_dir():
        raise RenderError(f"no such folder: {shown(str(Path(output).parent))} (make it first)")


def run(script: str, passed_on: Sequence[str]) -> Mapping[str, object]:
    """Run a script as ``python script.py`` would, and return its global variables.

    Args:
        script: Path of the script.
        passed_on: Its arguments.

    Raises:
        TraceError: There is no such script.
        StoppedError: It raised, was interrupted or called ``sys.exit``.
    """
    if not Path(script).is_file():
        raise TraceError(f"no such script: {shown(script)} (give the path of a Python file)")
    before = sys.argv, sys.path[:]
    sys.argv, sys.path[0] = [script, *passed_on], str(Path(script).resolve().parent)
    try:
        return runpy.run_path(script, run_name="__main__")
    except SystemExit as stop:
        raise _exited(stop) from stop
    except (Exception, KeyboardInterrupt) as error:
        traceback.print_exception(error.with_traceback(_of_script(error.__traceback__)))
        raise StoppedError(130 if isinstance(error, KeyboardInterrupt) else 1) from error
    finally:
        sys.argv, sys.path[:] = before


def recorded(script: str, passed_on: Sequence[str], options: argparse.Namespace) -> tuple[Recording, int]:
    """Load a recording, or record a script to its last line, its ``sys.exit``, its error or the user's Ctrl-C.

    Args:
        script: Path of the script, or of a recording.
        passed_on: The script's arguments.
        options: Those of the command, which may choose steps.

    Returns:
        The recording, and the exit status of the script.
    """
    if is_saved(script):
        record = load(script)
        if isinstance(record, Graph):
            raise TraceError(f"file holds a graph, not a recording: {shown(script)} (record the script first)")
        return record, 0
    from graphtrace.program_recording import watched

    with watched(**{name: getattr(options, name, None) for name in ("every", "steps", "last")}) as recorder:
        status = _run_recorded(script, passed_on, recorder)
    if status:
        _explain(recorder.recording)
    return recorder.recording, status


def record_steps(
    script: str, passed_on: Sequence[str], path: Path, chosen: Chosen, told: Callable[[StepSummary], bool]
) -> int:
    """Record a script's steps into a file, to its last line, its ``sys.exit``, its error or the user's Ctrl-C.

    Args:
        script: Path of the script.
        passed_on: Its arguments.
        path: Of the file.
        chosen: Which steps stay whole.
        told: Called with the summary of each recorded step; True ends the recording.

    Returns:
        The exit status of the script.
    """
    from graphtrace.program_recording import watched

    if not Path(script).is_file():
        raise TraceError(f"no such script: {shown(script)} (give the path of a Python file)")
    with watched(**chosen, until=told, to=path) as recorder:
        status = _run_recorded(script, passed_on, recorder)
    if status:
        with RecordingFile(path) as file:
            _explain(file.recording() if len(file) <= TOGETHER else file.step(file.steps[-1]))
    return status


def _run_recorded(script: str, passed_on: Sequence[str], recorder: record) -> int:
    try:
        run(script, passed_on)
    except StoppedError as stop:
        if stop.__cause__ is not None and not isinstance(stop.__cause__, SystemExit):
            recorder.ended_by(stop.__cause__)
        return stop.status
    return 0


def _explain(recording: Recording) -> None:
    """Print what went wrong below torch's traceback, where a rule is certain."""
    from graphtrace.diagnosis import diagnose

    result = diagnose(recording)
    if result is not None:
        print(f"\ngraphtrace: {result}\n  in the app: Errors?scene={result.mistake}", file=sys.stderr)


def _exited(stop: SystemExit) -> StoppedError:
    """Return what a script's ``sys.exit`` amounts to; print its message as Python would."""
    if stop.code and not isinstance(stop.code, int):
        print(stop.code, file=sys.stderr)
    return StoppedError(1 if stop.code else 0)


def _of_script(trace: TracebackType | None) -> TracebackType | None:
    """Leave out the frames of this file and of runpy: none of the user's business."""
    while trace is not None and trace.tb_frame.f_code.co_filename in (__file__, runpy.__file__, "<frozen runpy>"):
        trace = trace.tb_next
    return trace
