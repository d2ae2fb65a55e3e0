"""Which runs the server shows: those of the folders that its owner named. A visitor chooses among names."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Lock

import streamlit as st

from graphtrace.app import server_settings
from graphtrace.diagnosis import diagnose, diagnose_numbers
from graphtrace.literals import Language
from graphtrace.model import Graph, Recording
from graphtrace.runs import Accident, Run, StepNumbers, WatchedRun, open_run
from graphtrace.runs.folder import GRAPH, RECORDING, RUN, STEPS, WATCHED

STILL = 30.0  # seconds without a new line after which a run counts as ended
_MOST = 200
_reading = Lock()


def runs() -> dict[str, Path]:
    """Return the folders of runs by name, the one that was written last first."""
    found: dict[str, Path] = {}
    for named in server_settings.runs_folders():
        home = Path(named)
        for path in [home, *sorted(home.glob("*"))]:
            if (path / RUN).is_file():
                found.setdefault(path.resolve().name, path)
    return dict(sorted(found.items(), key=lambda pair: -written_at(pair[1]))[:_MOST])


def written_at(path: Path) -> float:
    """Return when a run wrote last, in seconds since 1970."""
    files = [path / name for name in (WATCHED, STEPS, RUN)]
    return max((file.stat().st_mtime for file in files if file.is_file()), default=0.0)


def goes_on(path: Path) -> bool:
    """Return whether a run has written something of late."""
    return time.time() - written_at(path) < STILL


def watched(path: Path) -> WatchedRun:
    """Return what was watched so far. Sessions share it; only what is new is read."""
    run = _watched(str(path))
    with _reading:
        run.refresh()
    return run


@st.cache_resource(max_entries=16, show_spinner=False)
def _watched(path: str) -> WatchedRun:
    return WatchedRun(Path(path) / WATCHED)


def run_at(path: Path) -> Run:
    """Open a run."""
    return open_run(path)


def flown(path: Path) -> tuple[StepNumbers, ...]:
    """Return the numbers of the steps that a flight recorder saw."""
    file = path / STEPS
    return _flown(str(path), file.stat().st_size) if file.is_file() else ()


@st.cache_data(max_entries=16, show_spinner=False)
def _flown(path: str, size: int) -> tuple[StepNumbers, ...]:
    return open_run(path).steps


def graph_of(path: Path) -> tuple[str, Graph] | None:
    """Return the graph of a run with a key for caches, None where there is none."""
    file = path / GRAPH
    if not file.is_file():
        return None
    key = f"run:{path}:{file.stat().st_mtime_ns}"
    found = _graph(key, str(path))
    return None if found is None else (key, found)


@st.cache_resource(max_entries=16, show_spinner=False)
def _graph(key: str, path: str) -> Graph | None:
    return open_run(path).graph


def recording_of(path: Path, accident: int) -> tuple[str, Recording]:
    """Return the recorded steps of an accident, with a key for caches."""
    folder = sorted(path.glob("accident_*"))[accident] / RECORDING
    key = f"run:{folder}:{folder.stat().st_mtime_ns}"
    return key, _recording(key, str(path), accident)


@st.cache_resource(max_entries=8, show_spinner=False)
def _recording(key: str, path: str, accident: int) -> Recording:
    return open_run(path).recording(accident)


def cause_of(path: Path, position: int, accident: Accident, language: Language) -> str:
    """Return the cause of an accident in a language; its file has it in English."""
    if language == "en":
        return accident.cause
    key, recording = recording_of(path, position)
    return _cause(f"{key}:{language}", accident.kind, language, recording) or accident.cause


@st.cache_data(max_entries=64, show_spinner=False)
def _cause(key: str, kind: str, language: Language, _recording: Recording) -> str:
    found = (diagnose if kind in ("exception", "grad_norm") else diagnose_numbers)(_recording, language=language)
    return "" if found is None else found.cause
