"""Command line: run a script and draw the graph of its loss.

python -m graphtrace script.py -o graph.svg
"""

from __future__ import annotations

import argparse
import runpy
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graphtrace.errors import TraceError
from graphtrace.fold import VIEWS, default_view, fold
from graphtrace.model import Graph, load
from graphtrace.render import write


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit status: 0, 1 for the script's own error, 2 for a wrong call."""
    options = _parser().parse_args(arguments)
    try:
        graph = load(options.script) if ".json" in Path(options.script).suffixes else _traced(options)
        drawing = {"fold": options.fold or default_view(graph), "theme": options.theme, "saved": options.saved}
        if options.scale is not None:
            drawing["scale"] = options.scale
        path = write(graph, options.output, **drawing)
    except TraceError as error:
        print(f"graphtrace: {error}", file=sys.stderr)
        return 2
    except _ScriptError:
        return 1
    view = fold(graph, drawing["fold"])
    print(f"{path}: {len(graph.nodes):,} nodes, {drawing['fold']} view, {view.folded:,} folded away")
    return 0


class _ScriptError(Exception):
    """The user's script raised; its traceback has been printed."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m graphtrace", description="Run a script and draw the graph of its loss.")
    parser.add_argument("script", help="a Python script, or a graph saved as .json or .json.gz")
    parser.add_argument("-o", "--output", default="graph.svg", help="file to write; its suffix says the format")
    parser.add_argument("--loss", default="loss", metavar="NAME", help="variable to trace from (default: loss)")
    parser.add_argument("--model", metavar="NAME", help="variable of the model (default: found by itself)")
    parser.add_argument("--fold", choices=VIEWS, help="view to draw (default: by the size of the graph)")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    parser.add_argument("--saved", action="store_true", help="list the saved tensors on the cards")
    parser.add_argument("--scale", type=float, help="size of a PNG, 1 to 4")
    parser.add_argument("args", nargs=argparse.REMAINDER, help="passed on to the script")
    return parser


def _traced(options: argparse.Namespace) -> Graph:
    """Run the script and trace the variable that was asked for."""
    from graphtrace.scripts import names_of, root_of
    from graphtrace.tracer import trace

    found = _run(options.script, options.args)
    model, params = names_of(found, options.model)
    return trace(root_of(found, options.loss), model=model, params=params)


def _run(script: str, arguments: Sequence[str]) -> Mapping[str, Any]:
    """Run a script as ``python script.py`` would, and return its global variables."""
    if not Path(script).is_file():
        raise TraceError(f"no such script: {script!r} (give the path of a Python file)")
    before = sys.argv, sys.path[:]
    sys.argv, sys.path[0] = [script, *arguments], str(Path(script).resolve().parent)
    try:
        return runpy.run_path(script, run_name="__main__")
    except SystemExit as stop:
        if not stop.code:
            raise TraceError(f"script ended by sys.exit: {script!r} (let it run to its end)") from stop
        raise _ScriptError from stop
    except Exception as error:
        traceback.print_exc()
        raise _ScriptError from error
    finally:
        sys.argv, sys.path[:] = before


if __name__ == "__main__":
    sys.exit(main())
