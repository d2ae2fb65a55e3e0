"""``graphtrace record``: a script's whole run, as a file to keep or as the page that plays it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from graphtrace.cli import scripts
from graphtrace.errors import TraceError, shown
from graphtrace.export import to_html, written
from graphtrace.model import Recording

_ENDINGS = (".html", ".json", ".json.gz")


def run(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Record the script, also one that ends in an error, by ``sys.exit`` or by Ctrl-C.

    Args:
        options: Those of ``graphtrace record``.
        passed_on: Arguments of the script.

    Returns:
        The exit status of the script.
    """
    options.output = options.output or "run.html"
    if not options.output.lower().endswith(_ENDINGS):
        raise TraceError(f"a recording is no picture: {shown(options.output)} (end the name in {', '.join(_ENDINGS)})")
    scripts.require_folder(options.output)
    recording, status = scripts.recorded(options.script, passed_on, options)
    if options.output.lower().endswith(".html"):
        return write_page(recording, options, status)
    print(f"{recording.save(options.output)}: {recording!r}")
    return status


def write_page(recording: Recording, options: argparse.Namespace, status: int = 0) -> int:
    """Write the page that plays a recording, and return `status`."""
    page = to_html(recording, theme=options.theme, fold=options.fold, language=options.language)
    print(f"{written(Path(options.output), page.encode())}: {recording!r}")
    return status
