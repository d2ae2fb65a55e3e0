"""Where the time of a recording goes: its parts are left out one after another, and the step is measured each time.

``python bench/recorder_parts.py`` prints a table per program; ``--write`` also writes recorder_parts_results.md.
What is recorded with parts left out is no recording: this file is for measuring alone.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import recorder as bench
import torch

import graphtrace as gt
from graphtrace.recorder import backward, dispatch, forward, leaf_changes, optimizers, passes, tensor_capture
from graphtrace.recorder.batches import StatsBatcher
from graphtrace.recorder.capture import Capture, OnHost
from graphtrace.recorder.tensor_capture import TensorCapture

HERE = Path(__file__).parent
ROUNDS = 6
_ROW = (1.0, 1.0, 1.0, 1.0)
_kept: list[Capture] = []


def _nothing(*args: object) -> None:
    """Do nothing."""


def _same(self: TensorCapture, tensor: torch.Tensor, same_as: Capture | None = None) -> Capture:
    """Return one and the same capture for every tensor."""
    if not _kept:
        _kept.append(_take(self, torch.ones(3)))
    return _kept[0]


def _batched(self: StatsBatcher, capture: Capture, tensor: torch.Tensor) -> bool:
    capture.content = OnHost(b"", (12, 12), _ROW)
    return True


def _plainly(self: Any, func: Callable[..., object], args: Any, kwargs: Any) -> object:
    return func(*args, **kwargs)


def _op(self: Any, name: str, func: Callable[..., object], args: Any, kwargs: Any, in_place: bool) -> object:
    return func(*args, **kwargs)


def _call(self: Any, func: Callable[..., object], types: Any, args: Any = (), kwargs: Any = None) -> object:
    return func(*args, **(kwargs or {}))


_take = TensorCapture.take
_PASS, _FORWARD, _STEP = backward.BackwardRecorder, forward.ForwardRecorder, optimizers.OptimizerHooks
_SMALL = ((TensorCapture, "take", _same), (TensorCapture, "recall", _same), (TensorCapture, "remember", _nothing))
_STEPS = (
    (leaf_changes.LeafChanges, "set_grad", _plainly),
    (_STEP, "_note_all", _nothing),
    (_STEP, "_record_all", _nothing),
)
PARTS: tuple[tuple[str, tuple[tuple[Any, str, Any], ...]], ...] = (
    ("nothing", ()),
    ("norms of more than 65,536 elements", ((tensor_capture, "norm_only", lambda tensor: (1.0, None, None, None)),)),
    ("statistics of more than 16,384", ((tensor_capture, "cpu_stats", lambda tensor: _ROW),)),
    ("copies and statistics of more than 1,024", ((StatsBatcher, "take", _batched),)),
    ("samples, small tensors whole", _SMALL),
    ("what enters and leaves each node, with its proof", ((_PASS, "enter", _nothing), (_PASS, "leave", _nothing))),
    ("operations, tensors, sources, origins of nodes", ((_FORWARD, "_after", _nothing), (_FORWARD, "run", _op))),
    ("zeroing and optimizer steps", _STEPS),
    ("hooks that do nothing, on every node", ((_PASS, "attach", _nothing),)),
    ("the trace of the graph", ((passes.BackwardPasses, "run", _plainly),)),
    ("what the function mode asks", ((dispatch.RecorderMode, "__torch_function__", _call),)),
)


def _milliseconds(case: bench.Case) -> tuple[float, float]:
    """Return the step plain and recorded, on the processor, in turn."""

    def plain() -> None:
        for _ in range(bench.STEPS):
            case.step()

    def recorded() -> None:
        with gt.record(case.net, optimizer=case.optimizer):
            plain()

    for warm in (plain, recorded):
        warm()
    pairs = [(bench.timed(plain), bench.timed(recorded)) for _ in range(ROUNDS)]
    each = 1e3 / bench.STEPS
    return median(one for one, _ in pairs) * each, median(other for _, other in pairs) * each


def table(case: bench.Case) -> str:
    """Leave out one part more in each row; what is left in the last are hooks on modules and the mode itself."""
    lines = [f"## {case.name}\n", "| left out, with all above | recorded | over plain | ratio |", "| --- " * 4 + "|"]
    originals = [(owner, name, getattr(owner, name)) for _, changes in PARTS for owner, name, _ in changes]
    try:
        for part, changes in PARTS:
            for owner, name, instead in changes:
                setattr(owner, name, instead)
            plain, recorded = _milliseconds(case)
            lines.append(f"| {part} | {recorded:.1f} ms | +{recorded - plain:.1f} ms | {recorded / plain:.2f}× |")
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure the programs whose ratio is limited."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    text = "\n".join(table(make()) for make in (bench.resnet50, bench.wide_transformer))
    print(text)
    if options.write:
        head = f"# Where the time of a recording goes\n\n{platform.system()}, Python {platform.python_version()}, "
        head += f"torch {torch.__version__}, one thread, medians of {ROUNDS}.\n\n"
        (HERE / "recorder_parts_results.md").write_text(head + text)


if __name__ == "__main__":
    main()
