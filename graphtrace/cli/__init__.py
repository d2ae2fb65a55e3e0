"""The command line: ``graphtrace COMMAND …``, or ``python -m graphtrace COMMAND …``.

    graphtrace trace script.py -o graph.svg                # the graph of the script's loss
    graphtrace draw package.module:build -o net.svg        # the graph of a model, from its inputs alone
    graphtrace record train.py -o run.html                 # the run, to play; or run.gtr, to keep
    graphtrace frames run.json.gz --event 7 -o event.png   # one event as a picture; --all -o run.gif for all
    graphtrace worksheet run.json.gz --event 7 -o sheet.pdf
    graphtrace lesson forks -o forks.html                  # a lesson in one file, which works offline
    graphtrace class-pack --lessons forks,buckets --language zh -o pack.zip
    graphtrace app                                         # the app, at http://localhost:8501
    graphtrace serve --students 60                         # the app for a class: servers, nginx, QR code

Map: `arguments` says what each command takes, `scripts` runs the user's script, `progress` tells how far it is,
`variables` finds the loss in it; `graphs`, `models`, `recordings`, `pictures`, `lessons` and `server` are the commands.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

from graphtrace.cli import arguments, graphs, lessons, models, pictures, recordings, server
from graphtrace.cli.scripts import StoppedError
from graphtrace.errors import TraceError

__all__ = ["main"]

Command = Callable[[argparse.Namespace, Sequence[str]], int]

_COMMANDS: dict[str, Command] = {
    "trace": graphs.run,
    "draw": models.run,
    "record": recordings.run,
    "frames": pictures.run_frames,
    "worksheet": pictures.run_worksheet,
    "lesson": lessons.run_page,
    "class-pack": lessons.run_pack,
    "app": server.run,
    "serve": server.run_class,
}


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        words: The words of the call; None for those of this process.

    Returns:
        The exit status: 0, 1 for the script's own error, 2 for a wrong call, 130 where the user stopped the script.
    """
    own, passed_on = _split(sys.argv[1:] if words is None else words)
    options = arguments.parsed(own)
    try:
        return _COMMANDS[options.command](options, passed_on)
    except TraceError as error:
        print(f"graphtrace: {error}", file=sys.stderr)
        return 2
    except StoppedError as stop:
        return stop.status


def _split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return our own words, and those for the script, which stand behind ``--``."""
    own = list(words)
    at = own.index("--") if "--" in own else len(own)
    return own[:at], own[at + 1 :]
