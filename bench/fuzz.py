"""Every reader of strangers' bytes, against damaged ones: only our own error may come out.

python bench/fuzz.py              # 50,000 mutations of each kind, some minutes
python bench/fuzz.py 2000         # fewer
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))  # the damage is that of the tests

import graphtrace as gt
from graphtrace import lab
from graphtrace.lab.records.actions import Backward, Edit, Forward, Iterate, Step, ZeroGrad
from graphtrace.lab.writing import files
from graphtrace.model import dumps, loads_any
from graphtrace.viewer import play
from tests.support.damage import changed, changed_steps, garbled

MOST = 50_000
SEED = 7


def recording() -> gt.Recording:
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))
    optimizer = torch.optim.Adam(net.parameters(), 0.1)
    with gt.record(net, optimizer=optimizer) as rec:
        for _ in range(2):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(net(torch.ones(4, 2)), torch.ones(4, 1)).backward()
            optimizer.step()
    return rec.recording


def read(content: bytes) -> None:
    """Read a file as the app does, and play what is let in."""
    found = loads_any(content, 16 << 20, 50_000)
    if isinstance(found, gt.Recording):
        found.audit()
        play(found)
    else:
        gt.fold(found, "concept")


def link(content: bytes) -> None:
    lab.decode(content.decode("latin-1"))


def targets() -> dict[str, tuple[Callable[[bytes], object], Callable[[random.Random], bytes]]]:
    """Per reader how it is called, and how its damaged input is made."""
    taken = recording()
    steps = Path(tempfile.mkdtemp()) / "run.gtr"
    run = taken.save(steps).read_bytes()
    step, packed, graph = dumps(taken), dumps(taken, compress=True), dumps(taken.graphs[0])
    actions = (ZeroGrad(), Forward(), Backward(), Step(), Iterate(3), Edit("x", (0, 0), 1.0)) * 3
    scene = lab.Scene(lab.preset("xor").spec, actions, 12)
    text, plain = lab.encode(scene).encode(), files.dumps(scene)
    weights = files.dumps(lab.Scene(scene.spec), lab.Machine(scene.spec).weights())
    table = b"a,b,y\n1,2,3\n4,5,6\n" * 4
    values = {"recording": step, "graph": graph, "lab file": plain}
    readers = {"recording": read, "graph": read, "lab file": files.loads}
    found = {
        f"{name}, other values": (
            readers[name],
            lambda rng, whole=whole: json.dumps(changed(rng, json.loads(whole))).encode(),
        )
        for name, whole in values.items()
    }
    raw = {
        "recording": (read, step),
        "recording, packed": (read, packed),
        "recording, steps": (read, run),
        "graph": (read, graph),
        "link": (link, text),
        "lab file": (files.loads, plain),
        "weights": (files.loads, weights),
        "table": (lambda content: lab.parse_csv(content), table),
    }
    bytes_of = {
        f"{name}, other bytes": (reader, lambda rng, whole=whole: garbled(rng, whole))
        for name, (reader, whole) in raw.items()
    }
    found["recording, steps, other values"] = read, lambda rng: changed_steps(rng, run)
    return {**found, **bytes_of}


def main() -> None:
    count, faults = int(sys.argv[1]) if len(sys.argv) > 1 else MOST, Counter()
    print("| reader | mutations | refused | slowest, ms | other errors |\n|---|---|---|---|---|")
    for name, (reader, damage) in targets().items():
        rng, refused, slowest = random.Random(SEED), 0, 0.0
        for _ in range(count):
            content = damage(rng)
            start = time.perf_counter()
            try:
                reader(content)
            except gt.TraceError:
                refused += 1
            except Exception as error:
                faults[name] += 1
                if faults[name] <= 3:
                    traceback.print_exception(error)
            slowest = max(slowest, time.perf_counter() - start)
        print(f"| {name} | {count:,} | {refused:,} | {slowest * 1000:.0f} | {faults[name]} |", flush=True)
    sys.exit(bool(faults.total()))


if __name__ == "__main__":
    main()
