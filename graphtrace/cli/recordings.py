"""``graphtrace record``: a script's run, as a file to keep or as the page that plays it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from graphtrace.cli import scripts
from graphtrace.cli.progress import StepProgress, condition, megabytes, ranges
from graphtrace.errors import TraceError, shown
from graphtrace.export import run_page, to_html, written
from graphtrace.model import Recording, RecordingFile

_ENDINGS = (".html", ".gtr", ".json", ".json.gz")
_LAST = 20  # so many steps stay whole where nothing is asked for, with the first ones


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
    if scripts.is_saved(options.script):
        return _write_saved(options)
    until = None if options.until is None else condition(options.until)
    with TemporaryDirectory() as folder:
        is_kept = options.output.lower().endswith(".gtr")
        path = Path(options.output) if is_kept else Path(folder) / "run.gtr"
        progress = StepProgress(path, until)
        status = scripts.record_steps(options.script, passed_on, path, _chosen(options), progress)
        progress.end()
        with RecordingFile(path) as file:
            return _write(file, options, status)


def _chosen(options: argparse.Namespace) -> scripts.Chosen:
    """Return which steps are asked for; without a word the first ones and the last ones."""
    if options.every is options.steps is options.last is None:
        return {"every": None, "steps": set(range(scripts.TOGETHER)), "last": _LAST}
    return {"every": options.every, "steps": options.steps, "last": options.last}


def _write_saved(options: argparse.Namespace) -> int:
    """Write another form of a file."""
    if not options.script.lower().endswith(".gtr"):
        recording, _ = scripts.recorded(options.script, (), options)
        if options.output.lower().endswith(".html"):
            return write_page(recording, options)
        print(f"{recording.save(options.output)}: {recording!r}")
        return 0
    with RecordingFile(options.script) as file:
        if options.output.lower().endswith(".gtr"):
            copyfile(options.script, options.output)
        return _write(file, options, 0)


def _write(file: RecordingFile, options: argparse.Namespace, status: int) -> int:
    """Write what was recorded, say what it is, and return `status`."""
    path = Path(options.output)
    if path.suffix.lower() == ".html" and len(file) > scripts.TOGETHER:
        page = run_page.page(file, theme=options.theme, fold=options.fold, language=options.language)
        written(path, page.text.encode())
        if len(page.steps) < len(file):
            print(f"steps {ranges(page.steps)} are in the page: more do not fit into 5 MB (-o run.gtr keeps all)")
    elif path.suffix.lower() != ".gtr":
        recording = file.recording()
        if path.suffix.lower() == ".html":
            return write_page(recording, options, status)
        print(f"{recording.save(options.output)}: {recording!r}")
        return status
    print(f"{path}: {_told(file)}; {megabytes(path.stat().st_size)}")
    return status


def _told(file: RecordingFile) -> str:
    whole, total = ranges(file.steps), len(file.summaries)
    others = f" of {total:,} whole, of the others a summary" if total > len(file) else " whole"
    return f"steps {whole}{others}" if len(file) > 1 else f"step {whole}{others}"


def write_page(recording: Recording, options: argparse.Namespace, status: int = 0) -> int:
    """Write the page that plays a recording, and return `status`."""
    page = to_html(recording, theme=options.theme, fold=options.fold, language=options.language)
    print(f"{written(Path(options.output), page.encode())}: {recording!r}")
    return status
