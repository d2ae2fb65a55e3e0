"""One tool on one case in a process of its own, because deep graphs crash the process of some tools.

Prints one line of JSON before it frees the graphs, so that a crash while freeing is told from one before.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import torch
from nets import CASES, Case

from tools import PAINTERS, TRACERS, Painter, Tool, floor


def _status(field: str) -> int:
    """Return a field of the process's status in MiB, 0 where the system does not tell."""
    try:
        text = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(next((line.split()[1] for line in text.splitlines() if line.startswith(field)), "0")) // 1024


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _timed(tool: Tool, case: Case, kept: list[Any]) -> tuple[float, int | None]:
    """Time a tool's first look at a fresh graph. The graph is kept: freeing is another matter."""
    loss = case.forward()
    kept.append(loss)
    begun = time.perf_counter()
    count = tool(loss, case)
    return time.perf_counter() - begun, count


_FLOORS: list[Any] = []  # kept to the end of the process: nothing guards these graphs, and a deep one crashes it


def tracing(tool: Tool, case: Case) -> dict[str, Any]:
    """Measure a tracer against the floor, in turn, so that both see the same machine."""
    mine: list[Any] = []
    seconds, floor_seconds, peak, before = [], [], 0, 0
    for number in range(case.rounds):
        if not number:
            _forget_peak()
            before = _status("VmRSS")
        taken, count = _timed(tool, case, mine)
        if not number:
            peak = max(0, _status("VmHWM") - before)
        seconds.append(taken)
        taken, nodes = _timed(floor, case, _FLOORS)
        floor_seconds.append(taken)
    best, ratio = min(seconds), [a / b for a, b in zip(seconds, floor_seconds, strict=True)]
    found = {"median": median(seconds), "min": best, "ratio": median(ratio), "min_ratio": best / min(floor_seconds)}
    found |= {"nodes": nodes, "floor": median(floor_seconds), "peak": peak, "wrong": count not in (None, nodes)}
    print(json.dumps(found), flush=True)
    mine.clear()
    gc.collect()
    return found


def painting(painter: Painter, case: Case) -> None:
    """Time one picture of one graph: an engine may remember what it has placed before."""
    loss = case.forward()
    paint = painter(loss, case)
    begun = time.perf_counter()
    paint()
    print(json.dumps({"median": time.perf_counter() - begun}), flush=True)
    os._exit(0)


def main() -> None:
    """Warm the tool up on a tiny graph, then measure it."""
    table, name, case_name = sys.argv[1:]
    torch.set_num_threads(1)
    case, tiny = CASES[case_name](), CASES["MLP"]()
    try:
        if table == "trace":
            TRACERS[name](tiny.forward(), tiny)
            gc.collect()
            gc.freeze()  # a pass over all of torch's own objects is no tool's doing
            tracing(TRACERS[name], case)
        else:
            PAINTERS[name](tiny.forward(), tiny)()
            painting(PAINTERS[name], case)
    except (RecursionError, TypeError, RuntimeError) as error:
        print(json.dumps({"failed": f"{type(error).__name__}: {str(error)[:60]}"}), flush=True)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
