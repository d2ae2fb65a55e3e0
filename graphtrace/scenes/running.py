"""Run a program for real, under the recorder, and keep what a terminal would have shown."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from torch.random import fork_rng

from graphtrace.classroom.running import run_statements, with_graph
from graphtrace.lab.parts.devices import devices
from graphtrace.model import Event, Recording
from graphtrace.recorder import record
from graphtrace.scenes.records import Needs

_one_at_a_time = threading.Lock()  # warnings and torch's random numbers are the process's


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program did.

    Attributes:
        recording: Everything that autograd did.
        printed: What it printed, line by line.
        warned: The warnings, each once, with their category.
        raised: The error that ended it, with its type; empty where it came to its end.
        line: The line that raised it; 0 where none did.
    """

    recording: Recording
    printed: tuple[str, ...]
    warned: tuple[str, ...]
    raised: str
    line: int


def is_here(needs: Needs) -> bool:
    """Return whether this machine has what a program needs."""
    return any(device.name.startswith(needs) for device in devices())


def run_program(code: str, name: str) -> Ran:
    """Run a program statement by statement, until its end or until it raises.

    The process's random numbers and its output stay as they were; modules give their parameters their names.

    Args:
        code: The program.
        name: Of its file, where lines of code are shown.
    """
    printed: list[str] = []
    variables: dict[str, object] = {"__name__": "__main__", "print": _printing(printed)}
    with _one_at_a_time, fork_rng(devices=[]), warnings.catch_warnings(record=True) as caught, record() as recorder:
        warnings.simplefilter("always")
        run_statements(code, name, variables, recorder)
    recording = with_graph(recorder, variables)
    error = next((event for event in reversed(recording.events) if event.kind == "error"), None)
    warned = dict.fromkeys(f"{one.category.__name__}: {one.message}" for one in caught)
    return Ran(recording, tuple(printed), tuple(map(_first_sentences, warned)), *_raised(error))


def _printing(lines: list[str]) -> Callable[..., None]:
    def printed(*values: object) -> None:
        lines.extend(" ".join(map(str, values)).splitlines())

    return printed


def _raised(error: Event | None) -> tuple[str, int]:
    if error is None:
        return "", 0
    line = error.fact("line")
    return f"{error.fact('type')}: {error.fact('message')}", line if isinstance(line, int) else 0


def _first_sentences(warning: str) -> str:
    """Leave out where in torch's own source a warning comes from."""
    return warning.partition(" (Triggered internally")[0]
