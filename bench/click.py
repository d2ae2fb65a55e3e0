"""What a click in the Lab costs: on the server, over its websocket, and in headless Chromium; writes click_results.md.

python bench/click.py            # all, about two minutes
python bench/click.py server     # without the browser
"""

from __future__ import annotations

import itertools
import json
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
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import torch
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
ACTIONS = ("backward", "step", "zero", "forward")
ROUNDS = 10
TICK = os.sysconf("SC_CLK_TCK")

# Presses a button in the page and tells when it was lit and when the picture first changed, in ms.
PRESS = """(root, selector) => new Promise((done) => {
  const button = root.querySelector(selector), found = {};
  const state = () => root.dataset.ready + root.dataset.cursor;
  const before = state(), start = performance.now();
  const look = () => {
    const now = performance.now() - start;
    if (!found.lit && button.ariaBusy === "true") found.lit = now;
    if (state() !== before) { found.changed = now; done(found); return; }
    if (now > 10000) done(found); else setTimeout(look, 1);
  };
  button.click();
  look();
})"""


@dataclass
class Server:
    """One app, served as its user serves it."""

    script: Path
    process: subprocess.Popen = field(init=False)
    port: int = field(init=False)

    def __enter__(self) -> Server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "streamlit", "run", str(self.script), "--server.port", str(self.port)]
        settings = ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
        settings += ["--runner.postScriptGC", "false", "--runner.fastReruns", "false"]  # as the app has them
        self.process = subprocess.Popen(
            [*command, *settings], cwd=tempfile.gettempdir(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=2)
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"no server: {self.script}")

    def __exit__(self, *raised: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def cpu_ms(self) -> float:
        """Return what the server has used so far, in all its threads."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return 1000 * (int(words[11]) + int(words[12])) / TICK


class Session:
    """One browser session, without a browser."""

    def __init__(self, server: Server, page: str = "", **query: str) -> None:
        self.server, self.page, self.query = server, page, urlencode(query)
        address = f"ws://127.0.0.1:{server.port}/_stcore/stream"
        self.socket = connect(address, subprotocols=["streamlit"], max_size=None, legacy=True)
        self.component = self.fragment = self.hash = ""
        self.run(BackMsg())

    def run(self, message: BackMsg) -> tuple[int, int]:
        """Send a message; return how many messages and bytes came back."""
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.hash
        message.rerun_script.page_name = "" if self.hash else self.page
        message.rerun_script.is_auto_rerun = False
        self.socket.send(message.SerializeToString())
        messages = size = 0
        while True:
            raw = self.socket.recv(timeout=60)
            messages, size = messages + 1, size + len(raw)
            told = ForwardMsg()
            told.ParseFromString(raw)
            self.take(told)
            if (
                told.WhichOneof("type") == "script_finished"
                and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            ):
                return messages, size

    def take(self, told: ForwardMsg) -> None:
        element = told.delta.new_element
        if element.WhichOneof("type") == "bidi_component" and "lab" in element.bidi_component.component_name:
            self.component, self.fragment = element.bidi_component.id, told.delta.fragment_id
        if element.WhichOneof("type") == "button":
            self.component = element.button.id
        if told.WhichOneof("type") == "new_session":
            self.hash = told.new_session.page_script_hash
        if told.WhichOneof("type") == "navigation":
            self.hash = told.navigation.page_script_hash
        if told.WhichOneof("type") == "page_info_changed":
            self.query = told.page_info_changed.query_string

    def press(self, name: str, serial: int) -> tuple[int, int]:
        """Press a button of the toolbar, or the only one of the bare page."""
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        if self.fragment:
            press = {"do": name, "serial": str(serial), "n": 100}
            state.id = f"$$STREAMLIT_INTERNAL_KEY_{self.component}__events"
            state.json_trigger_value = json.dumps([{"event": "press", "value": press}])
            message.rerun_script.fragment_id = self.fragment
        else:
            state.id, state.trigger_value = self.component, True
        return self.run(message)


def on_server(server: Server, page: str = "", **query: str) -> dict[str, float]:
    """Return what a click costs on the server: the mean of many, as its clock counts hundredths of a second."""
    session, serials = Session(server, page, **query), itertools.count()
    names = ACTIONS if page else ("press",)
    for name in names:
        session.press(name, next(serials))
    time.sleep(0.5)
    before, told, start, clicks = server.cpu_ms(), [], time.perf_counter(), ROUNDS * 4
    for _ in range(clicks // len(names)):
        told += [session.press(name, next(serials)) for name in names]
    wall = (time.perf_counter() - start) * 1000 / clicks
    time.sleep(0.2)
    return {
        "cpu": (server.cpu_ms() - before) / clicks,
        "wall": wall,
        "messages": statistics.mean(messages for messages, _ in told),
        "kB": statistics.mean(size for _, size in told) / 1000,
    }


def in_browser(server: Server, preset: str) -> dict[str, float]:
    """Return when a press is answered and when the picture first changes, medians in ms."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"http://127.0.0.1:{server.port}/Lab?preset={preset}")
        page.wait_for_selector(".gt-root[data-cursor] .card")
        page.wait_for_timeout(2500)
        found = []
        for name in (*ACTIONS, *ACTIONS, *ACTIONS):
            found.append(page.locator(".gt-root").evaluate(PRESS, f"[data-do={name}]"))
            page.wait_for_timeout(700)
        page.locator("[data-do=charts]").hover()
        page.wait_for_timeout(300)  # a hand comes near before it presses
        charts = plot(page)
        browser.close()
    later = found[len(ACTIONS) :]
    return {
        "lit": statistics.median(one.get("lit", 9999.0) for one in later),
        "changed": statistics.median(one.get("changed", 9999.0) for one in later),
        "charts": charts,
    }


def plot(page) -> float:
    """Return when the first plot is there after Charts was pressed, in ms."""
    return page.locator(".gt-root").evaluate("""(root) => new Promise((done) => {
      const start = performance.now();
      root.querySelector("[data-do=charts]").click();
      const look = () => {
        if (document.querySelector(".js-plotly-plot .main-svg, [data-testid=stVegaLiteChart] canvas"))
          done(performance.now() - start);
        else if (performance.now() - start > 20000) done(99999); else setTimeout(look, 2);
      };
      look();
    })""")


def preset_ms(server: Server) -> float:
    """Return how long it takes from choosing a preset to its picture, in ms."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"http://127.0.0.1:{server.port}/Lab")
        page.wait_for_selector(".gt-root[data-cursor] .card")
        page.wait_for_timeout(2500)
        times = []
        for name in ("Moons", "Spiral", "Moons", "Spiral"):
            page.locator("[data-testid=stSidebar] input[role=combobox]").first.click()
            option = page.get_by_role("option", name=name).first
            option.wait_for()
            ready = page.locator(".gt-root").get_attribute("data-ready")
            start = time.perf_counter()
            option.click()
            page.locator(f'.gt-root:not([data-ready="{ready}"])').wait_for()
            times.append((time.perf_counter() - start) * 1000)
            page.wait_for_timeout(1500)
        browser.close()
    return statistics.median(times)


def main() -> None:
    rows, browsers = {}, {}
    with Server(HERE / "bare_click.py") as server:
        rows["bare Streamlit rerun"] = on_server(server)
    with Server(HERE.parent / "viz_app.py") as server:
        for preset in ("xor", "lenet"):
            rows[preset] = on_server(server, "Lab", preset=preset)
        if "server" not in sys.argv[1:]:
            browsers = {preset: in_browser(server, preset) for preset in ("xor", "lenet")}
            browsers["xor"]["preset"] = preset_ms(server)
    text = report(rows, browsers)
    print(text)
    if browsers:
        (HERE / "click_results.md").write_text(text, encoding="utf-8")


def report(rows: dict[str, dict[str, float]], browsers: dict[str, dict[str, float]]) -> str:
    bare = rows["bare Streamlit rerun"]["cpu"]
    lines = [
        "# A click in the Lab",
        "",
        f"torch {torch.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores",
        "",
        "| | CPU-ms on the server | to a bare rerun | messages | kB | wall ms |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        cpu = f"{row['cpu']:.1f} | {row['cpu'] / bare:.1f}×"
        lines.append(f"| {name} | {cpu} | {row['messages']:.1f} | {row['kB']:.1f} | {row['wall']:.0f} |")
    if browsers:
        lines += ["", "| in Chromium, ms | pressed button lit | first change | first plot of Charts |"]
        lines.append("|---|---|---|---|")
        for name, row in browsers.items():
            lines.append(f"| {name} | {row['lit']:.0f} | {row['changed']:.0f} | {row['charts']:.0f} |")
        lines += ["", f"Another preset: {browsers['xor']['preset']:.0f} ms."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
