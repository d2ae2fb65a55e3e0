"""Measure graphtrace against the bare walk and its peers; write results.md. See README.md."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
CASES = ("MLP", "LeNet", "ResNet-152", "GPT-2, 12 layers", "LSTM cell, 500 steps")
CHAINS = ("chain of 5,000", "chain of 50,000", "chain of 1,000,000")
TRACERS = (
    "graphtrace",
    "graphtrace, unlike any before",
    "graphtrace, saved tensors",
    "torchlens walk_grad_fn",
    "torchviz make_dot",
    "torchview draw_graph",
)
PAINTERS = ("graphtrace", "torchviz + dot")
LIMIT = 60  # seconds for one tool on one case
ENV = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE)])}


def measured(table: str, tool: str, case: str) -> dict[str, Any]:
    """Run one measurement; a crash, a hang or an error is a result too."""
    command = [sys.executable, str(HERE / "measure.py"), table, tool, case]
    try:
        ran = subprocess.run(command, env=ENV, capture_output=True, text=True, timeout=LIMIT + 30)
    except subprocess.TimeoutExpired:
        return {"failed": f"no end after {LIMIT} s"}
    lines = ran.stdout.strip().splitlines()
    found: dict[str, Any] = json.loads(lines[-1]) if lines else {"failed": _reason(ran)}
    if ran.returncode and lines:
        found["crash"] = f"crashes when the graph is freed (signal {-ran.returncode})"
    return found


def _reason(ran: subprocess.CompletedProcess[str]) -> str:
    if ran.returncode < 0:
        return f"crash (signal {-ran.returncode})"
    return (ran.stderr.strip().splitlines() or ["no output"])[-1][:70]


def time_text(seconds: float) -> str:
    """Write a time with three digits and a fitting unit."""
    unit, factor = ("s", 1) if seconds >= 1 else ("ms", 1e3) if seconds >= 1e-3 else ("µs", 1e6)
    return f"{seconds * factor:.3g} {unit}"


def trace_row(tool: str, found: dict[str, Any]) -> list[str]:
    if "failed" in found:
        return [tool, "–", "–", "–", "–", "–", found["failed"]]
    remarks = [found.get("crash", ""), "finds another number of nodes" if found["wrong"] else ""]
    return [
        tool,
        f"{found['ratio']:.1f}",
        f"{found['min_ratio']:.1f}",
        time_text(found["median"]),
        time_text(found["median"] / found["nodes"]),
        f"{found['peak']} MiB",
        "; ".join(filter(None, remarks)),
    ]


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def tracing() -> str:
    parts = []
    for case in (*CASES, *CHAINS):
        found = {tool: measured("trace", tool, case) for tool in TRACERS if case in CASES or "torchview" not in tool}
        known = next(one for one in found.values() if "nodes" in one)
        head = f"### {case}: {known['nodes']:,} nodes, bare walk {time_text(known['floor'])}\n"
        columns = ["tool", "times the bare walk", "of the minima", "median", "per node", "memory", "remarks"]
        parts.append(f"{head}\n{table(columns, [trace_row(tool, one) for tool, one in found.items()])}")
        print(parts[-1], flush=True)
    return "\n".join(parts)


def painting() -> str:
    """Time the pictures; torchviz needs Graphviz's own program for its."""
    rows = []
    painters = PAINTERS if shutil.which("dot") else PAINTERS[:1]
    for case in (*CASES, *CHAINS):
        cells = [case]
        for tool in painters:
            found = measured("svg", tool, case)
            cells.append(found.get("failed") or time_text(found["median"]) + found.get("crash", ""))
        rows.append(cells)
        print(rows[-1], flush=True)
    missing = "" if len(painters) > 1 else "No `dot` on PATH, so torchviz cannot draw.\n\n"
    return missing + table(["case", *(f"{tool}: fold, place and draw" for tool in painters)], rows)


def importing(runs: int = 5) -> str:
    rows = []
    for package in ("graphtrace", "torchlens", "torchviz", "torchview"):
        code = f"import torch, time; t = time.perf_counter(); import {package}; print(time.perf_counter() - t)"
        times = []
        for _ in range(runs):
            ran = subprocess.run([sys.executable, "-c", code], env=ENV, capture_output=True, text=True)
            times += [float(ran.stdout)] if ran.returncode == 0 else []
        rows.append([package, time_text(median(times)) if times else "not installed"])
    return table(["package", "import beyond torch"], rows)


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} not installed"


def main() -> None:
    """Measure everything and write results.md beside this file."""
    begun = time.perf_counter()
    packages = ", ".join(map(_version, ("torch", "torchlens", "torchviz", "torchview")))
    parts = [
        "# Results\n",
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {packages}; one thread.\n",
        "Each time is the first look at a fresh graph; ratios are to a bare walk of an equal graph in the same run.\n",
        "## Tracing\n",
        tracing(),
        "## From a graph to an SVG, at the default view\n",
        painting(),
        "## Import\n",
        importing(),
    ]
    (HERE / "results.md").write_text("\n".join(parts))
    print(f"{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
