"""What watching costs, and the flight recorder: ``python bench/watch.py``. Writes watch_results.md.

Steps are taken in turn, plain and with it, in CPU time of one thread; memory is read over many watched steps.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import torch
from recorder import ResNet50
from torch import nn

import graphtrace as gt

HERE = Path(__file__).resolve().parent


def resident() -> float:
    """Return the memory of this process in MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def resnet(rounds: int, every: int, last: int | None) -> tuple[float, float]:
    """Return milliseconds a step, plain and with it, medians over blocks of `every` steps."""
    torch.manual_seed(0)
    model = ResNet50()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    x, y = torch.randn(2, 3, 64, 64), torch.tensor([1, 2])
    folder = tempfile.mkdtemp()  # the graph is read in the first round, which is left out
    found: dict[bool, list[float]] = {False: [], True: []}
    for round_ in range(2 * rounds):
        on = round_ % 2 == 1
        context = nullcontext()
        if on and last is None:
            context = gt.watch(model, optimizer, every=every, to=folder)
        elif on and last is not None:
            context = gt.flight_recorder(model, optimizer, last=last, to=folder)
        with context:
            start = time.thread_time()
            for _ in range(every):
                optimizer.zero_grad()
                nn.functional.cross_entropy(model(x), y).backward()
                optimizer.step()
            found[on].append((time.thread_time() - start) / every * 1000)
    return statistics.median(found[False][1:]), statistics.median(found[True][1:])


def memory(steps: int) -> list[tuple[int, float, float]]:
    """Watch every step of a small net, and return memory and size of the file on the way."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
    x, y = torch.randn(8, 4), torch.randn(8, 1)
    folder, found = Path(tempfile.mkdtemp()), []
    with gt.watch(model, optimizer, every=1, to=folder):
        for step in range(steps + 1):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x), y).backward()
            optimizer.step()
            if step in (steps // 100, steps // 10, steps // 2, steps):
                found.append((step, resident(), (folder / "watched.jsonl").stat().st_size / 2**20))
    return found


def main() -> None:
    """Measure, and write the results."""
    torch.set_num_threads(1)
    quick = "--quick" in sys.argv
    plain, watched = resnet(4 if quick else 9, 10, None)
    alone, flown = resnet(3, 4, 3)
    lines = [
        "# What watching and the flight recorder cost",
        "",
        f"torch {torch.__version__}, one thread, CPU time, in turn, medians. `python bench/watch.py`.",
        "",
        "| ResNet-50, batch 2, 64×64 | plain | with it | ratio |",
        "|---|---|---|---|",
        f"| `gt.watch(every=10)` | {plain:.0f} ms | {watched:.0f} ms | {watched / plain:.3f} |",
        f"| `gt.flight_recorder(last=3)` | {alone:.0f} ms | {flown:.0f} ms | {flown / alone:.2f} |",
        "",
        "| watched steps of a small net | memory of the process | file |",
        "|---|---|---|",
    ]
    for step, size, file in memory(5_000 if quick else 100_000):
        lines.append(f"| {step:,} | {size:.0f} MiB | {file:.1f} MiB |")
    text = "\n".join(lines) + "\n"
    print(text)
    if not quick:
        (HERE / "watch_results.md").write_text(text)


if __name__ == "__main__":
    main()
