"""``graphtrace trace``: the graph of a script's loss, or of a file."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from graphtrace.cli import scripts
from graphtrace.cli.recordings import write_page
from graphtrace.errors import TraceError, shown
from graphtrace.export import SUFFIXES, Options, image, write
from graphtrace.literals import ViewName
from graphtrace.model import Graph, Recording, load
from graphtrace.views import default_view, fold


def run(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Draw the graph; of a recording, an HTML file is the page that plays it.

    Args:
        options: Those of ``graphtrace trace``.
        passed_on: Arguments of the script.

    Returns:
        The exit status.
    """
    options.output = options.output or "graph.svg"
    suffix = checked_suffix(options)
    scripts.require_folder(options.output)
    record = load(options.script) if scripts.is_saved(options.script) else _traced(options, passed_on)
    if isinstance(record, Recording) and suffix == ".html":
        return write_page(record, options)
    write_graph(_last_graph(record, options.script), options, suffix)
    return 0


def write_graph(graph: Graph, options: argparse.Namespace, suffix: str) -> None:
    """Write a graph to the output, and say in one line what was written.

    Args:
        graph: Any graph.
        options: Those of the command.
        suffix: Ending of the output, see `checked_suffix`.
    """
    view: ViewName = options.fold or default_view(graph)
    path = write(graph, options.output, **_drawing_options(options, suffix, view))
    print(_report(graph, path, suffix, view))


def checked_suffix(options: argparse.Namespace) -> str:
    """Return the ending of the output; refuse a wrong call before the script runs, which may take hours."""
    name = Path(options.output).name.lower()
    suffix = max((suffix for suffix in SUFFIXES if name.endswith(suffix)), key=len, default="")
    if not suffix:
        raise TraceError(f"unknown format: {shown(options.output)} (end the name in {', '.join(SUFFIXES)})")
    if options.scale is not None:
        if suffix != ".png":
            raise TraceError(f"--scale is for a PNG: {shown(options.output)} (leave it out: {suffix} has no pixels)")
        image.check_scale(options.scale)
    return suffix


def _traced(options: argparse.Namespace, passed_on: Sequence[str]) -> Graph:
    """Run the script and trace the variable that was asked for."""
    from graphtrace.cli.variables import names_of, root_of
    from graphtrace.tracer import trace

    try:
        variables = scripts.run(options.script, passed_on)
    except scripts.StoppedError as stop:
        if stop.status:
            raise
        name = shown(options.script)
        raise TraceError(
            f"script ended by sys.exit: {name} (let it run to its end, or record it: graphtrace record)"
        ) from stop
    model, params = names_of(variables, options.model)
    return trace(root_of(variables, options.loss), model=model, params=params)


def _last_graph(record: Graph | Recording, name: str) -> Graph:
    """Return the graph itself; of a recording, that of its last backward pass."""
    if isinstance(record, Graph):
        return record
    if not record.graphs:
        raise TraceError(f"recording holds no backward pass: {shown(name)} (record a block that calls backward)")
    return record.graphs[-1]


def _drawing_options(options: argparse.Namespace, suffix: str, view: ViewName) -> Options:
    """Return the options that the format takes."""
    drawing: Options = {}
    if suffix.startswith(".json"):
        return drawing
    drawing |= {"fold": view, "saved": options.saved}
    if suffix != ".dot":
        drawing["theme"] = options.theme
    if options.scale is not None:
        drawing["scale"] = options.scale
    return drawing


def _report(graph: Graph, path: Path, suffix: str, view: ViewName) -> str:
    """Say in one line what was written."""
    count = f"{path}: {len(graph.nodes):,} nodes"
    if suffix.startswith(".json"):
        return f"{count}, {len(graph.edges):,} edges"
    drawn = fold(graph, view)
    return f"{count}, {view} view, {drawn.folded:,} folded away{''.join(f', {note}' for note in drawn.notes)}"
