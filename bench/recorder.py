"""Measure what a recording costs: the same training step with and without, in turn, in one process.

``python bench/recorder.py`` prints a table; ``--write`` also writes recorder_results.md beside this file;
``--steps 10000`` measures how much memory that many recorded steps leave behind.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import torch
from torch import Tensor, nn
from torch.nn import functional

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import nets  # noqa: E402

import graphtrace as gt  # noqa: E402

NOTE = """
Plain and recorded steps stand side by side, and ratios are medians of pairs.
"""
Step = Callable[[], None]
STEPS = 3  # training steps in one recording


@dataclass(frozen=True)
class Case:
    """A training step, the net it trains, how often to run it, and what it may cost."""

    name: str
    step: Step
    net: nn.Module
    optimizer: torch.optim.Optimizer
    rounds: int
    limit: str


def _case(name: str, net: nn.Module, loss: Callable[[], Tensor], rounds: int, limit: str) -> Case:
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-4)

    def step() -> None:
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return Case(name, step, net, optimizer, rounds, limit)


class ResNet50(nn.Module):
    """As in the paper, without the last pooling's fixed size."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
        blocks, wide = [], 64
        for stage, count in enumerate((3, 4, 6, 3)):
            narrow = 64 << stage
            for i in range(count):
                blocks.append(nets.Bottleneck(wide, narrow, 2 if stage and not i else 1))
                wide = 4 * narrow
        self.blocks, self.fc = nn.Sequential(*blocks), nn.Linear(2048, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.max_pool2d(self.bn1(self.conv1(x)).relu(), 3, 2, 1)
        return self.fc(self.blocks(x).mean((2, 3)))


def resnet50() -> Case:
    net, images, labels = ResNet50(), torch.randn(2, 3, 64, 64), torch.tensor([1, 2])
    return _case("ResNet-50, batch 2 of 64×64", net, lambda: functional.cross_entropy(net(images), labels), 9, "1.3×")


def transformer() -> Case:
    layer = nn.TransformerEncoderLayer(64, 4, 256, dropout=0.0, batch_first=True)
    net, x = nn.TransformerEncoder(layer, 12, enable_nested_tensor=False), torch.randn(4, 16, 64)
    return _case("transformer, 12 layers of width 64", net, lambda: net(x).square().mean(), 15, "2×")


def wide_transformer() -> Case:
    layer = nn.TransformerEncoderLayer(256, 4, 1024, dropout=0.0, batch_first=True)
    net, x = nn.TransformerEncoder(layer, 12, enable_nested_tensor=False), torch.randn(8, 32, 256)
    return _case("transformer, 12 layers of width 256", net, lambda: net(x).square().mean(), 9, "2×")


def lenet() -> Case:
    net, x = nets.LeNet(), torch.randn(1, 1, 32, 32)
    return _case("LeNet, one image", net, lambda: net(x), 100, "+15 ms")


CASES = (lenet, transformer, wide_transformer, resnet50)


@dataclass(frozen=True)
class Measured:
    """Medians in seconds, and bytes that a recording holds and its file takes; all per training step."""

    plain: float
    recorded: float
    ratio: float
    finish: float
    nodes: int
    events: int
    held: int
    file_bytes: int


def timed(action: Step) -> float:
    """Return seconds that an action takes."""
    begun = time.thread_time()  # of the processor, since others use the machine too
    action()
    return time.thread_time() - begun


def measure(case: Case, values: str = "stats") -> Measured:
    """Run the step plain and recorded in turn, so that both see the same machine."""
    kept: list[gt.record] = []

    def plain() -> None:
        for _ in range(STEPS):
            case.step()

    def recorded() -> None:
        with gt.record(case.net, optimizer=case.optimizer, values=values) as rec:
            plain()
        kept[:] = [rec]

    for warm in (plain, recorded, plain):
        warm()
    gc.collect()
    pairs = [(timed(plain) / STEPS, timed(recorded) / STEPS) for _ in range(case.rounds)]
    finish = timed(lambda: kept[0].recording) / STEPS
    recording = kept[0].recording
    assert recording.audit().ok
    return Measured(
        plain=median(a for a, _ in pairs),
        recorded=median(b for _, b in pairs),
        ratio=median(b / a for a, b in pairs),
        finish=finish,
        nodes=len(recording.graphs[0].nodes),
        events=len(recording) // STEPS,
        held=_held(recording) // STEPS,
        file_bytes=len(gt.model.dumps(recording, compress=True)) // STEPS,
    )


def _held(recording: gt.Recording) -> int:
    """Bytes of the Python objects of a recording, each once."""
    seen: set[int] = set()
    queue: list[object] = [recording]
    total = 0
    while queue:
        item = queue.pop()
        if id(item) in seen or isinstance(item, type):
            continue
        seen.add(id(item))
        total += sys.getsizeof(item)
        queue += gc.get_referents(item)
    return total


def growth(steps: int) -> tuple[float, float]:
    """Record this many LeNet steps, one recording each. Returns MiB before and after, once warm."""
    case = lenet()
    start = 0.0
    for number in range(steps):
        if number == min(200, steps // 2):
            gc.collect()
            start = _resident()
        with gt.record(case.net, optimizer=case.optimizer) as rec:
            case.step()
        assert len(rec.recording) > 100
    gc.collect()
    return start, _resident()


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def row(case: Case, found: Measured) -> list[str]:
    """One line of the table."""
    return [
        case.name,
        f"{found.nodes:,}",
        f"{found.events:,}",
        f"{found.plain * 1e3:.2f} ms",
        f"{found.recorded * 1e3:.2f} ms",
        f"{found.ratio:.2f}×",
        f"+{(found.recorded - found.plain) * 1e3:.1f} ms",
        case.limit,
        f"{found.finish * 1e3:.1f} ms",
        f"{found.held / 2**20:.2f} MiB",
        f"{found.file_bytes / 1024:.0f} KiB",
    ]


HEAD = [
    "step",
    "nodes",
    "events",
    "plain",
    "recorded",
    "ratio",
    "cost",
    "allowed",
    "to read out",
    "held",
    "file (gzip)",
]


def table(rows: list[list[str]]) -> str:
    """Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in [HEAD, ["---"] * len(HEAD), *rows]) + "\n"


def main() -> None:
    """Measure all cases, or the growth of memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    grown = growth(options.steps) if options.steps else None  # first, while the process is small
    text = table([row(case, measure(case)) for case in (make() for make in CASES)])
    if grown is not None:
        text += (
            f"\n{options.steps:,} recorded LeNet steps: {grown[0]:.1f} MiB once warm, {grown[1]:.1f} MiB at the end.\n"
        )
    print(text)
    if options.write:
        machine = (
            f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
        )
        head = f'# What a recording costs\n\n{machine}, torch {torch.__version__}; one thread; `values="stats"`.\n'
        how = "Plain and recorded steps (zero_grad, forward, backward, SGD) in turn, per step; medians of CPU time.\n"
        how += "Three steps make one recording. It is put together when asked for: see `to read out`.\n"
        (HERE / "recorder_results.md").write_text(f"{head}{how}\n{text}{NOTE}")


if __name__ == "__main__":
    main()
