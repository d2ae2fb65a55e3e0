"""graphtrace: PyTorch's autograd, made visible.

    import graphtrace as gt
    graph = gt.trace(loss, model=net)      # the true backward graph; changes nothing
    graph = gt.draw(net, x)                # the same from a model and its inputs; knows every operation's module
    gt.to_svg(graph)                       # also to_png, to_pdf, to_dot, to_figure, to_html

    with gt.record(net) as rec:            # a training step as it happens
        net(x).sum().backward()
    gt.to_html(rec.recording)              # the player; also frame, all_frames, worksheet, audit, Player

    with gt.flight_recorder(net, optimizer, to="run/"):     # the last steps whole, written when something happens
        train()
    gt.watch(net, optimizer, every=10, to="run/")           # gradients, updates, dead units in numbers, as they grow
    gt.open_run("run/").accidents          # what happened, the node and the line where it began

Errors that a user can cause are `TraceError`. The options of pictures are explained in `help(graphtrace.export)`
and `help(graphtrace.export.frames)`, the terms in `help(graphtrace.model)`, the design in ARCHITECTURE.md.

Code map, bottom to top; a layer imports only from layers above its own line:

    errors      errors that a user can cause
    literals    every fixed set of words: kinds, states, phases, views, themes, languages
    texts       what a person reads, one catalogue per language
    model       frozen, torch-free records, the laws that they obey, JSON; the glossary
    tracer      from a loss to a Graph: the only reader of ``next_functions`` and ``_raw_saved_*``
    recorder    from a training step to a Recording: events in the order in which they happened
    drawing     the graph of a model from its inputs, every operation in the module that ran it
    player      the state at a cursor of a recording
    compare     two recordings, joined on node keys
    views       which boxes to draw: the autograd, concept and module views, made by `fold`
    explain     one sentence per event, formulas of operations
    diagnosis   what went wrong in a recording, where it was made, and its repair
    runs        what a long training run leaves in a folder: its accidents, its steps in numbers
    style       colours, fonts, text that is safe to draw
    layout      where to draw them: Graphviz's dot as WebAssembly, the system's dot, or by rank
    viewer      the picture in a browser
    export      DOT, SVG, PNG, PDF, Plotly, HTML; frames and worksheets of a recording
    lab         a net that a user builds, runs for real, and takes back
    lessons     what is told and asked at which place of a recording, in two languages
    classroom   lessons as files: a page that works offline, slides, worksheets, posters, pictures
    scenes      every mistake as a program that runs, fails, and is repaired, in two languages
    workers     work in a process of its own, with limits of memory and time
    runner      programs that a visitor typed, in a process of their own, with limits
    sights      runs worth a look of their own, drawn moment by moment
    serve       a class on one machine: how many it holds, servers, nginx before them
    app         the app's pages, the only layer that imports streamlit

Beside them: ``examples`` (small programs, shared by the app and the tests), ``notebook`` (how records are
displayed), ``integrations`` (callbacks of training frameworks), ``magic`` (``%%graphtrace`` over a cell),
``program_recording`` (of a program that makes its own models), ``cli`` and ``__main__`` (the command line).
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import TYPE_CHECKING

from graphtrace.compare import diff
from graphtrace.diagnosis import Diagnosis, diagnose
from graphtrace.errors import TraceError
from graphtrace.model import (
    Edge,
    Event,
    Graph,
    Node,
    Param,
    Recording,
    RecordingFile,
    Report,
    Saved,
    TensorData,
    TensorMeta,
    audit,
    load,
    save,
)
from graphtrace.notebook import register
from graphtrace.player import Player
from graphtrace.views import fold

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from graphtrace.drawing import draw
    from graphtrace.export import to_dot, to_figure, to_html, to_pdf, to_png, to_svg, write
    from graphtrace.export.frames import all_frames, frame, frame_name, worksheet
    from graphtrace.recorder import record
    from graphtrace.runs import Run, open_run
    from graphtrace.runs.flight import flight_recorder
    from graphtrace.runs.watching import watch
    from graphtrace.tracer import trace

__version__ = "0.2.0"
__all__ = [
    "Diagnosis",
    "Edge",
    "Event",
    "Graph",
    "Node",
    "Param",
    "Player",
    "Recording",
    "RecordingFile",
    "Report",
    "Run",
    "Saved",
    "TensorData",
    "TensorMeta",
    "TraceError",
    "all_frames",
    "audit",
    "diagnose",
    "diff",
    "draw",
    "flight_recorder",
    "fold",
    "frame",
    "frame_name",
    "load",
    "open_run",
    "record",
    "save",
    "to_dot",
    "to_figure",
    "to_html",
    "to_pdf",
    "to_png",
    "to_svg",
    "trace",
    "watch",
    "worksheet",
    "write",
]

_EXPORT = {"to_dot", "to_figure", "to_html", "to_pdf", "to_png", "to_svg", "write"}
_FRAMES = {"all_frames", "frame", "frame_name", "worksheet"}
_RUNS = {"Run", "open_run"}
_OLD_NAMES = {"TensorValue": "TensorData"}

register()


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add ``%%graphtrace`` to a notebook: ``%load_ext graphtrace`` calls this."""
    from graphtrace import magic

    magic.load_ipython_extension(shell)


def __getattr__(name: str) -> object:
    """Import drawing, torch and recording only when used: ``import graphtrace`` stays quick, and files open without."""
    if name in _OLD_NAMES:
        warnings.warn(f"graphtrace.{name} is now graphtrace.{_OLD_NAMES[name]}", DeprecationWarning, stacklevel=2)
        return globals()[_OLD_NAMES[name]]
    if name == "integrations":
        return import_module("graphtrace.integrations")
    if name in _EXPORT:
        home = import_module("graphtrace.export")
    elif name in _FRAMES:
        home = import_module("graphtrace.export.frames")
    elif name == "trace":
        home = import_module("graphtrace.tracer")
    elif name == "record":
        home = import_module("graphtrace.recorder")
    elif name == "flight_recorder":
        home = import_module("graphtrace.runs.flight")
    elif name == "watch":
        home = import_module("graphtrace.runs.watching")
    elif name in _RUNS:
        home = import_module("graphtrace.runs")
    elif name == "draw":
        home = import_module("graphtrace.drawing")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = getattr(home, name)
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
