"""One server and one Chromium for all browser tests of a worker.

Skipped, with the reason, where there is none; with `--require-browser`, as in CI, that is a failure.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.retries import RETRIED
from tests.support.serving import ROOT, free_port, wait_until_healthy

# The headless shell draws a page in a third of a whole browser's time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
OWN_PROBES = "/_stcore/"  # on a deep link Streamlit itself looks for its server below the page's path first


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(RETRIED)


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator:
    missing = pytest.fail if request.config.getoption("--require-browser") else pytest.skip
    if importlib.util.find_spec("playwright") is None:
        missing("playwright is not installed")
    if CHROMIUM is None:
        missing("no Chromium on PATH")
    import playwright.sync_api as api

    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--disable-sync"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[str]:
    """Start the app as the README says, from another directory, and return its address."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "viz_app.py"), "--server.port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=log.parent, stdout=out, stderr=out, env=dict(os.environ))
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)
    text = log.read_text(encoding="utf-8")
    assert "Traceback" not in text, text
    assert "deprecat" not in text.lower(), text


class App:
    """A page of the app, with everything it logged, threw and requested."""

    def __init__(self, context, server: str) -> None:
        self.page = context.new_page()
        self.server = server
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("pageerror", lambda error: self.errors.append(f"thrown: {error}"))
        self.page.on("console", self._console)
        for event in ("request", "websocket"):
            self.page.on(event, lambda sent: self.hosts.add(urlsplit(sent.url).hostname or ""))

    def _console(self, message) -> None:
        if message.type == "error" and OWN_PROBES not in message.location.get("url", ""):
            self.errors.append(f"console: {message.text} ({message.location})")

    def open(self, path: str = "", **query: str) -> App:
        self.page.goto(f"{self.server}/{path}?" + "&".join(f"{k}={v}" for k, v in query.items()))
        return self.idle()

    def idle(self) -> App:
        """Wait until the script has run."""
        self.page.wait_for_selector(
            '.stApp[data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'
        )
        return self

    def graph(self, subject: str = "") -> App:
        """Wait until the viewer shows a structure whose id contains `subject`."""
        self.page.wait_for_selector(f'.gt-root[data-ready*="{subject}"] .card')
        return self.idle()

    def card(self, text: str):
        return self.page.locator(".card", has_text=text).first

    def transform(self) -> str:
        return self.page.locator(".picture").evaluate("node => node.style.transform")


@pytest.fixture(scope="session")
def visitor(chromium) -> Iterator:
    """A browser's profile that keeps the app's scripts; each test has a page of its own."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 720}, locale="en-US", reduced_motion="reduce", accept_downloads=True
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def app(visitor, server) -> Iterator[App]:
    opened = App(visitor, server)
    yield opened
    if opened.page.url.startswith(server):
        opened.page.evaluate("localStorage.clear()")
    for page in visitor.pages:
        page.close()
    visitor.clear_cookies()
    assert opened.errors == []
    assert opened.hosts <= {"127.0.0.1", ""}, f"requests left the machine: {opened.hosts}"


@pytest.fixture
def from_disk(chromium) -> Iterator[Callable]:
    """Open pages from disk, of any class that takes a context and more: what they log, throw and request is watched."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 720}, reduced_motion="reduce", accept_downloads=True
    )
    context.set_default_timeout(30_000)
    pages = []

    def start(kind, *given):
        pages.append(kind(context, *given))
        return pages[-1]

    yield start
    context.close()
    for one in pages:
        assert one.errors == []
        assert {urlsplit(url).scheme for url in one.requests} <= {"file", "data", "blob"}
