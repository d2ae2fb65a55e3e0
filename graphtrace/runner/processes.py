"""The process that has loaded torch, and runs each program in a process forked from itself."""

from __future__ import annotations

import atexit
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from re import findall

from graphtrace.runner import answers
from graphtrace.runner.leftovers import MARK, end_marked
from graphtrace.runner.records import FILE, CodeRun, Printed, RunLimits

READY, RAW, FAULT, HOME, CANCEL = "ready", "raw", "fault", "home", "cancel"
_LOOK = 0.03  # seconds between two looks
_START = 120.0  # seconds in which Python and torch are loaded, also on a busy machine
_MORE = 15.0  # seconds for the keeper of a run to end it
_PACKAGE = str(Path(__file__).parents[2])
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV", "CUDA_VISIBLE_DEVICES")
_OUT_OF_TIME = getattr(signal, "SIGXCPU", 24)


def run_code(code: str, limits: RunLimits, still_wanted: Callable[[], object]) -> CodeRun:
    """Run a program in a process of its own.

    Args:
        code: The program.
        limits: What it may use.
        still_wanted: Called again and again; what it raises ends the program and passes through.
    """
    loader = _current().get()
    folder = Path(tempfile.mkdtemp(prefix="graphtrace_"))
    try:
        return loader.run(code, limits, folder, still_wanted)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prepare() -> None:
    """Begin to load torch for the next run."""
    _current().get()


class Loader:
    """A process that has loaded torch, or is about to."""

    def __init__(self) -> None:
        self._mark = secrets.token_hex(16)
        self._folder = Path(tempfile.mkdtemp(prefix="graphtrace_"))
        self._lock = threading.Lock()
        with (self._folder / RAW).open("wb") as raw:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "graphtrace.runner", str(self._folder / READY)],
                stdin=subprocess.PIPE,
                stdout=raw,
                stderr=raw,
                cwd=self._folder,
                env=_environment(self._mark, self._folder),
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        """Whether it takes programs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it with all programs that it runs."""
        self._process.kill()
        end_marked(self._mark)
        self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, code: str, limits: RunLimits, folder: Path, still_wanted: Callable[[], object]) -> CodeRun:
        """Run a program, whose files are in a folder; see `run_code`."""
        (folder / HOME).mkdir()
        self._until((self._folder / READY).exists, _START, still_wanted)
        self._send({"folder": str(folder), "code": code, "limits": asdict(limits)})
        try:
            in_time = self._until(
                lambda: answers.has_ended(folder), limits.seconds + limits.grace + _MORE, still_wanted
            )
        except BaseException:
            (folder / CANCEL).touch()
            self._until(lambda: answers.has_ended(folder), _MORE, lambda: None)
            raise
        if not in_time:
            self.close()
        run = answers.read(folder) or self._without_answer(folder)
        return replace(run, printed=(*run.printed, *_raw(folder, run, limits)))

    def _send(self, asked: dict[str, object]) -> None:
        stdin = self._process.stdin
        assert stdin is not None, "it was opened with a pipe"
        if self.alive:
            with self._lock:
                stdin.write(json.dumps(asked).encode() + b"\n")
                stdin.flush()

    def _until(self, done: Callable[[], bool], seconds: float, still_wanted: Callable[[], object]) -> bool:
        """Wait until something is done or the process has ended; returns whether that was in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if done() or not self.alive:
                return True
            still_wanted()
            time.sleep(_LOOK)
        return False

    def _without_answer(self, folder: Path) -> CodeRun:
        """Say how a process ended that could not say so itself."""
        printed = answers.printed_before(folder)
        late, status = answers.end_of(folder)
        if late or status == -_OUT_OF_TIME:
            return CodeRun("time", printed)
        if status < 0:
            return CodeRun("signal", printed, error=_signal(-status), line=_fault(folder))
        return CodeRun("lost", printed, error=str(status))


def _fault(folder: Path) -> int:
    """Return the line of the program at which the system ended it, as `faulthandler` wrote it down."""
    file = folder / FAULT
    text = file.read_text(errors="replace")[:100_000] if file.is_file() else ""
    lines = findall(rf'"{FILE}", line (\d{{1,9}})', text)
    return int(lines[0]) if lines else 0


def _raw(folder: Path, run: CodeRun, limits: RunLimits) -> list[Printed]:
    """Return what went past Python to the terminal."""
    if not (folder / RAW).is_file():
        return []
    with (folder / RAW).open("rb") as raw:
        text = raw.read(limits.output).decode(errors="replace")
    last = len(run.recording) if run.recording is not None else 0
    return [Printed(last, "err", text)] if text else []


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _environment(mark: str, home: Path) -> dict[str, str]:
    """Return an environment without the user's secrets, in which the same package is found."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    paths = os.pathsep.join([_PACKAGE, *filter(None, [os.environ.get("PYTHONPATH")])])
    own = {"HOME": str(home), "TMPDIR": str(home), "OMP_NUM_THREADS": "1", "PYTHONPATH": paths, MARK: mark}
    return {**kept, **own, "PYTHONUTF8": "1"}


class _Current:
    """The loader of this server; another one where it has ended."""

    def __init__(self) -> None:
        self._loader: Loader | None = None
        self._lock = threading.Lock()

    def get(self) -> Loader:
        """Return it, started now if there is none."""
        with self._lock:
            if self._loader is None or not self._loader.alive:
                self.close()
                self._loader = Loader()
            return self._loader

    def close(self) -> None:
        """End it."""
        if self._loader is not None:
            self._loader.close()
            self._loader = None


@cache
def _current() -> _Current:
    current = _Current()
    atexit.register(current.close)
    return current
