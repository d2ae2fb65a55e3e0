"""How the servers of a class are: sessions, queue, load, memory, versions; nothing about persons.

Each server of `graphtrace serve` writes its own figures into one folder; the teacher's page reads all of them.
"""

from __future__ import annotations

import json
import os
import platform
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from threading import Thread

from graphtrace.app.fair_queue import server_queue

FOLDER = "GRAPHTRACE_STATUS"  # where the servers write
TOKEN = "GRAPHTRACE_TEACHER_TOKEN"  # what the teacher's address holds
PAUSE = 2.0  # seconds between two files of a server
_OLD = 10.0  # seconds after which a server's figures tell that it is gone
_STARTED = time.time()


@dataclass(frozen=True, slots=True)
class Status:
    """One server.

    Attributes:
        server: Number of its process.
        sessions: Pages that are open now; None where Streamlit does not say.
        working: Runs and files that have a place.
        waiting: Those that wait for one.
        busy: Cores that it used since the last figures.
        memory: Bytes.
        files: That are open.
        started: In seconds since 1970.
        written: The same, of these figures.
    """

    server: int
    sessions: int | None
    working: int
    waiting: int
    busy: float
    memory: int
    files: int
    started: float
    written: float


def begin() -> None:
    """Write this server's figures every few seconds, where `graphtrace serve` asked for it."""
    folder = os.environ.get(FOLDER)
    if folder:
        Thread(target=_write, args=(Path(folder),), name="graphtrace-status", daemon=True).start()


def servers(folder: Path, now: float | None = None) -> list[Status]:
    """Return the figures of the servers that wrote lately, by their numbers."""
    found = []
    for path in folder.glob("*.json"):
        with suppress(OSError, ValueError, TypeError):  # just being written, or of another version
            found.append(Status(**json.loads(path.read_text(encoding="utf-8"))))
    limit = (time.time() if now is None else now) - _OLD
    return sorted((status for status in found if status.written > limit), key=lambda status: status.server)


def versions() -> dict[str, str]:
    """Return the versions that matter in a report."""
    names = ("graphtrace", "torch", "streamlit", "numpy")
    found = {"Python": platform.python_version()}
    for name in names:
        with suppress(Exception):  # not installed as a package: run from its folder
            found[name] = version(name)
    return found


def _write(folder: Path) -> None:
    import psutil

    process = psutil.Process()
    process.cpu_percent()
    path = folder / f"{process.pid}.json"
    while True:
        time.sleep(PAUSE)
        with suppress(OSError):  # a full disk: the page says that the server is gone
            written = path.with_suffix(".new")
            written.write_text(json.dumps(asdict(_figures(process))), encoding="utf-8")
            written.replace(path)


def _figures(process: object) -> Status:
    import psutil

    assert isinstance(process, psutil.Process)
    queue = server_queue()
    files = process.num_fds() if hasattr(process, "num_fds") else 0
    return Status(
        process.pid,
        _sessions(),
        queue.working,
        queue.waiting,
        process.cpu_percent() / 100,
        process.memory_info().rss,
        files,
        _STARTED,
        time.time(),
    )


def _sessions() -> int | None:
    from streamlit import runtime

    with suppress(Exception):  # Streamlit's own counting, which it may change
        stats = runtime.get_instance().stats_mgr.get_stats(["active_sessions"])
        return sum(int(getattr(stat, "value", 0)) for stat in stats["active_sessions"])
    return None
