"""Two editions of graphtrace beside each other, in turn, in CPU time: ``python bench/pairs.py OLD NEW``.

OLD and NEW are folders of checkouts. CPU time of one thread, taken in turn, can be compared also on a machine that does
other things. Writes pairs_results.md.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
ROUNDS, STEPS = 7, 40
TRACE = """
import json, sys, time
import torch
import graphtrace as gt
from torch import nn

torch.manual_seed(0)
mlp = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
deep = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)

def chain():
    y = torch.ones(3, requires_grad=True)
    for _ in range(3000):
        y = y * 1.0
    return y.sum()

cases = {
    "MLP": (lambda: mlp(torch.ones(4, 8)).sum(), mlp, 60),
    "Transformer layer": (lambda: deep(torch.ones(2, 5, 32)).sum(), deep, 30),
    "Chain of 3,000": (chain, None, 4),
}
found = {}
for name, (loss, model, times) in cases.items():
    gt.trace(loss(), model=model)
    spent = []
    for _ in range(times):
        root = loss()
        start = time.thread_time()
        gt.trace(root, model=model)
        spent.append(time.thread_time() - start)
    found[name] = sorted(spent)[len(spent) // 2] * 1e6
json.dump(found, sys.stdout)
"""
PAGE = """
import sys
import torch
import graphtrace as gt

count, path = int(sys.argv[1]), sys.argv[2]
with gt.record() as rec:
    y = torch.ones(3, requires_grad=True)
    for _ in range(count // 2):
        y = torch.sin(y) + y
    y.sum().backward()
open(path, "w", encoding="utf-8").write(gt.to_html(rec.recording, fold="autograd", limit=10**6))
print(gt.Player(rec.recording).seek(phase="backward").cursor)
"""
STEP = """(at) => {
  const range = document.querySelector(".scrub");
  range.value = at;
  range.dispatchEvent(new Event("input"));
  return new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}"""
WINDOWS = ((300, (1600, 1000)), (300, (3840, 2160)), (3000, (1600, 1000)))


def run(root: str, code: str, *arguments: str) -> str:
    """Run code with the graphtrace of a checkout."""
    environment = {**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment, cwd=root, check=True, capture_output=True, text=True).stdout


def traces(roots: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return rows of a trace's time: the medians of each round's medians."""
    found: list[dict[str, list[float]]] = [{}, {}]
    for _ in range(ROUNDS):
        for kept, root in zip(found, roots, strict=True):
            for name, spent in json.loads(run(root, TRACE)).items():
                kept.setdefault(name, []).append(spent)
    text = "{:,.0f} µs (fastest {:,.0f})"
    return [
        (f"Trace, {name}", *(text.format(statistics.median(kept[name]), min(kept[name])) for kept in found))
        for name in found[0]
    ]


def main_thread(session) -> tuple[float, float]:
    """Return the milliseconds that the page's main thread has computed: in scripts, and in all."""
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return found["ScriptDuration"] * 1e3, found["TaskDuration"] * 1e3


def opened(browser, path: Path, window: tuple[int, int]):
    page = browser.new_page(viewport={"width": window[0], "height": window[1]}, reduced_motion="reduce")
    page.goto(path.as_uri())
    page.wait_for_selector(".gt-root[data-ready]", timeout=120_000)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    return page, session


def stepped(page, session, start: int) -> list[tuple[float, float]]:
    """Step forward, and return what each step cost in scripts, and in all."""
    page.bring_to_front()
    costs = []
    for cursor in range(start, start + STEPS):
        before = main_thread(session)
        page.evaluate(STEP, cursor)
        costs.append(tuple(b - a for a, b in zip(before, main_thread(session), strict=True)))
    return costs


def steps(browser, roots: tuple[str, ...], folder: Path) -> list[tuple[str, ...]]:
    """Return rows of a step's time in the player."""
    rows = []
    for count, window in WINDOWS:
        paths = [folder / f"{number}.html" for number in range(len(roots))]
        start, _ = (int(run(root, PAGE, str(count), str(path))) for root, path in zip(roots, paths, strict=True))
        pages = [opened(browser, path, window) for path in paths]
        found = [[], []]
        for turn in range(4):
            for kept, (page, session) in zip(found, pages, strict=True):
                kept += stepped(page, session, start + turn * STEPS)
        for page, _ in pages:
            page.close()
        for part, name in enumerate(("scripts", "scripts, style, layout and paint")):
            costs = [sorted(cost[part] for cost in kept[STEPS // 8 :]) for kept in found]
            texts = [f"{statistics.median(cost):.1f} ms (slowest {cost[-1]:.1f})" for cost in costs]
            rows.append((f"Step, {count + 2:,} nodes in {window[0]}×{window[1]}: {name}", *texts))
    return rows


def main() -> None:
    from player import CHROMIUM

    roots = tuple(str(Path(root).resolve()) for root in sys.argv[1:3])
    rows = traces(roots)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        rows += steps(browser, roots, Path(folder))
        version = browser.version
        browser.close()
    lines = [
        "# Two editions beside each other\n",
        "In turn, in CPU time of one thread; a step's is that of the page's main thread, as Chromium counts it.",
        f"Medians; `python bench/pairs.py OLD NEW` writes this file. Chromium {version}.\n",
        "| what | before | now |",
        "|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
    ]
    (HERE / "pairs_results.md").write_text("\n".join(lines), encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
