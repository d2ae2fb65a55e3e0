"""Run every preset of the Lab from end to end on this machine's CUDA device, and compare it with the CPU.

``python tools/lab_check.py``, or with the names of presets: ``python tools/lab_check.py xor``. Where there is no
CUDA device the second run is on the CPU again, and must agree to the bit. Ends with exit status 1 if any preset
does not agree.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from graphtrace.lab.design.presets import PRESETS, preset
from graphtrace.lab.records.spec import Spec
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing.playback import playback

TOLERANCE = {"float32": 5e-3, "float64": 1e-7}  # of a number, relative to the largest of its kind


@dataclass(frozen=True, slots=True)
class Result:
    """What one run gave: losses, gradients and weights by name, events of the last recorded iteration, seconds."""

    numbers: dict[str, tuple[float, ...]]
    events: tuple[str, ...]
    seconds: float


def run(spec: Spec, device: str) -> Result:
    """Forward, backward, step, zero; undo and redo; five iterations; one more that is watched."""
    started = time.perf_counter()
    machine = Machine(replace(spec, device=device))
    machine.forward()
    machine.backward()
    grads = {f"{name}.grad": _numbers(machine, f"{name}.grad") for name in machine.names() if _has_grad(machine, name)}
    machine.step()
    before = machine.fingerprint()
    machine.undo()
    machine.redo()
    if machine.fingerprint() != before:
        raise AssertionError("redo gave another state")
    machine.zero_grad()
    machine.iterate(5)
    machine.forward()
    machine.backward()
    told = playback(machine, 2)
    numbers = {"loss": machine.losses, **grads, **{name: _numbers(machine, name) for name in machine.names()}}
    return Result(numbers, tuple(event.kind for event in told.recording.events), time.perf_counter() - started)


def _has_grad(machine: Machine, name: str) -> bool:
    return machine.trainer.net.get_parameter(name).grad is not None


def _numbers(machine: Machine, name: str) -> tuple[float, ...]:
    return tuple(machine.tensor(name).double().flatten().tolist())


def difference(one: Result, other: Result) -> float:
    """Return the largest difference of two runs, relative to the largest number of its tensor."""
    if one.numbers.keys() != other.numbers.keys() or one.events != other.events:
        return float("inf")
    worst = 0.0
    for name, values in one.numbers.items():
        a, b = (torch.tensor(found, dtype=torch.float64) for found in (values, other.numbers[name]))
        scale = max(float(a.abs().max()) if len(a) else 0.0, 1e-30)
        worst = max(worst, float((a - b).abs().max()) / scale if len(a) else 0.0)
    return worst


def main(names: Sequence[str]) -> int:
    """Check presets, all that can be built unless some are named; return the exit status."""
    cuda = torch.cuda.is_available()
    other = "cuda" if cuda else "cpu"
    where = torch.cuda.get_device_name() if cuda else "no CUDA device here: the CPU against itself"
    print(f"torch {torch.__version__}, {where}")
    failed = 0
    for name in names or [one.name for one in PRESETS if one.buildable]:
        spec = preset(name).spec
        if spec is None:
            continue
        first, second = run(spec, "cpu"), run(spec, other)
        found, most = difference(first, second), TOLERANCE[spec.dtype] if cuda else 0.0
        failed += not found <= most
        word = "ok  " if found <= most else "FAIL"
        print(
            f"{word} {name}: {found:.1e} apart (at most {most:.0e}), {first.seconds:.2f} s and {second.seconds:.2f} s"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
