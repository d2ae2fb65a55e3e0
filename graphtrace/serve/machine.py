"""What this machine, or the container that this runs in, may use."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Capacity:
    """Cores, and bytes of memory that are free."""

    cores: int
    memory: int


def this_machine(cgroup: Path = _CGROUP) -> Capacity:
    """Return what this process may use: of the machine, or of the control group's limits where they are less."""
    import psutil

    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    quota, limit = _cpu_quota(cgroup / "cpu.max"), _number(cgroup / "memory.max")
    used = _number(cgroup / "memory.current") or 0
    free = psutil.virtual_memory().available
    return Capacity(
        max(1, min(cores, int(quota) if quota else cores)), min(free, max(0, limit - used)) if limit else free
    )


def own_address() -> str:
    """Return the address by which others on the network reach this machine; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # an address for documentation: it only chooses the network card
        return str(probe.getsockname()[0])
    return "127.0.0.1"


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nobody listens on now."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _cpu_quota(path: Path) -> float | None:
    with suppress(OSError, ValueError):
        quota, period = path.read_text().split()
        return int(quota) / int(period)
    return None


def _number(path: Path) -> int | None:
    with suppress(OSError, ValueError):
        return int(path.read_text())
    return None
