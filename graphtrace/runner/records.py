"""What a run of a typed program may use, and what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from graphtrace.model import Recording

FILE = "your_code.py"  # what the program is called where its lines are shown

Ended = Literal[
    "end",  # it came to its last line
    "exit",  # it called sys.exit
    "raised",  # an error ended it
    "time",
    "memory",
    "output",
    "events",
    "signal",  # the system ended its process
    "lost",  # its process ended without an answer, as by os._exit
]
ENDS: tuple[Ended, ...] = get_args(Ended)
Stream = Literal["out", "err"]


@dataclass(frozen=True, slots=True)
class RunLimits:
    """What a program may use.

    Attributes:
        seconds: Of the clock.
        cpu: Seconds of computing.
        memory: Bytes beside those of Python and torch themselves. Linux keeps this limit; not where torch sees a GPU.
        output: Characters that it prints.
        events: Events of its recording.
        grace: Seconds in which a program that is over a limit has to stop; then its process is ended.
    """

    seconds: float = 30.0
    cpu: float = 10.0
    memory: int = 1 << 30
    output: int = 50_000
    events: int = 6_000
    grace: float = 5.0


@dataclass(frozen=True, slots=True)
class Printed:
    """A piece of what a program printed, and how many events had happened by then."""

    cursor: int
    stream: Stream
    text: str


@dataclass(frozen=True, slots=True)
class CodeRun:
    """What a program did.

    Attributes:
        ended: How it ended.
        printed: What it printed, in order.
        recording: What autograd did, up to the end; None where nothing is known.
        error: The error that ended it, with its type; of `signal` the signal, of `lost` the exit status.
        line: The line of the program that raised it or at which it was stopped; 0 where none is known.
    """

    ended: Ended
    printed: tuple[Printed, ...] = ()
    recording: Recording | None = None
    error: str = ""
    line: int = 0
