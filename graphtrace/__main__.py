"""Command line: run a script and draw the graph of its loss.

python -m graphtrace script.py -o graph.svg
python -m graphtrace script.py --loss total -o graph.pdf -- --the-scripts-own-argument
python -m graphtrace script.py --record -o run.json.gz
python -m graphtrace run.json.gz --step 7 -o step.png
python -m graphtrace run.json.gz --all-steps -o steps.gif
"""

from __future__ import annotations

import argparse
import runpy
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from graphtrace.errors import TraceError, shown
from graphtrace.export import SUFFIXES, to_html, write
from graphtrace.export.frames import command
from graphtrace.export.frames.files import written
from graphtrace.literals import THEMES
from graphtrace.model import Graph, Recording, load
from graphtrace.views import VIEWS, default_view, fold

_PLAYED = (".html", ".json", ".json.gz")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns:
        The exit status: 0, 1 for the script's own error, 2 for a wrong call, 130 where the user stopped the script.
    """
    own, passed_on = _split(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(own)
    try:
        if command.wanted(options):
            return _framed(options, passed_on)
        options.output = options.output or ("run.html" if options.record else "graph.svg")
        suffix = _suffix(options)
        return _recorded(options, passed_on, suffix) if options.record else _drawn(options, passed_on, suffix)
    except TraceError as error:
        print(f"graphtrace: {error}", file=sys.stderr)
        return 2
    except _StoppedError as stop:
        return stop.status


def _drawn(options: argparse.Namespace, passed_on: Sequence[str], suffix: str) -> int:
    """Draw the graph of a script or of a file; a recording's page is the one that plays it."""
    found = load(options.script) if _is_graph_file(options.script) else _traced(options, passed_on)
    if isinstance(found, Recording) and suffix == ".html":
        return _played(found, options)
    graph = _last_graph(found, options.script)
    view = options.fold or default_view(graph)
    path = write(graph, options.output, **_drawing(options, suffix, view))
    print(_report(graph, path, suffix, view))
    return 0


def _framed(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Draw frames of a recording, or of a script that is recorded first."""
    command.check(options)
    recording, status = _recording(options, passed_on)
    print(command.save(recording, options))
    return status


def _recorded(options: argparse.Namespace, passed_on: Sequence[str], suffix: str) -> int:
    """Record a script and write the recording, or a page that plays it."""
    if suffix not in _PLAYED:
        raise TraceError(f"a recording is no picture: {shown(options.output)} (end the name in {', '.join(_PLAYED)})")
    recording, status = _recording(options, passed_on)
    if suffix == ".html":
        return _played(recording, options, status)
    print(f"{recording.save(options.output)}: {recording!r}")
    return status


def _played(recording: Recording, options: argparse.Namespace, status: int = 0) -> int:
    page = to_html(recording, theme=options.theme, fold=options.fold, language=options.language)
    print(f"{written(Path(options.output), page.encode())}: {recording!r}")
    return status


def _recording(options: argparse.Namespace, passed_on: Sequence[str]) -> tuple[Recording, int]:
    """Load a recording, or record a script to its last line, its ``sys.exit``, its error or the user's Ctrl-C."""
    from graphtrace.scripts import watched

    status = 0
    if _is_graph_file(options.script):
        found = load(options.script)
    else:
        with watched() as recorder:
            try:
                _run(options.script, passed_on)
            except _StoppedError as stop:
                status = stop.status
                if stop.__cause__ is not None and not isinstance(stop.__cause__, SystemExit):
                    recorder.ended_by(stop.__cause__)
        found = recorder.recording
    if isinstance(found, Graph):
        raise TraceError(f"file holds a graph, not a recording: {shown(options.script)} (record with --record first)")
    return found, status


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return our own arguments, and those for the script, which stand behind ``--``."""
    own = list(arguments)
    at = own.index("--") if "--" in own else len(own)
    return own[:at], own[at + 1 :]


def _suffix(options: argparse.Namespace) -> str:
    """Return the suffix of the output; refuse a wrong call before the script runs, which may take hours."""
    name = Path(options.output).name.lower()
    found = max((suffix for suffix in SUFFIXES if name.endswith(suffix)), key=len, default="")
    if not found:
        raise TraceError(f"unknown format: {shown(options.output)} (end the name in {', '.join(SUFFIXES)})")
    if options.scale is not None and found != ".png":
        raise TraceError(f"--scale is for a PNG: {shown(options.output)} (leave it out: {found} has no pixels)")
    command.check_folder(options)
    return found


def _is_graph_file(name: str) -> bool:
    return name.lower().endswith((".json", ".json.gz"))


def _last_graph(record: Graph | Recording, name: str) -> Graph:
    """Return the graph itself; of a recording, that of its last backward pass."""
    if isinstance(record, Graph):
        return record
    if not record.graphs:
        raise TraceError(f"recording holds no backward pass: {shown(name)} (record a block that calls backward)")
    return record.graphs[-1]


def _drawing(options: argparse.Namespace, suffix: str, view: str) -> dict[str, Any]:
    """Return the options that the format takes."""
    if suffix.startswith(".json"):
        return {}
    drawing = {"fold": view, "saved": options.saved}
    if suffix != ".dot":
        drawing["theme"] = options.theme
    if options.scale is not None:
        drawing["scale"] = options.scale
    return drawing


def _report(graph: Graph, path: Path, suffix: str, view: str) -> str:
    """Say in one line what was written."""
    count = f"{path}: {len(graph.nodes):,} nodes"
    if suffix.startswith(".json"):
        return f"{count}, {len(graph.edges):,} edges"
    drawn = fold(graph, view)
    return f"{count}, {view} view, {drawn.folded:,} folded away{''.join(f', {note}' for note in drawn.notes)}"


class _StoppedError(Exception):
    """The user's script did not reach its last line; what is to be said about that has been printed."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m graphtrace",
        description="Run a script and draw the graph of its loss.",
        epilog="Arguments behind -- are passed on to the script.",
    )
    parser.add_argument("script", help="a Python script, or a graph or recording saved as .json or .json.gz")
    parser.add_argument(
        "-o", "--output", help="file to write; its suffix says the format (default: graph.svg or run.html)"
    )
    parser.add_argument("--record", action="store_true", help="record the whole run, to play: .html .json .json.gz")
    parser.add_argument("--loss", default="loss", metavar="NAME", help="variable to trace from (default: loss)")
    parser.add_argument("--model", metavar="NAME", help="variable of the model (default: found by itself)")
    parser.add_argument("--fold", choices=VIEWS, help="view to draw (default: by the size of the graph)")
    parser.add_argument("--theme", choices=THEMES, default="light")
    parser.add_argument("--saved", action="store_true", help="list the saved tensors on the cards")
    parser.add_argument("--scale", type=float, help="size of a PNG, 1 to 4")
    command.add_options(parser)
    return parser


def _traced(options: argparse.Namespace, passed_on: Sequence[str]) -> Graph:
    """Run the script and trace the variable that was asked for."""
    from graphtrace.scripts import names_of, root_of
    from graphtrace.tracer import trace

    try:
        found = _run(options.script, passed_on)
    except _StoppedError as stop:
        if stop.status:
            raise
        name = shown(options.script)
        raise TraceError(f"script ended by sys.exit: {name} (let it run to its end, or record it: --record)") from stop
    model, params = names_of(found, options.model)
    return trace(root_of(found, options.loss), model=model, params=params)


def _run(script: str, arguments: Sequence[str]) -> Mapping[str, Any]:
    """Run a script as ``python script.py`` would, and return its global variables.

    Raises:
        TraceError: There is no such script.
        _StoppedError: It raised, was interrupted or called ``sys.exit``.
    """
    if not Path(script).is_file():
        raise TraceError(f"no such script: {shown(script)} (give the path of a Python file)")
    before = sys.argv, sys.path[:]
    sys.argv, sys.path[0] = [script, *arguments], str(Path(script).resolve().parent)
    try:
        return runpy.run_path(script, run_name="__main__")
    except SystemExit as stop:
        raise _exited(stop) from stop
    except (Exception, KeyboardInterrupt) as error:
        traceback.print_exception(error.with_traceback(_of_script(error.__traceback__)))
        raise _StoppedError(130 if isinstance(error, KeyboardInterrupt) else 1) from error
    finally:
        sys.argv, sys.path[:] = before


def _exited(stop: SystemExit) -> _StoppedError:
    """Return what a script's ``sys.exit`` amounts to; print its message as Python would."""
    if stop.code and not isinstance(stop.code, int):
        print(stop.code, file=sys.stderr)
    return _StoppedError(1 if stop.code else 0)


def _of_script(trace: TracebackType | None) -> TracebackType | None:
    """Leave out the frames of this file and of runpy: none of the user's business."""
    while trace is not None and trace.tb_frame.f_code.co_filename in (__file__, runpy.__file__, "<frozen runpy>"):
        trace = trace.tb_next
    return trace


if __name__ == "__main__":
    sys.exit(main())
