"""``graphtrace draw``: the graph of a model that a function builds."""

from __future__ import annotations

import argparse
import runpy
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from torch import nn

from graphtrace.cli import scripts
from graphtrace.cli.graphs import checked_suffix, write_graph
from graphtrace.errors import TraceError, shown


def run(options: argparse.Namespace, passed_on: Sequence[str]) -> int:
    """Build the model, run it once, and draw its graph.

    Args:
        options: Those of ``graphtrace draw``.
        passed_on: Words behind ``--``; there must be none.

    Returns:
        The exit status.
    """
    from graphtrace.drawing import draw

    if passed_on:
        raise TraceError(f"draw passes no words on: {shown(list(passed_on))} (leave out what stands behind --)")
    options.output = options.output or "graph.svg"
    suffix = checked_suffix(options)
    scripts.require_folder(options.output)
    model, inputs = _built(options.build)
    write_graph(draw(model, *inputs), options, suffix)
    return 0


def _built(place: str) -> tuple[nn.Module, Sequence[object]]:
    """Call the function, and return the model and the inputs that it gives."""
    built = _function(place)()
    model, *inputs = built if isinstance(built, tuple | list) and built else (None,)
    if not isinstance(model, nn.Module):
        raise TraceError(f"build function returns no model: {shown(built)} (return model, input, …)")
    return model, inputs


def _function(place: str) -> Callable[[], object]:
    """Find the function that ``package.module:build`` or ``file.py:build`` names."""
    source, _, name = place.rpartition(":")
    if not source or not name:
        raise TraceError(f"no place of a function: {shown(place)} (write package.module:build or file.py:build)")
    found = _variables(source).get(name)
    if not callable(found):
        raise TraceError(f"no such function: {shown(place)} (define {name} there)")
    return found


def _variables(source: str) -> dict[str, object]:
    """Return the global variables of a module or of a Python file."""
    if source.endswith(".py"):
        if not Path(source).is_file():
            raise TraceError(f"no such script: {shown(source)} (give the path of a Python file)")
        sys.path.insert(0, str(Path(source).resolve().parent))
        return runpy.run_path(source)
    sys.path.insert(0, "")
    try:
        return runpy.run_module(source)
    except ModuleNotFoundError as error:
        raise TraceError(f"no such module: {shown(error.name)} (run it where it lies, or install it)") from None
    except ImportError:  # runpy's own, for the module itself
        raise TraceError(f"no such module: {shown(source)} (run it where it lies, or install it)") from None
