"""What a machine shows: its latest actions as one recording, with a graph also before any backward pass."""

from __future__ import annotations

from dataclasses import replace

from graphtrace.lab.actions import Forward, ZeroGrad
from graphtrace.lab.machine import Machine
from graphtrace.lab.turns import Turn
from graphtrace.model import Recording, join
from graphtrace.tracer import trace_live

MOST_TURNS = 30


def story(machine: Machine, newest: int = 1) -> tuple[Recording, int]:
    """Join the turns since gradients were last cleared before the last forward pass.

    Args:
        machine: What ran.
        newest: How many turns the latest press of a button was.

    Returns:
        The recording, and the cursor at which the newest turns begin.
    """
    turns = machine.turns[: machine.position]
    told = turns[_start(turns) :]
    forward = _last(told, Forward)
    parts = []
    for number, turn in enumerate(told):
        recording = turn.recording or Recording()
        if number == forward and not any(later.recording and later.recording.graphs for later in told[number:]):
            recording = _with_graph(machine, recording)
        parts.append(recording)
    return join(parts), sum(map(len, parts[: max(0, len(parts) - newest)]))


def _start(turns: tuple[Turn, ...]) -> int:
    """Begin with the zeroing before the last forward pass, so that buckets show every layer in them."""
    unwatched = max((i + 1 for i, turn in enumerate(turns) if turn.recording is None), default=0)
    forward = _last(turns, Forward)
    zeroed = max((i for i, turn in enumerate(turns[:forward]) if isinstance(turn.action, ZeroGrad)), default=0)
    start = max(unwatched, zeroed)
    return start if len(turns) - start <= MOST_TURNS else max(unwatched, forward)


def _last(turns: tuple[Turn, ...], kind: type) -> int:
    return max((i for i, turn in enumerate(turns) if isinstance(turn.action, kind)), default=0)


def _with_graph(machine: Machine, recording: Recording) -> Recording:
    """Add the graph that the forward pass built: nothing ran on it yet, but it is there to be seen."""
    tape = machine.tape
    if machine.loss is None or machine.loss.grad_fn is None or tape is None or tape.kept is None:
        return recording
    names = dict(machine.live.net.named_parameters())
    graph = trace_live(machine.loss, params=names, made_by=tape.kept.made_by).graph
    return replace(recording, graphs=(*recording.graphs, graph))
