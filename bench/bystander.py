"""One visitor beside others who ask for much: what its presses take; and how soon what a closed tab started ends.

python bench/bystander.py          # about a minute; writes bystander_results.md
"""

from __future__ import annotations

import itertools
import json
import os
import platform
import statistics
import sys
import time
from contextlib import suppress

import torch
from click import ACTIONS, HERE, Server, Session
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import WebSocketException

from graphtrace import lab
from graphtrace.lab.records.actions import Iterate, Redesign

RUNS = 20
PRESSES = 40
SERIALS = itertools.count()


class Leaving(Session):
    """A tab that is closed while its page is being made."""

    def run(self, message: BackMsg) -> tuple[int, int]:
        """Ask for the page, and close the tab after a second."""
        message.rerun_script.query_string, message.rerun_script.page_name = self.query, self.page
        self.socket.send(message.SerializeToString())
        time.sleep(1.0)
        self.socket.close()
        return 0, 0


def presses(session: Session, count: int) -> list[float]:
    """Return how long each press took, in ms."""
    times = []
    for name in itertools.islice(itertools.cycle(ACTIONS), count):
        start = time.perf_counter()
        session.press(name, next(SERIALS))
        times.append((time.perf_counter() - start) * 1000)
        time.sleep(0.05)
    return times


def row(name: str, times: list[float]) -> str:
    return f"| {name} | {statistics.median(times):.0f} | {sorted(times)[int(len(times) * 0.95) - 1]:.0f} |"


def run(session: Session) -> None:
    """Press Run with 10,000 iterations, and do not wait."""
    message = BackMsg()
    state = message.rerun_script.widget_states.widgets.add()
    state.id = f"$$STREAMLIT_INTERNAL_KEY_{session.component}__events"
    press = {"do": "run", "serial": f"r{next(SERIALS)}", "n": 10_000}
    state.json_trigger_value = json.dumps([{"event": "press", "value": press}])
    message.rerun_script.fragment_id = session.fragment
    message.rerun_script.query_string = session.query
    message.rerun_script.page_script_hash = session.hash
    session.socket.send(message.SerializeToString())


def busy_after_close(server: Server) -> float:
    """Return how long the server computes after the tabs were closed, in seconds, at most ten."""
    end, last = time.perf_counter() + 10, time.perf_counter()
    start = last
    while time.perf_counter() < end:
        before = server.cpu_ms()
        time.sleep(0.25)
        if server.cpu_ms() - before > 60:
            last = time.perf_counter()
    return last - start


def hostile() -> str:
    """A link that asks for as much as a link may."""
    spec = lab.preset("lenet").spec
    return lab.encode(lab.Scene(spec, (Redesign(spec, False), Iterate(90)) * 90, 180))


def main() -> None:
    about = f"torch {torch.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores"
    lines = ["# A bystander", "", about, ""]
    lines += ["| a press on XOR, ms | p50 | p95 |", "|---|---|---|"]
    with Server(HERE.parent / "viz_app.py") as server:
        one = Session(server, "Lab", preset="xor")
        presses(one, 8)
        lines.append(row("alone", presses(one, PRESSES)))
        others = [Session(server, "Lab", preset="xor") for _ in range(RUNS)]
        for other in others:
            run(other)
        lines.append(row(f"with {RUNS} runs of 10,000 iterations", presses(one, PRESSES)))
        for other in others:
            with suppress(OSError, WebSocketException):
                other.socket.close()
        lines += [
            "",
            f"After {RUNS} tabs with runs were closed the server was busy for {busy_after_close(server):.1f} s.",
        ]
        link = hostile()
        Leaving(server, "Lab", lab=link)
        lines.append(f"After a tab with a link of {len(link)} characters was closed: {busy_after_close(server):.1f} s.")
    text = "\n".join(lines) + "\n"
    print(text)
    if "dry" not in sys.argv[1:]:
        (HERE / "bystander_results.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
