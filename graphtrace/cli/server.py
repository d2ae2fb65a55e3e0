"""``graphtrace app``: the app of an installed copy, in a process of its own."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from graphtrace.errors import MissingPackageError

SITE = Path(__file__).resolve().parents[1] / "app" / "site"  # as the folder of the project: a page, pages, a theme
_NEEDED = ("streamlit", "plotly")


def run(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Serve the app until it is stopped.

    Args:
        options: Those of ``graphtrace app``.
        passed_on: Options of ``streamlit run``.

    Returns:
        The exit status of the server; 0 where the user stopped it.
    """
    missing = next((name for name in _NEEDED if find_spec(name) is None), None)
    if missing:
        raise MissingPackageError(
            f'the app needs a package that is not installed: {missing} (pip install "graphtrace[app]")'
        )
    place = [f"--server.port={options.port}", f"--server.address={options.address}"]
    try:
        return subprocess.call([sys.executable, "-m", "streamlit", "run", str(SITE / "viz_app.py"), *place, *passed_on])
    except KeyboardInterrupt:
        return 0
