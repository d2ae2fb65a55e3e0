"""Points in a machine's time, between two actions or inside one, and every tensor as it was there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing.playback import first_entry, playback
from graphtrace.model import Event, Graph, Node, Recording, TensorData
from graphtrace.player import Player

_GRADIENT_EVENTS = ("accumulate", "grad_zero", "grad_edit")  # a leaf's .grad is another tensor after them


@dataclass(frozen=True, slots=True)
class TimePoint:
    """A point in a machine's time.

    Attributes:
        actions: Actions that are done.
        events: Events of the next action that have happened; 0 between two actions.
    """

    actions: int
    events: int = 0


def now(machine: Machine) -> TimePoint:
    """Return the point that the machine itself is at."""
    return TimePoint(machine.position)


def time_point(machine: Machine, cursor: int) -> TimePoint:
    """Return the point that a cursor in the machine's playback stands for."""
    left = max(0, cursor)
    for i in range(first_entry(machine.done), machine.position):
        events = len(machine.history[i].recording or ())
        if left < events:
            return TimePoint(i, left)
        left -= events
    return now(machine)


def tensors_at(machine: Machine, at: TimePoint) -> Mapping[str, Tensor]:
    """Return parameters, buffers, ``<name>.grad``, ``x`` and ``y`` at a point; a gradient of None is absent.

    Inside an action a tensor is as before the action until its own event, and as after the action from then
    on: torch changes each tensor at most once per action.
    """
    before = machine.at(at.actions).tensors
    if not at.events:
        return before
    after = machine.at(at.actions + 1).tensors
    recording = machine.history[at.actions].recording or Recording()
    changed = {_changed_tensor(event) for event in recording.events[: at.events]}
    names = [name for name in {**before, **after} if name in (after if name in changed else before)]
    return {name: (after if name in changed else before)[name] for name in names}


def _changed_tensor(event: Event) -> str:
    if event.kind == "param_update":
        return event.param or ""
    return f"{event.param}.grad" if event.kind in _GRADIENT_EVENTS else ""


def full_recording(machine: Machine) -> Recording:
    """Record the machine's playback again on a branch, event by event the same, with all numbers of every tensor."""
    first = first_entry(machine.done)
    branch = machine.branch(first)
    branch.runner.values = "full"
    for entry in machine.done[first:]:
        branch.do(entry.action)
    return playback(branch).recording


@dataclass(frozen=True, slots=True)
class NodeTensors:
    """The tensors of a node at one cursor: the output of its operation, and the gradient that has arrived."""

    value: Tensor | None = None
    grad: Tensor | None = None


def node_tensors(recording: Recording, cursor: int, key: str) -> NodeTensors:
    """Return the tensors of a node; None for what it does not have yet, or if the recording lacks the node.

    Args:
        recording: A recording with all numbers, see `full_recording`.
        cursor: Events that have happened.
        key: Key of the node.
    """
    state = Player(recording).seek(min(cursor, len(recording)))
    graphs = recording.graphs[::-1] if state.graph is None else (recording.graphs[state.graph],)
    match = next(((graph, node) for graph in graphs for node in graph.nodes if node.key == key), None)
    if match is None:
        return NodeTensors()
    graph, node = match
    outputs = state.outputs.get(-1 if node.op is None else node.op, ())
    output = next(iter(outputs), None) if _is_last_of_operation(graph, node) else None
    return NodeTensors(_as_tensor(output, node), _as_tensor(state.incoming.get((node.id, 0)), node))


def _is_last_of_operation(graph: Graph, node: Node) -> bool:
    """Whether the operation's output is this node's: of several nodes that one call made, that of the last."""
    inner = {edge.target for edge in graph.edges if graph.nodes[edge.source].op == node.op}
    return node.op is not None and node.id not in inner


def _as_tensor(value: TensorData | None, node: Node) -> Tensor | None:
    if value is None or not value.is_whole or not node.metas or node.metas[0].shape != value.meta.shape:
        return None
    sizes = [int(size) for size in value.meta.shape]
    return torch.tensor(value.numbers(), dtype=getattr(torch, value.meta.dtype)).reshape(sizes)
