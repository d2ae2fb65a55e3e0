"""End what a program left behind, whatever it did to be forgotten; elsewhere than on Linux its group is ended."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

MARK = "GRAPHTRACE_RUNNER"  # an environment variable, which every process inherits
_SUBREAPER = 36  # of prctl: processes without a parent become this one's
_ROUNDS = 50  # what is ended may have started others meanwhile
_LOOK = 0.01


def adopt_orphans() -> None:
    """Become the parent of all processes below this one whose parents end. Linux alone knows that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def end_children(group: int) -> None:
    """End a process's group and all children of this process, also those that come to it meanwhile."""
    with suppress(OSError):
        os.killpg(group, signal.SIGKILL)
    for _ in range(_ROUNDS):
        _kill([process for process, parent in _parents() if parent == os.getpid()])
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(_LOOK)


def end_marked(mark: str) -> None:
    """End all processes whose environment has a mark: the last resort."""
    wanted = f"{MARK}={mark}".encode()
    for _ in range(_ROUNDS):
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if wanted in (process / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
        if not found:
            return
        _kill(found)
        time.sleep(_LOOK)


def _kill(processes: list[int]) -> None:
    for process in processes:
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)


def _parents() -> list[tuple[int, int]]:
    """Return every process with its parent."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            told = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()
            found.append((int(process.name), int(told[1])))
    return found
