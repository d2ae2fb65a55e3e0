"""Programs that a visitor typed, run under the recorder in a process of their own, with limits.

    run = run_code(code, RunLimits(), wanted)
    run.ended, run.printed, run.recording

Running a stranger's code is running it: the limits keep a mistake from harming the server, they are no sandbox. Who
may run code is decided by `gate`.

Files, from bottom to top; each imports from those above its line only:
    records     what a run may use, and what it did
    gate        whether this server runs code, and for whom
    output      what a program prints, at its event
    stopping    ends a program at one of its own lines
    refusing    what a program may not do, and the limits of its process
    program     run a program under the recorder; the same in every process
    answers     what a run did, as files
    carried     the same in an address
    leftovers   end processes that a program left behind
    processes   the process that has loaded torch, as the server sees it
    keeper      beside each program a process that ends it
    __main__    the process that has loaded torch: it forks those
"""

from __future__ import annotations

from graphtrace.runner.processes import run_code
from graphtrace.runner.records import CodeRun, Ended, Printed, RunLimits

__all__ = ["CodeRun", "Ended", "Printed", "RunLimits", "run_code"]
