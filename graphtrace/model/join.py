"""Join recordings into one story: what was done after another, as if one block had watched it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphtrace.model.events import Event, ForwardTensor, Op
from graphtrace.model.graph import Graph
from graphtrace.model.recording import Recording


@dataclass(slots=True)
class _Shift:
    """Where the ops and values of one recording stand in the story: each position there, by position here."""

    ops: list[int]
    tensors: list[int]


def join(recordings: Sequence[Recording]) -> Recording:
    """Join recordings in the order in which they were made.

    A recording that goes on where an earlier one ended begins with that one's ops and values: those
    are not told twice, so that a backward pass lights the operations of the forward pass before it.
    """
    story = _Story()
    for recording in recordings:
        story.add(recording)
    last = recordings[-1] if recordings else Recording()
    return Recording(
        graphs=tuple(story.graphs),
        events=tuple(story.events),
        ops=tuple(story.ops),
        tensors=tuple(story.tensors),
        torch=last.torch,
        level=last.level,
        warnings=tuple(dict.fromkeys(text for one in recordings for text in one.warnings)),
    )


class _Story:
    """What has been told so far."""

    def __init__(self) -> None:
        self.graphs: list[Graph] = []
        self.events: list[Event] = []
        self.ops: list[Op] = []
        self.tensors: list[ForwardTensor] = []
        self._told: list[tuple[Recording, _Shift]] = []
        self._ns = 0

    def add(self, recording: Recording) -> None:
        """Tell one more recording."""
        shift = self._placed(recording)
        first_graph = len(self.graphs)
        self.graphs += [_with_ops(graph, shift) for graph in recording.graphs]
        for event in recording.events:
            graph = None if event.graph is None else event.graph + first_graph
            op = None if event.op is None else shift.ops[event.op]
            self.events.append(replace(event, graph=graph, op=op, ns=event.ns + self._ns))
        self._ns = self.events[-1].ns if self.events else 0
        self._told.append((recording, shift))

    def _placed(self, recording: Recording) -> _Shift:
        """Find the places of ops and tensors; those that an earlier recording began with keep theirs."""
        shift = self._continued(recording)
        for tensor in recording.tensors[len(shift.tensors) :]:
            shift.tensors.append(len(self.tensors))
            self.tensors.append(replace(tensor, id=len(self.tensors)))
        for op in recording.ops[len(shift.ops) :]:
            shift.ops.append(len(self.ops))
            inputs = tuple(shift.tensors[i] for i in op.inputs)
            outputs = tuple(shift.tensors[i] for i in op.outputs)
            self.ops.append(replace(op, id=len(self.ops), inputs=inputs, outputs=outputs))
        return shift

    def _continued(self, recording: Recording) -> _Shift:
        for earlier, shift in reversed(self._told):
            ops, tensors = len(earlier.ops), len(earlier.tensors)
            if ops and recording.ops[:ops] == earlier.ops and recording.tensors[:tensors] == earlier.tensors:
                return _Shift(shift.ops[:ops], shift.tensors[:tensors])
        return _Shift([], [])


def _with_ops(graph: Graph, shift: _Shift) -> Graph:
    nodes = tuple(node if node.op is None else replace(node, op=shift.ops[node.op]) for node in graph.nodes)
    return replace(graph, nodes=nodes)
