"""Beside each program a process that ends it when it is time, with all that it started."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from graphtrace.runner import answers
from graphtrace.runner.leftovers import adopt_orphans, end_children
from graphtrace.runner.processes import CANCEL
from graphtrace.runner.records import RunLimits

_LOOK = 0.02


def keep(folder: Path, limits: RunLimits, work: Callable[[], None]) -> None:
    """Do work in a process of its own until it ends, is late, or nobody waits for it; then say how it ended.

    Args:
        folder: Where its files are.
        limits: Seconds after which it is ended.
        work: What is done.
    """
    adopt_orphans()
    parent = os.getppid()
    end = time.monotonic() + limits.seconds + limits.grace
    program = os.fork()
    if not program:
        os.setsid()
        work()
        os._exit(0)  # without what the program wishes to do at its exit, and without waiting for its threads
    late = False
    while not (ended := os.waitpid(program, os.WNOHANG))[0]:
        late = time.monotonic() > end
        if late or (folder / CANCEL).exists() or os.getppid() != parent:
            with suppress(OSError):
                os.kill(program, signal.SIGKILL)
        time.sleep(_LOOK)
    end_children(program)
    answers.write_end(folder, late, os.waitstatus_to_exitcode(ended[1]))
