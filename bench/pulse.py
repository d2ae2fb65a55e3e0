"""What Train costs the server while it runs, per pace: writes pulse_results.md.

python bench/pulse.py            # about half a minute
"""

from __future__ import annotations

import os
import platform
import sys
import time
from pathlib import Path

import torch
from click import HERE, Server, Session
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PRESETS = ("xor", "lenet")
EVERY = 0.08  # seconds, as the page asks
SECONDS = 6.0


class Watcher(Session):
    """A session that remembers the newest picture, and which fragment brings them."""

    pictures: set[bytes]
    fragment_of_pictures = ""

    def take(self, told: ForwardMsg) -> None:
        super().take(told)
        if told.WhichOneof("type") == "auto_rerun" and told.auto_rerun.interval < 0.1:
            self.fragment_of_pictures = told.auto_rerun.fragment_id
        element = told.delta.new_element
        if element.WhichOneof("type") == "bidi_component" and "pulse" in element.bidi_component.component_name:
            self.pictures.add(element.SerializeToString())


def watched(server: Server, preset: str) -> tuple[float, float, float]:
    """Train as a page does; return the cores in use, pictures a second, and kB a second."""
    Watcher.pictures = set()
    session = Watcher(server, "Lab", preset=preset)
    session.press("train", 0)
    _look(session, 2.0)
    before, start = server.cpu_ms(), time.perf_counter()
    pictures, size = _look(session, SECONDS)
    took = time.perf_counter() - start
    used = (server.cpu_ms() - before) / 1000 / took
    session.socket.close()
    return used, pictures / took, size / 1000 / took


def _look(session: Watcher, seconds: float) -> tuple[int, int]:
    """Ask for pictures as the browser does; return how many new ones came, and their bytes."""
    session.pictures.clear()
    size, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        due = time.perf_counter() + EVERY
        message = BackMsg()
        message.rerun_script.fragment_id = session.fragment_of_pictures
        message.rerun_script.is_auto_rerun = True
        size += session.run(message)[1]
        time.sleep(max(0.0, due - time.perf_counter()))
    return len(session.pictures), size


def main() -> None:
    lines = [
        "# Train, watched",
        "",
        f"torch {torch.__version__}, Python {platform.python_version()}, {os.cpu_count()} cores, pace 100",
        "",
        "| net | cores in use on the server | pictures a second | kB a second |",
        "|---|---|---|---|",
    ]
    for preset in PRESETS:
        with Server(Path(HERE.parent, "viz_app.py")) as server:
            cores, pictures, size = watched(server, preset)
            lines.append(f"| {preset} | {cores:.2f} | {pictures:.1f} | {size:.0f} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if "dry" not in sys.argv[1:]:
        (HERE / "pulse_results.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
