"""What each command takes. A call without a command is in the form of version 0.1, and is understood as well."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from graphtrace.classroom.addresses import HERE
from graphtrace.classroom.pictures import PICTURE_FORMATS, SHADES
from graphtrace.export.frames import ALL, ONE
from graphtrace.export.frames.sheets import KINDS, PAGES
from graphtrace.literals import BACKGROUNDS, LANGUAGES, THEMES
from graphtrace.program_recording import add_chosen_steps
from graphtrace.views import VIEWS

SHEETS = ("pdf", *PAGES)
_ABOUT = {
    "trace": "Run a script and draw the graph of its loss.",
    "draw": "Build a model, run it once, and draw its graph with every operation in its module.",
    "record": "Run a script and record all that autograd does, to play it; of a long run the first and the last steps.",
    "frames": "Draw events of a recording: one as a picture, several or all as one file.",
    "worksheet": "Draw events of a recording with numbers left out, and the answers.",
    "lesson": "Write a lesson as one HTML file that works offline.",
    "class-pack": "Make a pack for a class: slides, worksheets, notes, posters, offline pages, addresses.",
    "app": "Open the app in a browser. What stands behind -- is passed on to Streamlit.",
    "serve": "Serve a class: measure this machine, start as many servers as it takes behind nginx, show the address.",
}
_SOURCE = "a Python script, or a graph or recording saved as .json, .json.gz or .gtr"
_SCRIPTED = ("trace", "record", "frames", "worksheet")
_BEHIND = "Arguments behind -- are passed on to the script."


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """Return the options of a call; `command` names what is to be done. Ends the process where they are wrong."""
    if words and words[0] not in _ABOUT and words[0] not in ("-h", "--help", "--version"):
        return _without_command(words)
    return _parser().parse_args(words)


def dotted(formats: Sequence[str]) -> str:
    """Return formats as endings of a name: ``.svg .png``."""
    return " ".join(f".{format}" for format in formats)


def _program() -> str:
    return "graphtrace" if Path(sys.argv[0]).stem == "graphtrace" else "python -m graphtrace"


def _parser() -> argparse.ArgumentParser:
    from graphtrace import __version__

    parser = argparse.ArgumentParser(
        _program(), description="PyTorch's autograd, made visible.", epilog=f"{_program()} COMMAND --help says more."
    )
    parser.add_argument("--version", action="version", version=f"graphtrace {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    added = {
        name: commands.add_parser(name, help=about, description=about, epilog=_BEHIND if name in _SCRIPTED else None)
        for name, about in _ABOUT.items()
    }
    for name in _SCRIPTED:
        _source(added[name])
        _look(added[name])
    add_chosen_steps(added["record"])
    _until(added["record"])
    _built(added["draw"])
    _look(added["draw"])
    _scale(added["draw"])
    _trace(added["trace"])
    _scale(added["trace"])
    for name in ("frames", "worksheet"):
        _events(added[name])
        _paper(added[name])
        _scale(added[name])
    _all(added["frames"])
    _blank(added["worksheet"])
    for name, add in {"lesson": _lesson, "class-pack": _pack, "app": _app, "serve": _serve}.items():
        add(added[name])
    return parser


def _without_command(words: Sequence[str]) -> argparse.Namespace:
    """Parse ``script.py -o graph.svg``, with ``--record``, ``--step 7``, ``--all-steps`` or ``--worksheet``."""
    parser = argparse.ArgumentParser(_program(), description=_ABOUT["trace"], epilog=_BEHIND)
    parser.add_argument(
        "--record", action="store_true", help="record the whole run, to play: .html .gtr .json .json.gz"
    )
    parser.add_argument("--worksheet", action="store_true", help=f"leave numbers out at --event: {dotted(SHEETS)}")
    for add in (_source, _look, _trace, _scale, _events, _paper, _all, _blank, add_chosen_steps, _until):
        add(parser)
    options = parser.parse_args(words)
    framed = options.events or options.all
    options.command = (
        "worksheet" if options.worksheet else "frames" if framed else "record" if options.record else "trace"
    )
    return options


def _source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("script", help=_SOURCE)
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write; its ending says the format")


def _until(parser: argparse.ArgumentParser) -> None:
    about = "record no more once a step is so: 'loss<0.1'; of loss, grad_norm, lr, step"
    parser.add_argument("--until", metavar="CONDITION", help=about)


def _built(parser: argparse.ArgumentParser) -> None:
    about = "package.module:function or file.py:function; it returns (model, input, …)"
    parser.add_argument("build", metavar="PLACE:FUNCTION", help=about)
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write; its ending says the format")
    parser.add_argument("--saved", action="store_true", help="list the saved tensors on the cards")


def _look(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fold", choices=VIEWS, help="view to draw (default: by the size of the graph)")
    parser.add_argument("--theme", choices=THEMES, default="light")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of a recording's page or frames")


def _trace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--loss", default="loss", metavar="NAME", help="variable to trace from (default: loss)")
    parser.add_argument("--model", metavar="NAME", help="variable of the model (default: found by itself)")
    parser.add_argument("--saved", action="store_true", help="list the saved tensors on the cards")


def _scale(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scale", type=float, metavar="X", help="pixels of a PNG per pixel of the drawing, 1 to 4")


def _events(parser: argparse.ArgumentParser) -> None:
    text = f"the state after N events: {dotted(ONE)}; may be given several times"
    parser.add_argument("--event", "--step", dest="events", type=int, action="append", metavar="N", help=text)


def _all(parser: argparse.ArgumentParser) -> None:
    text = f"every event in one file: {dotted(ALL)}"
    parser.add_argument("--all", "--all-events", "--all-steps", dest="all", action="store_true", help=text)
    parser.add_argument("--picture", choices=PAGES, default="svg", help="what a zip holds")
    parser.add_argument("--seconds", type=float, default=0.8, help="how long a moving picture shows an event")


def _paper(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--background", choices=BACKGROUNDS, help="of a frame; a worksheet is white")
    parser.add_argument("--width", type=int, default=1600, help="pixels of a frame at scale 1")
    parser.add_argument("--height", type=int, help="pixels; left out, as high as the picture needs")


def _blank(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--blank", metavar="KINDS", help=f"what a worksheet leaves out, of {','.join(KINDS)}")


def _lesson(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("lesson", metavar="LESSON", help="its name, as in addresses: forks")
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write (default: LESSON.html)")
    parser.add_argument("--language", choices=LANGUAGES, help="the only one (default: all, to change between)")
    parser.add_argument("--address", default="", metavar="URL", help="where the app is, for links to it")


def _pack(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lessons", default="all", metavar="LIST", help="names as forks,buckets (default: all)")
    parser.add_argument("-o", "--output", default="pack.zip", metavar="FILE", help="file to write (default: pack.zip)")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument("--address", default=HERE, metavar="URL", help=f"of the app, for the class (default: {HERE})")
    parser.add_argument("--pictures", choices=PICTURE_FORMATS, help="add the picture of every step as a file")
    parser.add_argument("--colours", choices=SHADES, default="light", help="of those pictures; bw is black and white")


def _app(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8501, help="where it listens (default: 8501)")
    parser.add_argument("--address", default="127.0.0.1", help="who may open it (default: this machine only)")
    parser.add_argument("--runs", default="", metavar="FOLDER", help="show the long runs in this folder")
    parser.add_argument("--code", action="store_true", help="run programs typed on the page Your code, for you alone")


def _serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--students", type=int, default=30, help="expected at once (default: 30)")
    parser.add_argument("--port", type=int, default=8501, help="where they come in (default: 8501)")
    parser.add_argument("--address", default="0.0.0.0", help="who may come in (default: everybody on the network)")
    parser.add_argument("--name", default="", help="of this machine in the address (default: its number)")
    parser.add_argument("--passwords", metavar="FILE", help="names and passwords, as htpasswd writes them")
