"""What a program may not do, in words, and the limits of its process.

A program that knows Python well gets around the words: they are for mistakes, not for enemies.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from graphtrace.runner.records import RunLimits

_PROCESSES = (
    *("os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.exec", "os.system", "os.startfile"),
    *("subprocess.Popen", "pty.spawn"),
)
_NETWORK = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname")
_WORDS = dict.fromkeys(_PROCESSES, "a program may not start others here (a DataLoader takes num_workers=0)")
_WORDS |= dict.fromkeys(_NETWORK, "a program has no network here (put the numbers into its text)")
_KILL = "a program may not end others here"
_ROOM = 512 << 20  # for writing down what a program did that had used up its memory
_FILES = 64 << 20  # bytes of one file
_TASKS = 64  # threads, of the user's


class NotAllowedError(RuntimeError):
    """The program did what it may not do on the page for code."""

    __module__ = "graphtrace"


def refuse() -> None:
    """Refuse from now on, in this process, what a program may not do."""
    sys.addaudithook(_hook)


def _hook(event: str, given: tuple[object, ...]) -> None:
    if event in _WORDS:
        raise NotAllowedError(_WORDS[event])
    if event in ("os.kill", "os.killpg") and given[0] != os.getpid():
        raise NotAllowedError(_KILL)


def bound(limits: RunLimits, accelerated: bool) -> None:
    """Limit this process; whatever the system does not know stays without limit.

    Args:
        limits: What the program may use.
        accelerated: Whether a GPU is in use, whose addresses would count as memory.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILES, _FILES))
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu = int(used.ru_utime + used.ru_stime + limits.cpu + limits.grace) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
        pages = Path("/proc/self/statm")
        if pages.exists() and not accelerated:
            most = int(pages.read_text().split()[0]) * resource.getpagesize() + limits.memory
            resource.setrlimit(resource.RLIMIT_AS, (most, most + _ROOM))
            tasks = _tasks() + _TASKS
            resource.setrlimit(resource.RLIMIT_NPROC, (tasks, tasks))


def make_room() -> None:
    """Allow more memory: the program is over, and what it did is to be written down."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _tasks() -> int:
    """Count the threads of this user; root's are not limited."""
    own, found = os.getuid(), 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if process.stat().st_uid == own:
                found += len(os.listdir(process / "task"))
    return found
