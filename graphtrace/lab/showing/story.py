"""What a machine shows: its latest actions as one recording, with a graph also before any backward pass."""

from __future__ import annotations

from dataclasses import dataclass, replace

from graphtrace.lab.records.actions import Backward, Forward, Step, ZeroGrad
from graphtrace.lab.records.spec import ByHand, Spec
from graphtrace.lab.running.history_entries import HistoryEntry
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.writing.code import FILE, program
from graphtrace.model import Recording, join
from graphtrace.tracer import trace_live

MOST_TURNS = 30
Place = tuple[str, int, int, int]  # file, line, first column, end column

_DOES: dict[type, str] = {Forward: "forward", Backward: "backward", Step: "step", ZeroGrad: "zero"}


@dataclass(frozen=True, slots=True)
class Story:
    """What is played.

    Attributes:
        recording: The latest turns, joined.
        start: Cursor at which the newest of them begin.
        code: Lines of the usual loop by number.
        places: Per event the line of it that runs; None where none does.
    """

    recording: Recording
    start: int
    code: tuple[tuple[int, str], ...] = ()
    places: tuple[Place | None, ...] = ()


def story(machine: Machine, newest: int = 1) -> Story:
    """Join the turns since gradients were last cleared before the last forward pass.

    Args:
        machine: What ran.
        newest: How many turns the latest press of a button was.
    """
    turns = machine.history[: machine.position]
    told = turns[begin(turns) :]
    forward = _last(told, Forward)
    parts = []
    for number, turn in enumerate(told):
        recording = turn.recording or Recording()
        if number == forward and not any(later.recording and later.recording.graphs for later in told[number:]):
            recording = _with_graph(machine, recording)
        parts.append(recording)
    code, lines = _loop(machine.spec)
    places = tuple(lines.get(type(turn.action)) for turn, part in zip(told, parts, strict=True) for _ in part.events)
    return Story(join(parts), sum(map(len, parts[: max(0, len(parts) - newest)])), code, places)


def _loop(spec: Spec) -> tuple[tuple[tuple[int, str], ...], dict[type, Place]]:
    """Return the lines of the usual loop, and the one that each action is."""
    written = program(spec)
    text = written.text.splitlines()
    first, last = written.lines["loop"][0], max(written.lines[name][1] for name in _DOES.values())
    places = {}
    for action, name in _DOES.items():
        begin, end = written.lines[name]
        line = end if action is Step and isinstance(spec.optimizer, ByHand) else begin
        bare = text[line - 1]
        places[action] = (FILE, line, len(bare) - len(bare.lstrip()), len(bare))
    return tuple((number, text[number - 1]) for number in range(first, last + 1)), places


def begin(turns: tuple[HistoryEntry, ...]) -> int:
    """Return the first turn that is told: the zeroing before the last forward pass, so that buckets show all layers."""
    unwatched = max((i + 1 for i, turn in enumerate(turns) if turn.recording is None), default=0)
    forward = _last(turns, Forward)
    zeroed = max((i for i, turn in enumerate(turns[:forward]) if isinstance(turn.action, ZeroGrad)), default=0)
    start = max(unwatched, zeroed)
    return start if len(turns) - start <= MOST_TURNS else max(unwatched, forward)


def _last(turns: tuple[HistoryEntry, ...], kind: type) -> int:
    return max((i for i, turn in enumerate(turns) if isinstance(turn.action, kind)), default=0)


def _with_graph(machine: Machine, recording: Recording) -> Recording:
    """Add the graph that the forward pass built: nothing ran on it yet, but it is there to be seen."""
    tape = machine.runner.recorder
    if machine.loss is None or machine.loss.grad_fn is None or tape is None:
        return recording
    names = dict(machine.trainer.net.named_parameters())
    graph = trace_live(machine.loss, params=names, made_by=tape.made_by).graph
    return replace(recording, graphs=(*recording.graphs, graph))
