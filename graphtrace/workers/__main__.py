"""A worker: reads one piece of work from its standard input, does it, writes the result."""

from __future__ import annotations

import pickle
import sys
from contextlib import suppress

from graphtrace.errors import TraceError
from graphtrace.workers import WorkerLimits


def main() -> None:
    """Do the work. Bugs end the process with their traceback."""
    limits, function, args, kwargs = pickle.loads(sys.stdin.buffer.read())
    output = sys.stdout.buffer
    sys.stdout = sys.stderr  # what the work prints is no part of the answer
    _bound(limits)
    try:
        answer = pickle.dumps(("result", function(*args, **kwargs)), protocol=pickle.HIGHEST_PROTOCOL)
    except TraceError as error:
        answer = pickle.dumps(("raised", type(error)(str(error))))
    except MemoryError:
        answer = pickle.dumps(("memory", None))
    output.write(answer)


def _bound(limits: WorkerLimits) -> None:
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if limits.cpu is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
        if limits.memory is not None:
            resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))


if __name__ == "__main__":
    main()
