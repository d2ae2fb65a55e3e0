"""Run a script in a process of its own that has torch and graphtrace already: what a crash takes with it is not ours.

The processes are forked from one server that has done nothing but import (Python's `forkserver`), so that a case does
not wait for torch again. Where there is no such server, as on Windows, each process imports for itself. Such a process
ends without Python's own finalization: what is to be seen there needs a real interpreter.
"""

import multiprocessing
import sys
import textwrap
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What became of a script; a negative status is the signal that ended it."""

    status: int
    out: str
    err: str


@cache
def _context():
    way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(way)
    if way == "forkserver":
        context.set_forkserver_preload(["graphtrace", "tests.support.fresh"])
    return context


def _execute(code: str, out: str, err: str) -> None:
    with open(out, "w") as sys.stdout, open(err, "w") as sys.stderr:
        try:
            exec(compile(code, "<script>", "exec"), {"__name__": "script"})
        except BaseException:
            traceback.print_exc()
            raise SystemExit(1) from None


def run(code: str, folder: Path, timeout: float = 300) -> Ran:
    """Run a script and wait for its end.

    Args:
        code: The script; its indentation is taken away.
        folder: Where its output may be kept meanwhile.
        timeout: Seconds after which it is ended.
    """
    out, err = folder / "out.txt", folder / "err.txt"
    process = _context().Process(target=_execute, args=(textwrap.dedent(code), str(out), str(err)))
    process.start()
    process.join(timeout)
    late = process.is_alive()
    if late:
        process.kill()
        process.join()
    assert not late, f"still running after {timeout} s"
    texts = [path.read_text() if path.exists() else "" for path in (out, err)]
    return Ran(process.exitcode, *texts)
