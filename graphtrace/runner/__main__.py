"""The process that has loaded torch: reads programs, one a line, and runs each in a process forked from itself."""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import torch

from graphtrace.runner import answers
from graphtrace.runner.keeper import keep
from graphtrace.runner.processes import FAULT, HOME, RAW
from graphtrace.runner.program import run_here
from graphtrace.runner.records import FILE, RunLimits
from graphtrace.runner.refusing import bound, refuse

# What is loaded late would count as the program's time. It draws no random number.
_LATE = """
import torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
optimizer = torch.optim.Adam([w])
loss = (w * w).sum()
print(torch.nn.Linear)
"""
_BACKWARD = "loss.backward()\noptimizer.step()\n"


def main(ready: Path) -> None:
    """Serve until the server ends.

    Args:
        ready: File to make when torch is loaded.
    """
    torch.set_num_threads(1)
    # With a GPU, a backward pass starts threads, which a forked process would miss.
    run_here(_LATE if torch.cuda.is_available() else _LATE + _BACKWARD, RunLimits())
    ready.touch()
    forks = hasattr(os, "fork")
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        with suppress(ChildProcessError):
            while forks and os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not forks:
            _run(asked)
            return
        if not os.fork():
            try:
                keep(Path(asked["folder"]), RunLimits(**asked["limits"]), partial(_run, asked))
            finally:
                os._exit(0)


def _run(asked: Mapping[str, Any]) -> None:
    """Run one program in this process, and write down what it did."""
    folder, limits = Path(asked["folder"]), RunLimits(**asked["limits"])
    _redirect(folder)
    with (folder / FAULT).open("w") as fault, answers.journal_of(folder).open("w", encoding="utf-8") as journal:
        faulthandler.enable(fault)
        bound(limits, torch.cuda.is_available())
        refuse()
        try:
            answers.write(run_here(asked["code"], limits, journal), folder)
        except BaseException:
            traceback.print_exc(file=fault)
            os._exit(1)


def _redirect(folder: Path) -> None:
    """Give the process a folder, an empty input, and files in place of the terminal."""
    os.chdir(folder / HOME)
    sys.argv, sys.path[0] = [FILE], str(folder / HOME)
    for number, file, flags in ((0, os.devnull, os.O_RDONLY), (1, folder / RAW, os.O_WRONLY | os.O_CREAT)):
        opened = os.open(file, flags, 0o600)
        os.dup2(opened, number)
    os.dup2(1, 2)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process


if __name__ == "__main__":
    main(Path(sys.argv[1]))
