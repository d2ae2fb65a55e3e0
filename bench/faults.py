"""What goes wrong in a room, done on purpose, with a real browser: is anything lost, and how long does it take?

python bench/faults.py          # about two minutes; writes faults_results.md
"""

from __future__ import annotations

import asyncio
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import torch
from classroom import served
from playwright.sync_api import Page, sync_playwright

from graphtrace.serve.machine import free_ports

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
LIMIT = 60_000  # ms


class Line:
    """A wire between browser and server that can be slow, or cut.

    Attributes:
        delay: Seconds that everything takes, each way.
        cut: Whether nothing passes.
    """

    def __init__(self, port: int) -> None:
        self.delay, self.cut, self._to = 0.0, False, port
        self._writers: list[asyncio.StreamWriter] = []
        self._loop = asyncio.new_event_loop()
        [self.port] = free_ports(1)
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        listening = asyncio.start_server(self._connect, "127.0.0.1", self.port)
        asyncio.run_coroutine_threadsafe(listening, self._loop).result()

    def away(self, seconds: float) -> None:
        """Cut the wire, and mend it later."""
        self.cut = True
        self._loop.call_soon_threadsafe(lambda: [writer.transport.abort() for writer in self._writers])
        time.sleep(seconds)
        self.cut = False

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward, back = await asyncio.open_connection("127.0.0.1", 0 if self.cut else self._to)
        except OSError:  # away, or the server has ended
            writer.transport.abort()
            return
        self._writers += [writer, back]
        await asyncio.gather(self._carry(reader, back), self._carry(onward, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                self._loop.call_later(self.delay, self._write, writer, data)
            await asyncio.sleep(self.delay)
            writer.close()

    def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if not writer.is_closing():
            writer.write(data)


def lab(page: Page, address: str) -> None:
    """Open XOR in the Lab and do three things, so that there is something to lose."""
    page.goto(f"http://{address}/Lab?preset=xor")
    page.wait_for_selector(".gt-root[data-cursor] .card", timeout=LIMIT)
    for key, kind in (("b", "backward"), ("s", "step")):
        page.keyboard.press(key)
        page.locator(f".story .part.{kind}").wait_for(timeout=LIMIT)


def press(page: Page) -> float:
    """Press Zero grad, and return after how many seconds it is in the story."""
    start = time.perf_counter()
    page.keyboard.press("z")
    page.locator(".story .part.zero").wait_for(timeout=LIMIT)
    return time.perf_counter() - start


def story(page: Page) -> list[str]:
    parts = page.locator(".story .part").all()
    return [str(part.get_attribute("class")).split()[-1] for part in parts]


def connected(page: Page) -> None:
    page.wait_for_selector('.stApp[data-test-connection-state="CONNECTED"]', timeout=LIMIT)


def killed(page: Page) -> str:
    """A server of two is killed while it trains."""
    with served(2) as (address, processes):
        lab(page, address)
        before = story(page)
        page.locator("[data-do=run]").click()
        busy = max(processes[:2], key=lambda process: sum(process.cpu_times()[:2]))
        busy.kill()
        start = time.perf_counter()
        page.wait_for_selector('.stApp:not([data-test-connection-state="CONNECTED"])', timeout=LIMIT)
        connected(page)
        back = time.perf_counter() - start
        spent = press(page)
        assert story(page)[: len(before)] == before, story(page)
        return f"connected again after {back:.1f} s; the next press took {spent:.1f} s, with the story before the run"


def away(page: Page) -> str:
    """The network is away for ten seconds."""
    with served(1) as (address, _):
        line = Line(int(address.rpartition(":")[2]))
        lab(page, f"127.0.0.1:{line.port}")
        before = story(page)
        line.away(10)
        start = time.perf_counter()
        connected(page)
        back = time.perf_counter() - start
        spent = press(page)
        assert story(page)[: len(before)] == before, story(page)
        return f"connected {back:.1f} s after it was back; the next press took {spent:.1f} s, nothing was lost"


def slow(page: Page) -> str:
    """Every message takes 150 ms each way."""
    with served(1) as (address, _):
        line = Line(int(address.rpartition(":")[2]))
        line.delay = 0.15
        start = time.perf_counter()
        lab(page, f"127.0.0.1:{line.port}")
        opened, spent = time.perf_counter() - start, press(page)
        page.keyboard.press("Home")
        steps = []
        for _ in range(10):
            cursor = page.locator(".gt-root").get_attribute("data-cursor")
            start = time.perf_counter()
            page.keyboard.press("ArrowRight")
            page.locator(f'.gt-root:not([data-cursor="{cursor}"])').wait_for(timeout=LIMIT)
            steps.append(time.perf_counter() - start)
        moved = statistics.median(steps) * 1000
        took = f"a press {spent * 1000:.0f} ms; a step of the player {moved:.0f} ms"
        return f"the Lab and two presses after {opened:.1f} s; {took}"


def full(page: Page) -> str:
    """The disk is full from now on: everything that the server writes to it fails."""
    with tempfile.TemporaryDirectory() as folder:
        [port] = free_ports(1)
        command = [sys.executable, "-m", "graphtrace", "app", "--port", str(port)]
        settings = {**os.environ, "HOME": folder, "XDG_CACHE_HOME": folder, "TMPDIR": folder}
        process = subprocess.Popen(
            command,
            env=settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            end = time.monotonic() + 60
            while time.monotonic() < end and not _listens(port):
                time.sleep(0.1)
            lab(page, f"127.0.0.1:{port}")
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, 0))
            lab(page, f"127.0.0.1:{port}")
            press(page)
            page.goto(f"http://127.0.0.1:{port}/Programs?program=lenet&look=graph")
            page.wait_for_selector(".gt-root .card", timeout=LIMIT)
            return "the Lab, its presses and Programs work: nothing of it needs a disk"
        finally:
            process.kill()
            process.wait()


def _listens(port: int) -> bool:
    return any(link.laddr.port == port for link in psutil.net_connections("tcp") if link.status == "LISTEN")


FAULTS: dict[str, Callable[[Page], str]] = {
    "a server of two is killed in mid-run": killed,
    "the network is away for 10 s": away,
    "a round trip of 300 ms": slow,
    "the disk is full": full,
}


@contextmanager
def browser() -> Iterator[Callable[[], Page]]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield lambda: chromium.new_context(viewport={"width": 1280, "height": 720}).new_page()
        chromium.close()


def main() -> None:
    lines = [
        "# Faults in a room",
        "",
        f"torch {torch.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores; load average at the "
        f"start {os.getloadavg()[0]:.1f}; headless Chromium.",
        "",
        "| what happens | what was seen |",
        "|---|---|",
    ]
    with browser() as new_page:
        for name, fault in FAULTS.items():
            if sys.argv[1:] and fault.__name__ not in sys.argv[1:]:
                continue
            page = new_page()
            try:
                seen = fault(page)
            except Exception as error:  # a fault that is not survived is a result
                seen = f"**{type(error).__name__}**: {str(error).splitlines()[0][:120]}"
            page.close()
            lines.append(f"| {name} | {seen} |")
            print(lines[-1], flush=True)
    if not sys.argv[1:]:
        (HERE / "faults_results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
