"""Work in a process of its own, with limits of memory and time: what it used is given back when it ends.

    record = call(loads_any, WorkerLimits(seconds=20, cpu=2), wanted, content)

What runs is a function of this package, named by its module; a worker reads no code from anybody. Strangers' files are
read there, and files of many pictures are drawn there, so that neither can harm the process that serves everybody.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

from graphtrace.errors import TraceError

P = ParamSpec("P")
T = TypeVar("T")
Excess = Literal["memory", "time"]

_LOOK = 0.1  # seconds between two looks at whether anybody still waits for the result
_OUT_OF_TIME = getattr(signal, "SIGXCPU", 24)
_HOME = str(Path(__file__).parents[2])


class WorkerLimitError(TraceError):
    """The work needed more memory or time than it may have: `excess` says which. Callers say it in their own words."""

    def __init__(self, excess: Excess) -> None:
        super().__init__(f"the work needs too much {excess}")
        self.excess = excess


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What a worker may use.

    Attributes:
        seconds: Of the clock.
        cpu: Seconds of computing; None for no limit. A busy server takes longer by the clock.
        memory: Bytes of its address space; None for no limit. Windows limits neither of these two.
    """

    seconds: float
    cpu: int | None = None
    memory: int | None = None


def call(
    function: Callable[P, T],
    limits: WorkerLimits,
    still_wanted: Callable[[], object],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run a function in a process of its own and return its result.

    Args:
        function: Found by its name; of this package.
        limits: Of the process.
        still_wanted: Called ten times a second; what it raises ends the process and passes through.
        args: Plain values and frozen records, as for `function`.
        kwargs: Likewise.

    Raises:
        TraceError: As the function raised it.
        WorkerLimitError: It took too long or too much memory.
    """
    sent = pickle.dumps((limits, function, args, kwargs), protocol=pickle.HIGHEST_PROTOCOL)
    end = time.monotonic() + limits.seconds
    command = [sys.executable, "-m", "graphtrace.workers"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=_environment()) as process:
        try:
            answer, said = _answer(process, sent, end, still_wanted)
        except BaseException:
            process.kill()
            raise
    return _result(answer, process.returncode, said)


def _environment() -> dict[str, str]:
    """Return this process's environment, in which the worker finds the same package."""
    paths = [_HOME, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}


def _answer(
    process: subprocess.Popen[bytes], sent: bytes, end: float, still_wanted: Callable[[], object]
) -> tuple[bytes, bytes]:
    to_send: bytes | None = sent
    while True:
        try:
            return process.communicate(to_send, timeout=_LOOK)
        except subprocess.TimeoutExpired:
            to_send = None
            still_wanted()
            if time.monotonic() > end:
                raise WorkerLimitError("time") from None


def _result(answer: bytes, code: int, said: bytes) -> T:  # type: ignore[type-var]  # what the worker's function returns
    if not answer:
        if code == -_OUT_OF_TIME:
            raise WorkerLimitError("time")
        if b"MemoryError" in said or code < 0:  # the system ended it, or it could not even say so
            raise WorkerLimitError("memory")
        raise RuntimeError(f"a worker failed: {said[-2000:].decode(errors='replace')}")
    kind, value = pickle.loads(answer)
    if kind == "result":
        result: T = value
        return result
    if kind == "raised":
        raise value
    raise WorkerLimitError("memory")
