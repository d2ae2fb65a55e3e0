"""A place in time, between two actions or inside one, and every whole tensor as it was there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing.story import begin, story
from graphtrace.model import Event, Graph, Node, Recording, TensorData
from graphtrace.player import Player

_GRADS = ("accumulate", "grad_zero", "grad_edit")  # events after which a leaf's .grad is another


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a machine's time.

    Attributes:
        turn: Actions that are done.
        events: Events of the action after them that have happened; 0 is between two actions.
    """

    turn: int
    events: int = 0


def now(machine: Machine) -> Moment:
    """Return the place that the machine itself is at."""
    return Moment(machine.position)


def moment(machine: Machine, cursor: int) -> Moment:
    """Return the place of a cursor in the machine's story."""
    left = max(0, cursor)
    for number in range(begin(machine.history[: machine.position]), machine.position):
        events = len(machine.history[number].recording or ())
        if left < events:
            return Moment(number, left)
        left -= events
    return now(machine)


def tensors(machine: Machine, at: Moment) -> Mapping[str, Tensor]:
    """Return parameters, buffers, ``<name>.grad``, ``x`` and ``y`` at a moment; a gradient of None is absent.

    Inside an action a tensor is as before it until its own event, and as after it from then on: torch
    changes each at most once per action.
    """
    before = machine.at(at.turn).tensors
    if not at.events:
        return before
    after = machine.at(at.turn + 1).tensors
    recording = machine.history[at.turn].recording or Recording()
    changed = {_changed(event) for event in recording.events[: at.events]}
    names = [name for name in {**before, **after} if name in (after if name in changed else before)]
    return {name: (after if name in changed else before)[name] for name in names}


def _changed(event: Event) -> str:
    if event.kind == "param_update":
        return event.param or ""
    return f"{event.param}.grad" if event.kind in _GRADS else ""


def whole(machine: Machine) -> Recording:
    """Record the machine's story again, aside, event by event the same, with every tensor whole."""
    first = begin(machine.history[: machine.position])
    other = machine.branch(first)
    other.runner.values = "full"
    for turn in machine.history[first : machine.position]:
        other.do(turn.action)
    return story(other).recording


@dataclass(frozen=True, slots=True)
class AtNode:
    """What is known of a node at one cursor: the output of its operation, and the gradient that has arrived."""

    value: Tensor | None = None
    grad: Tensor | None = None


def at_node(recording: Recording, cursor: int, key: str) -> AtNode:
    """Return the whole tensors of a node; nothing where it has none yet, or the recording does not know it."""
    state = Player(recording).seek(min(cursor, len(recording)))
    graphs = recording.graphs[::-1] if state.graph is None else (recording.graphs[state.graph],)
    found = next(((graph, node) for graph in graphs for node in graph.nodes if node.key == key), None)
    if found is None:
        return AtNode()
    graph, node = found
    outputs = state.outputs.get(-1 if node.op is None else node.op, ())
    output = next(iter(outputs), None) if _gives_output(graph, node) else None
    return AtNode(_tensor(output, node), _tensor(state.incoming.get((node.id, 0)), node))


def _gives_output(graph: Graph, node: Node) -> bool:
    """Whether what a node's operation gave is this node's: of several that one call made, that of the last."""
    inner = {edge.target for edge in graph.edges if graph.nodes[edge.source].op == node.op}
    return node.op is not None and node.id not in inner


def _tensor(value: TensorData | None, node: Node) -> Tensor | None:
    if value is None or not value.is_whole or not node.metas or node.metas[0].shape != value.meta.shape:
        return None
    sizes = [int(size) for size in value.meta.shape]
    return torch.tensor(value.numbers(), dtype=getattr(torch, value.meta.dtype)).reshape(sizes)
