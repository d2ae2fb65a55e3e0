"""The devices that torch has on this machine, by their names in torch."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

import torch


@dataclass(frozen=True, slots=True)
class Device:
    """A device: its name in torch, and what it is."""

    name: str
    title: str


@cache
def devices() -> tuple[Device, ...]:
    """Return every device here, the CPU first."""
    found = [Device("cpu", "cpu")]
    if torch.cuda.is_available():
        count = torch.cuda.device_count()
        found += [Device(f"cuda:{i}", f"cuda:{i} · {torch.cuda.get_device_name(i)}") for i in range(count)]
    if torch.backends.mps.is_available():
        found.append(Device("mps", "mps · Apple GPU"))
    return tuple(found)


def resolved(name: str) -> str:
    """Return the device that a spec's ``device`` stands for here: ``auto`` is the first CUDA device, else the CPU."""
    cuda = "cuda:0" if torch.cuda.is_available() else "cpu"
    return {"auto": cuda, "cuda": "cuda:0"}.get(name, name)


def device_problem(name: str, dtype: str) -> str:
    """Return why a spec cannot run on a device; empty if it can."""
    here = [device.name for device in devices()]
    if resolved(name) not in here:
        return f"device {name!r} is not here: this machine has {', '.join(here)} (take 'auto' or 'cpu')"
    if resolved(name) == "mps" and dtype == "float64":
        return "device 'mps' has no float64: dtype 'float64' (take 'float32', or 'cpu')"
    return ""


def use_one_thread() -> None:
    """Let torch compute in the thread that asks, unless the environment says how many threads there shall be.

    Every run of a page is a thread of its own, and each would start helpers that wait by spinning: a third of what a
    click costs, and on a busy machine an iteration of a small net takes a hundred times as long.
    """
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(1)
