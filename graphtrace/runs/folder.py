"""The folder of a run. A file is there whole or not at all, a line is one write: both may be read at any time."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

from graphtrace.errors import FileError, TraceError, shown
from graphtrace.literals import ACCIDENT_KINDS
from graphtrace.model.json_files import reason, require_path, to_bytes
from graphtrace.model.parsing import parse
from graphtrace.model.plain import from_plain
from graphtrace.runs.records import Accident, StepNumbers

GRAPH, WATCHED = "graph.json.gz", "watched.jsonl"
RECORDING, STATE, ACCIDENT = "recording.json.gz", "state.safetensors", "accident.json"
STEPS, RUN = "steps.jsonl", "run.json"
_ACCIDENTS = "accident_*"
_MOST_BYTES = 1 << 20  # of an accident's facts
_MOST_LINES = 1 << 20  # bytes that are read of a file of lines at a time


class RunFolder:
    """The folder of a run.

    Args:
        path: Where it is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def made(cls, to: object, facts: Mapping[str, object]) -> RunFolder:
        """Make the folder, or go on in the one that is there.

        Raises:
            TraceError: `to` is no path.
            FileError: It cannot be written.
        """
        folder = cls(require_path(to))
        try:
            folder.path.mkdir(parents=True, exist_ok=True)
            write_whole(folder.path / RUN, json.dumps({"format": "graphtrace-run", "version": 1, **facts}).encode())
        except (OSError, ValueError) as error:
            raise FileError(f"cannot write the folder: {shown(str(folder.path))} ({reason(error)})") from error
        return folder

    @classmethod
    def found(cls, path: object) -> RunFolder:
        """Open a folder that a run wrote or writes.

        Raises:
            TraceError: `path` is no path, or no run wrote there.
        """
        folder = cls(require_path(path))
        if not (folder.path / RUN).is_file():
            raise TraceError(
                f"no run in this folder: {shown(str(folder.path))} (give the to=… of flight_recorder or watch)"
            )
        return folder

    def new_accident(self, name: str) -> Path:
        """Make the folder of an accident; one more of the same name is numbered."""
        for number in range(1, 1000):
            path = self.path / (f"accident_{name}" if number == 1 else f"accident_{name}-{number}")
            with contextlib.suppress(FileExistsError):
                path.mkdir()
                return path
        raise FileError(f"too many accidents in the folder: {shown(str(self.path))} (choose another)")

    def accidents(self) -> tuple[Path, ...]:
        """Return the folders of accidents in the order of their steps."""
        return tuple(sorted(path for path in self.path.glob(_ACCIDENTS) if (path / ACCIDENT).is_file()))

    def append(self, numbers: StepNumbers) -> None:
        """Append the numbers of a step."""
        plain = {name: _plain(value) for name, value in asdict(numbers).items() if value is not None}
        append_line(self.path / STEPS, plain)

    def steps(self) -> Iterator[StepNumbers]:
        """Read the numbers of the steps so far."""
        for plain in read_lines(self.path / STEPS):
            with contextlib.suppress(TypeError, ValueError):
                yield StepNumbers(**{name: _number(name, value) for name, value in plain.items()})  # type: ignore[arg-type]


def read_accident(path: Path) -> Accident:
    """Read the facts of an accident.

    Raises:
        FileError: The file cannot be read or is damaged.
    """
    try:
        content = (path / ACCIDENT).read_bytes()[: _MOST_BYTES + 1]
    except OSError as error:
        raise FileError(f"cannot read the file: {shown(str(path / ACCIDENT))} ({reason(error)})") from error
    accident = from_plain(Accident, parse(content, _MOST_BYTES), "accident")
    if accident.kind not in ACCIDENT_KINDS or accident.step < 0:
        raise FileError(f"file is damaged: accident {shown(accident.kind)} (save it again)")
    return accident


def write_accident(path: Path, accident: Accident) -> None:
    """Write the facts of an accident."""
    write_whole(path / ACCIDENT, to_bytes(accident, compress=False))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that no reader ever sees a part of it."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


def append_line(path: Path, plain: Mapping[str, object]) -> None:
    """Append one line of JSON in a single write, which outlives the process."""
    line = json.dumps(plain, separators=(",", ":"), allow_nan=False).encode() + b"\n"
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)


def read_lines(path: Path, start: int = 0) -> Iterator[dict[str, object]]:
    """Yield the whole lines of a file that may grow; a damaged one, and one that is not at its end yet, is left out."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        file.seek(start)
        while line := file.readline(_MOST_LINES):
            if not line.endswith(b"\n"):
                continue
            with contextlib.suppress(ValueError, RecursionError):
                plain = json.loads(line)
                if isinstance(plain, dict):
                    yield plain


def _plain(value: float) -> object:
    return value if value - value == 0 else str(value)  # JSON has no NaN


def _number(name: str, value: object) -> int | float:
    """Return a number of a line, also one that is not finite.

    Raises:
        TypeError: It is none.
        ValueError: Likewise.
    """
    if name == "step":
        if type(value) is not int or value < 0:
            raise TypeError
        return value
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        raise TypeError
    return float(value)
