"""A class at work: students over real websockets, who think ten seconds between two presses. And a soak.

python bench/classroom.py                          # about 15 minutes; writes classroom_results.md
python bench/classroom.py students=30,100 presets=xor servers=1
python bench/classroom.py soak                     # 200 reloads and 2,000 iterations; about three minutes
"""

from __future__ import annotations

import itertools
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import torch

from graphtrace.app.visitor import ACTIONS, Visitor, presses
from graphtrace.serve import Proxy, configuration
from graphtrace.serve.machine import free_ports
from graphtrace.serve.replicas import Process, app_server

HERE = Path(__file__).parent
THINK = 10.0  # seconds, half of it to one and a half times as much
SECONDS = 60.0  # that are measured
RAMP = 0.12  # seconds between two students who open the page
SERIALS = itertools.count()


@dataclass
class Class:
    """What the students of one class saw."""

    times: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def served(count: int) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Start servers, behind nginx where there are several; gives their address and their processes."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o711)
        ports = free_ports(count + 1)
        settings = {"OMP_NUM_THREADS": "1", "GRAPHTRACE_HOSTS": "*"}
        started = [app_server(port, settings, folder) for port in ports[:count]]
        if count > 1:
            started.append(proxy(ports, folder))
        for process in started:
            process.start()
            stack.callback(process.stop)
        for process in started:
            process.wait_until_ready()
        address = f"127.0.0.1:{ports[-1] if count > 1 else ports[0]}"
        yield address, [psutil.Process(process.running.pid) for process in started]


def proxy(ports: list[int], folder: Path) -> Process:
    *servers, listen = ports
    text = configuration(Proxy(tuple(f"127.0.0.1:{port}" for port in servers), f"127.0.0.1:{listen}", folder))
    (folder / "nginx.conf").write_text(text)
    command = [
        shutil.which("nginx") or "nginx",
        "-e",
        str(folder / "log"),
        "-p",
        str(folder),
        "-c",
        f"{folder}/nginx.conf",
    ]
    return Process("nginx", command, folder / "log", health=f"http://127.0.0.1:{listen}/_stcore/health")


def student(
    address: str, preset: str, number: int, seen: Class, measured: threading.Event, over: threading.Event
) -> None:
    """Open the Lab, and press and think until the class is over."""
    chance = random.Random(number)
    try:
        visitor = Visitor(address, "Lab", cookie=f"graphtrace={chance.getrandbits(128):032x}", preset=preset)
        over.wait(chance.uniform(0, THINK))
        for action in itertools.cycle(ACTIONS):
            if over.is_set():
                break
            start = time.perf_counter()
            _, size = visitor.press(action, next(SERIALS))
            if measured.is_set():
                seen.times.append(time.perf_counter() - start)
                seen.bytes.append(size)
            over.wait(chance.uniform(THINK / 2, THINK * 1.5))
        visitor.close()
    except Exception as error:  # whatever a student meets is counted
        seen.errors.append(f"{type(error).__name__}: {error}")


def used(processes: list[psutil.Process]) -> tuple[float, int]:
    """CPU-seconds and bytes of servers and of nginx's workers."""
    everybody = [*processes, *itertools.chain(*(process.children(recursive=True) for process in processes))]
    return sum(sum(process.cpu_times()[:2]) for process in everybody), sum(p.memory_info().rss for p in everybody)


def hold(students: int, preset: str, servers: int) -> str:
    """Hold one class; return its row."""
    seen, measured, over = Class(), threading.Event(), threading.Event()
    with served(servers) as (address, processes):
        Visitor(address, "Lab", preset=preset).close()
        empty = used(processes)[1]
        threads = []
        for number in range(students):
            arguments = (address, preset, number, seen, measured, over)
            threads.append(threading.Thread(target=student, args=arguments, daemon=True))
            threads[-1].start()
            time.sleep(RAMP)
        time.sleep(THINK)
        before = used(processes)[0]
        measured.set()
        time.sleep(SECONDS)
        measured.clear()
        spent, memory = used(processes)
        over.set()
        for thread in threads:
            thread.join(30)
    return row(students, preset, servers, seen, spent - before, (memory - empty) / students)


def row(students: int, preset: str, servers: int, seen: Class, cpu: float, each: float) -> str:
    times = sorted(seen.times)
    p50, p95, p99 = (times[min(len(times) - 1, int(len(times) * part))] * 1000 for part in (0.5, 0.95, 0.99))
    print(*sorted(set(seen.errors))[:3], sep="\n", file=sys.stderr)
    cells = (students, preset, servers, len(times), f"{p50:.0f}", f"{p95:.0f}", f"{p99:.0f}")
    size = statistics.mean(seen.bytes) / 1000
    cells = (*cells, f"{cpu * 1000 / len(times):.0f}", f"{size:.0f}", f"{each / 2**20:.1f}", len(seen.errors))
    return f"| {' | '.join(map(str, cells))} |"


def soak() -> str:
    """Reload 200 times, press for 2,000 iterations, close: what is left of memory and open files?"""
    lines = ["| | memory, MB | open files |", "|---|---|---|"]
    with served(1) as (address, [process]):

        def note(name: str) -> None:
            time.sleep(5)
            lines.append(f"| {name} | {process.memory_info().rss / 2**20:.0f} | {process.num_fds()} |")

        for _ in range(5):
            Visitor(address, "Lab", preset="xor").close()
        note("after five visits")
        for _ in range(200):
            Visitor(address, "Lab", preset="xor").close()
        note("after 200 reloads")
        visitor = Visitor(address, "Lab", preset="xor")
        presses(visitor, 8, SERIALS)
        note("a visitor after 2 iterations")
        presses(visitor, 4 * 2000, SERIALS)
        note("after 2,000 iterations")
        visitor.close()
        time.sleep(125)  # Streamlit keeps a page that lost its connection for two minutes
        Visitor(address, "Lab", preset="xor").close()
        note("after it left")
    return "\n".join(lines) + "\n"


def main() -> None:
    given = dict(word.split("=") for word in sys.argv[1:] if "=" in word)
    students = [int(word) for word in given.get("students", "30,100,300").split(",")]
    presets = given.get("presets", "xor,lenet").split(",")
    servers = [int(word) for word in given.get("servers", "1,2").split(",")]
    load, memory = os.getloadavg()[0], psutil.virtual_memory().total / 2**30
    lines = [
        "# A class at work",
        "",
        f"torch {torch.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores, {memory:.0f} GB; the "
        f"students ran on the same cores. Load average at the start {load:.1f}. A press every {THINK:.0f} s, "
        f"{SECONDS:.0f} s measured.",
        "",
    ]
    if "soak" in sys.argv[1:]:
        text = "\n".join(lines) + soak()
        (HERE / "soak_results.md").write_text(text.replace("# A class at work", "# 200 reloads, 2,000 iterations"))
        print(text)
        return
    lines += [
        "| students | net | servers | presses | p50 ms | p95 ms | p99 ms "
        "| CPU-ms a press | kB a press | MB a student | errors |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for preset, count, number in itertools.product(presets, servers, students):
        lines.append(hold(number, preset, count))
        print(lines[-1], flush=True)
    (HERE / "classroom_results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
