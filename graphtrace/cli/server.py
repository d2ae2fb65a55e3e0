"""``graphtrace app``: the app of an installed copy; ``graphtrace serve``: servers for a class."""

from __future__ import annotations

import argparse
import runpy
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
        The exit status of the server.
    """
    _require_packages()
    place = [f"--server.port={options.port}", f"--server.address={options.address}"]
    sys.argv = ["streamlit", "run", str(SITE / "viz_app.py"), *place, *passed_on]
    try:  # in this process, so that whoever stops it stops the server
        runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


def run_class(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Serve a class until it is stopped.

    Args:
        options: Those of ``graphtrace serve``.
        passed_on: Nothing.

    Returns:
        The exit status.
    """
    from graphtrace.serve import ClassOptions, serve

    _require_packages()
    passwords = Path(options.passwords).resolve() if options.passwords else None
    return serve(ClassOptions(options.students, options.port, options.address, options.name, passwords))


def _require_packages() -> None:
    missing = next((name for name in _NEEDED if find_spec(name) is None), None)
    if missing:
        raise MissingPackageError(
            f'the app needs a package that is not installed: {missing} (pip install "graphtrace[app]")'
        )
