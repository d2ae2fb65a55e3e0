"""Record a whole program, which makes its own models, and choose the steps of a long one."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook

from graphtrace.model import StepSummary
from graphtrace.recorder import record


@contextmanager
def watched(
    every: int | None = None,
    steps: Collection[int] | None = None,
    last: int | None = None,
    until: Callable[[StepSummary], bool] | None = None,
    to: Path | None = None,
) -> Iterator[record]:
    """Record a block that makes its own models. A model is adopted when it is first called outside any other.

    This hooks every module call of the process, so it is for a process of its own.

    Args:
        every: As for `record`.
        steps: As for `record`.
        last: As for `record`.
        until: As for `record`.
        to: As for `record`.
    """
    adopted: set[nn.Module] = set()

    def adopt(module: nn.Module, args: object) -> None:
        if module not in adopted and any(True for _ in module.parameters()):
            adopted.update(module.modules())
            recorder.adopt(module)

    with record(every=every, steps=steps, last=last, until=until, to=to) as recorder:
        handle = register_module_forward_pre_hook(adopt)
        try:
            yield recorder
        finally:
            handle.remove()


def add_chosen_steps(parser: argparse.ArgumentParser) -> None:
    """Which steps of a long run to record; they may be given together."""
    parser.add_argument("--every", type=int, metavar="N", help="record every N steps alone")
    parser.add_argument("--steps", type=_steps, metavar="LIST", help="record these steps alone: 0,100-102")
    parser.add_argument("--last", type=int, metavar="N", help="keep the last N steps whole, of others a summary")


def _steps(text: str) -> set[int]:
    """Read ``0,100-102``."""
    steps: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if not (first.isdecimal() and (last or first).isdecimal()):
            raise argparse.ArgumentTypeError(f"no list of steps: {text!r} (write numbers and ranges, as 0,100-102)")
        steps |= set(range(int(first), int(last or first) + 1))
    return steps
