"""Graphviz as the program ``dot`` on PATH, in a process of its own that is killed when it takes too long."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

from graphtrace.errors import LayoutError
from graphtrace.layout.columns import levelled
from graphtrace.layout.digraph import source
from graphtrace.layout.parse import read_placement
from graphtrace.layout.placement import Placement, TooSlowError
from graphtrace.layout.records import Card
from graphtrace.layout.tidy import tidied
from graphtrace.model import View


def place(view: View, cards: Sequence[Card], budget: float) -> Placement:
    """Place `view` with the system's dot.

    Args:
        view: What to place.
        cards: Cards of its boxes.
        budget: Seconds that dot may take.

    Raises:
        TooSlowError: It took longer than `budget` seconds.
        LayoutError: There is no dot on PATH, or it failed.
    """
    return tidied(view, levelled(view, read_placement(view, cards, render(source(view, cards).source, budget))))


def render(text: str, budget: float) -> str:
    """Return the SVG that the system's dot makes of a DOT `text`."""
    program = shutil.which("dot")
    if program is None:
        raise LayoutError("no dot on PATH: 'dot' (install Graphviz, or use engine='wasm')")
    # SERVER_NAME is Graphviz's own switch for "read no files that the graph names".
    environment = {**os.environ, "SERVER_NAME": "graphtrace"}
    try:
        done = subprocess.run(
            [program, "-Tsvg"], input=text.encode(), capture_output=True, timeout=budget, env=environment
        )
    except subprocess.TimeoutExpired:
        raise TooSlowError(f"dot exceeded {budget:g} s (give it more time or fold more)") from None
    except OSError as error:
        raise LayoutError(f"dot did not start: {error.strerror} (use engine='wasm')") from None
    if done.returncode:
        message = done.stderr.decode(errors="replace").strip()[-120:] or f"exit code {done.returncode}"
        raise LayoutError(f"dot failed: {message} (use engine='wasm')")
    return done.stdout.decode()
