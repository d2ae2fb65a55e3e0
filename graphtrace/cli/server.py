"""``graphtrace app``: the app of an installed copy; ``graphtrace serve``: servers for a class."""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from graphtrace.errors import MissingPackageError, TraceError, shown
from graphtrace.runner.gate import is_loopback, open_gate

SITE = Path(__file__).resolve().parents[1] / "app" / "site"  # as the folder of the project: a page, pages, a theme
_FIXED = ("--server.address", "--server.port", "--server.enableCORS", "--server.enableXsrf", "--server.baseUrlPath")
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
    if options.runs:
        os.environ["GRAPHTRACE_RUNS"] = str(Path(options.runs).resolve())  # read by the page of runs
    if options.code:
        _run_code(options, passed_on)
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


def _run_code(options: argparse.Namespace, passed_on: Sequence[str]) -> None:
    """Let the server run what is typed on its page, for the browser that opens the printed link."""
    if not is_loopback(options.address):
        raise TraceError(
            f"--code would run programs of everybody who reaches this address: {shown(options.address)} "
            "(leave --address out: then it is this machine alone)"
        )
    again = next((word for word in passed_on if word.startswith(_FIXED)), None)
    if again is not None:
        raise TraceError(f"--code needs Streamlit's protection as it is: {shown(again)} (leave it out)")
    open_gate(options.port, _show, options.address)


def _show(link: str) -> None:
    print(f"Your code runs on this machine, for the browser that opens this link (once):\n\n  {link}\n", flush=True)
