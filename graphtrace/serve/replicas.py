"""Processes that are started, watched and stopped together: servers of the app, and nginx."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graphtrace.errors import ServeError

PYTHON = (sys.executable, "-P", "-m")  # a click.py in the folder where somebody starts it is not Streamlit's
STARTING = 120.0  # seconds that a server may take until it answers
STOPPING = 10.0  # seconds after which a process is ended


@dataclass(slots=True)
class Process:
    """A program that is to run all the time.

    Attributes:
        name: In what is said about it.
        command: That starts it.
        settings: Added to the environment.
        log: File of what it prints.
        health: Address that answers when it is ready; None if it is ready at once.
    """

    name: str
    command: Sequence[str]
    log: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    health: str | None = None
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, at the end of its log."""
        with self.log.open("ab") as out:
            environment = {**os.environ, **self.settings}
            self.running = subprocess.Popen(
                list(self.command), stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=environment
            )

    @property
    def has_ended(self) -> bool:
        """Whether it ran and runs no more."""
        return self.running is not None and self.running.poll() is not None

    def wait_until_ready(self) -> None:
        """Return when it answers.

        Raises:
            ServeError: It ended instead, or did not answer in time.
        """
        end = time.monotonic() + STARTING
        while self.health and not _answers(self.health):
            if self.has_ended:
                raise ServeError(f"{self.name} ended while it started: {self._last_line()} (see {self.log})")
            if time.monotonic() > end:
                raise ServeError(f"{self.name} did not answer within {STARTING:.0f} s (see {self.log})")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it: ask first, and insist after some seconds."""
        if self.running is None or self.has_ended:
            return
        self.running.terminate()
        try:
            self.running.wait(STOPPING)
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()

    def _last_line(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")


def app_server(port: int, settings: Mapping[str, str], folder: Path, address: str = "127.0.0.1") -> Process:
    """Return a server of the app."""
    command = [*PYTHON, "graphtrace", "app", "--port", str(port), "--address", address]
    health = f"http://127.0.0.1:{port}/_stcore/health"
    return Process(f"server {port}", command, folder / f"server-{port}.log", {**package_first(), **settings}, health)


def package_first() -> dict[str, str]:
    """Return the setting with which another Python finds this very package, installed or not."""
    home = str(Path(__file__).resolve().parents[2])
    return {"PYTHONPATH": os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])}


def keep(processes: Sequence[Process], seconds: float = 1.0) -> list[str]:
    """Start again what ended, wait a while, and return the names of what was started."""
    again = [process for process in processes if process.has_ended]
    for process in again:
        process.start()
    time.sleep(seconds)
    return [process.name for process in again]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False
