"""``%%graphtrace``: records one cell of a notebook, and shows the player below it."""

from __future__ import annotations

import shlex
from argparse import ArgumentError, ArgumentParser, Namespace
from functools import partial
from typing import TYPE_CHECKING

from graphtrace.errors import shown
from graphtrace.program_recording import add_chosen_steps, watched

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

USAGE = "%%graphtrace [NAME] [--every N] [--steps 0,100-102] [--last N]"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magic to a notebook; ``%load_ext graphtrace`` calls this."""
    magic = partial(record_cell, shell)
    magic.__doc__ = record_cell.__doc__
    shell.register_magic_function(magic, "cell", "graphtrace")  # type: ignore[arg-type]  # its stub lost `self`


def record_cell(shell: InteractiveShell, line: str, cell: str) -> None:
    """Run this cell, record all that autograd does in it, and show the player.

    ::

        %%graphtrace [NAME] [--every N] [--steps 0,100-102] [--last N]

    With a NAME the recording is that variable afterwards. A cell that raises shows its error as always, and the
    player up to there with what went wrong. Of a long run, every N steps, these steps or the last N can be recorded
    alone.

    Args:
        shell: The notebook's.
        line: What stands behind the magic's name.
        cell: The other lines of the cell.

    Raises:
        UsageError: The line cannot be understood; a notebook shows it as one line.
    """
    options = _options(line)
    with watched(every=options.every, steps=options.steps, last=options.last) as recorder:
        result = shell.run_cell(cell)
        error = result.error_in_exec
        if error is not None:
            recorder.ended_by(error)
    recording = recorder.recording
    if options.name:
        shell.push({options.name: recording})
    if result.error_before_exec is None:  # a cell that is no Python was not run: there is nothing to show
        from IPython.display import display

        display(recording)


def _options(line: str) -> Namespace:
    from IPython.core.error import UsageError

    parser = ArgumentParser("%%graphtrace", add_help=False, exit_on_error=False)
    parser.add_argument("name", nargs="?", default="")
    add_chosen_steps(parser)
    try:
        options, unknown = parser.parse_known_args(shlex.split(line))
    except (ArgumentError, ValueError) as error:
        raise UsageError(f"%%graphtrace does not understand: {shown(line)} ({error}; write {USAGE})") from error
    if unknown or not (options.name.isidentifier() or not options.name):
        raise UsageError(f"%%graphtrace does not understand: {shown(line)} (write {USAGE})")
    return options
