"""What the player costs in headless Chromium; writes ``bench/player_results.md``. About two minutes.

python bench/player.py
"""

import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from itertools import pairwise
from pathlib import Path

import torch
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import graphtrace as gt  # noqa: E402
from graphtrace import examples  # noqa: E402

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
REPEATS = 5
WINDOW = {"width": 1600, "height": 1000}

PAINT = """() => new Promise((done) => setTimeout(() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  done(paint.startTime - performance.getEntriesByType("navigation")[0].responseEnd);
}, 300))"""
STEPS = """(from) => {
  const range = document.querySelector(".scrub"), times = [];
  for (let i = 0; i < 60; i += 1) {
    range.value = from + i;
    const start = performance.now();
    range.dispatchEvent(new Event("input"));
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}"""
FRAMES = """(zooming) => new Promise((done) => {
  const canvas = document.querySelector(".canvas"), box = canvas.getBoundingClientRect(), stamps = [];
  const press = { bubbles: true, cancelable: true, pointerId: 1, button: 0, clientY: box.top + 300 };
  const at = (x) => ({ ...press, clientX: box.left + x });
  canvas.setPointerCapture = () => {};
  if (!zooming) canvas.dispatchEvent(new PointerEvent("pointerdown", at(600)));
  const turn = (now) => {
    stamps.push(now);
    const i = stamps.length;
    if (i > 90) {
      if (!zooming) canvas.dispatchEvent(new PointerEvent("pointerup", at(600)));
      const gaps = stamps.slice(1).map((stamp, k) => stamp - stamps[k]).sort((a, b) => a - b);
      done({ fps: (1000 * (stamps.length - 1)) / (stamps.at(-1) - stamps[0]), worst: gaps.at(-1) });
      return;
    }
    if (zooming) canvas.dispatchEvent(new WheelEvent("wheel", { ...at(700), deltaY: i < 46 ? -12 : 12 }));
    else canvas.dispatchEvent(new PointerEvent("pointermove", at(600 + 160 * Math.sin(i / 8))));
    requestAnimationFrame(turn);
  };
  requestAnimationFrame(turn);
})"""
CARDS = """() => { const box = document.querySelector(".canvas").getBoundingClientRect();
  return [...document.querySelectorAll(".card:not(.stub)")].filter((card) => { const r = card.getBoundingClientRect();
    return r.left < box.right && r.right > box.left && r.top < box.bottom && r.bottom > box.top; }).length; }"""


def chain(count):
    x = torch.ones(3, requires_grad=True)
    y = x
    for _ in range(count // 2):
        y = torch.sin(y) + y
    return y.sum()


def chain_recording(count):
    with gt.record() as rec:
        chain(count).backward()
    return rec.recording


def lenet_recording():
    built = examples.build("lenet")
    with gt.record(built.model, optimizer=built.optimizer()) as rec:
        for _ in built.train(1):
            pass
    return rec.recording


class Bench:
    """A browser, and a folder for pages."""

    def __init__(self, browser, folder):
        self.browser, self.folder, self.rows = browser, folder, []
        self.load = os.getloadavg()[0]

    def open(self, text, window=WINDOW):
        path = self.folder / "page.html"
        path.write_text(text, encoding="utf-8")
        page = self.browser.new_page(viewport=window, reduced_motion="reduce")
        page.goto(path.as_uri())
        page.wait_for_selector(".gt-root[data-ready]", timeout=120_000)
        return page

    def row(self, what, found, target):
        print(f"{what}: {found} ({target})", flush=True)
        self.rows.append((what, found, target))


def first_paint(bench):
    text, times = gt.to_html(lenet_recording()), []
    for _ in range(REPEATS):
        page = bench.open(text)
        times.append(page.evaluate(PAINT))
        page.close()
    bench.row("LeNet: first paint after the page has arrived", f"{statistics.median(times):.0f} ms", "< 300 ms")


def steps(bench, count, target, window=WINDOW):
    recording = chain_recording(count)
    page = bench.open(gt.to_html(recording, fold="autograd", limit=10**6), window)
    start = gt.Player(recording).seek(phase="backward").cursor
    found = [page.evaluate(STEPS, start + 60 * i) for i in range(REPEATS)]
    middle, worst = statistics.median(times[30] for times in found), statistics.median(times[-2] for times in found)
    nodes, drawn = len(recording.graphs[0].nodes), page.evaluate(CARDS)
    how = f"{drawn} cards as SVG" if drawn > 2 else "the sketch"
    bench.row(
        f"A step, {nodes:,} nodes in the window ({how})", f"{middle:.1f} ms, slowest of 60 {worst:.1f} ms", target
    )
    if count > 1000:
        frames(bench, page, f"{nodes:,} nodes in the window")
    page.close()


def frames(bench, page, what):
    for zooming, name in ((False, "Pan"), (True, "Zoom")):
        found = [page.evaluate(FRAMES, zooming) for _ in range(3)]
        rates, worst = sorted(one["fps"] for one in found), min(one["worst"] for one in found)
        told = f"{rates[1]:.0f} fps, best of three {rates[2]:.0f}; longest frame {worst:.0f} ms"
        bench.row(f"{name}, {what}", told, "≥ 30 fps")


def overview(bench, count):
    loss = chain(count)
    times = [time.perf_counter()]
    graph = gt.trace(loss)
    times.append(time.perf_counter())
    text = gt.to_html(graph, fold="autograd", limit=10**7)
    times.append(time.perf_counter())
    page = bench.open(text)
    times.append(time.perf_counter())
    trace, html, shown = (b - a for a, b in pairwise(times))
    size = f"trace {trace:.1f} s, page {html:.1f} s ({len(text) / 1e6:.0f} MB), in the browser {shown:.1f} s"
    bench.row(f"From loss to overview, {len(graph.nodes):,} nodes, every one drawn", size, "seconds")
    frames(bench, page, f"overview of {len(graph.nodes):,} nodes")
    page.close()
    started = time.perf_counter()
    page = bench.open(gt.to_html(graph))
    bench.row("The same, folded to what can be read (default)", f"{time.perf_counter() - started:.1f} s", "seconds")
    page.close()


def compared(bench):
    """One step, from the click to the changed picture, each way in turn in one run of the same app."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(HERE / "stepping.py"), "--server.port", str(port)]
    options = ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    with tempfile.TemporaryFile() as log, subprocess.Popen([*command, *options], stdout=log, stderr=log) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            found = {way: [] for way in WAYS}
            pages = {way: shown(bench, port, way) for way in WAYS}
            for _ in range(12):
                for way, page in pages.items():
                    found[way].append(click(page, way))
        finally:
            server.terminate()
    for way, name in WAYS.items():
        times = sorted(found[way][2:])
        bench.row(
            f"One step, click to changed picture: {name}",
            f"{times[len(times) // 2]:.0f} ms, fastest {times[0]:.0f} ms",
            "",
        )


WAYS = {"graphviz": "st.graphviz_chart", "plotly": "st.plotly_chart", "player": "the player"}
PICTURES = {"graphviz": ".stGraphVizChart svg", "plotly": ".gtitle", "player": ".gt-root[data-cursor]"}
TOLD = {
    "graphviz": """() => document.querySelector(".stGraphVizChart svg").textContent""",
    "plotly": """() => document.querySelector(".js-plotly-plot .gtitle")?.textContent""",
    "player": """(button) => button.getRootNode().querySelector(".sentence").textContent""",
}
CLICK = """([button, told]) => new Promise((done, fail) => {
  const read = () => eval(told)(button), before = read(), start = performance.now();
  setTimeout(() => fail(new Error(`the picture stays: ${before}`)), 20000);
  button.click();
  const look = () => {
    const now = read();
    if (now && now !== before) requestAnimationFrame(() => done(performance.now() - start));
    else requestAnimationFrame(look);
  };
  look();
})"""


def shown(bench, port, way):
    page = bench.browser.new_page(viewport=WINDOW, reduced_motion="reduce")
    page.goto(f"http://127.0.0.1:{port}/?way={way}")
    page.wait_for_selector(PICTURES[way], timeout=60_000)
    page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
    return page


def click(page, way):
    page.bring_to_front()
    label = "Next" if way == "player" else f"step {way}"
    button = page.get_by_role("button", name=label, exact=True).element_handle()
    took = page.evaluate(CLICK, [button, TOLD[way]])
    page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
    return took


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address):
    for _ in range(600):
        try:
            if urllib.request.urlopen(address, timeout=2).read() == b"ok":
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def written(bench, version):
    lines = [
        "# What the player costs",
        "",
        f"Chromium {version} without a GPU, headless, {WINDOW['width']}×{WINDOW['height']}; {platform.machine()}, "
        f"{os.cpu_count()} cores; torch {torch.__version__}. Medians; `python bench/player.py` writes this file. "
        f"The load average was {bench.load:.1f} when it began.",
        "",
        "| what | measured | aim |",
        "|---|---|---|",
        *(f"| {what} | {found} | {target} |" for what, found, target in bench.rows),
        "",
        "The sketch is the canvas that stands for the cards when they are too small to be read. Frames are counted by",
        "`requestAnimationFrame` while a pointer drags, or a wheel turns, once per frame.",
        "",
    ]
    (HERE / "player_results.md").write_text("\n".join(lines), encoding="utf-8")


def main():
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        bench = Bench(browser, Path(folder))
        first_paint(bench)
        steps(bench, 300, "< 16 ms")
        steps(bench, 300, "< 16 ms", {"width": 3840, "height": 2160})  # large enough for cards
        steps(bench, 3000, "< 50 ms")
        overview(bench, 100_000)
        compared(bench)
        written(bench, browser.version)
        browser.close()


if __name__ == "__main__":
    main()
