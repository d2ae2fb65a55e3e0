"""Join recordings into one: what was done in turn, as if a single `record` block had watched it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphtrace.model.events import Event, ForwardTensor, Note, Op
from graphtrace.model.graph import Graph
from graphtrace.model.recording import Recording


@dataclass(slots=True)
class _Shift:
    """Positions in the joined recording, by positions in one of its parts."""

    ops: list[int]
    tensors: list[int]


def join(recordings: Sequence[Recording]) -> Recording:
    """Join recordings in the order in which they were made.

    A recording that continues an earlier one begins with the ops and tensors of that one. These are
    not repeated, so that a backward pass refers to the operations of the forward pass before it.
    """
    joined = _Joined()
    for recording in recordings:
        joined.add(recording)
    last = recordings[-1] if recordings else Recording()
    return Recording(
        graphs=tuple(joined.graphs),
        events=tuple(joined.events),
        ops=tuple(joined.ops),
        tensors=tuple(joined.tensors),
        torch=last.torch,
        level=last.level,
        notes=tuple(joined.notes),
        start=recordings[0].start if recordings else (),
        warnings=tuple(dict.fromkeys(text for recording in recordings for text in recording.warnings)),
    )


class _Joined:
    """The joined recording, as far as it was put together."""

    def __init__(self) -> None:
        self.graphs: list[Graph] = []
        self.events: list[Event] = []
        self.ops: list[Op] = []
        self.tensors: list[ForwardTensor] = []
        self.notes: list[Note] = []
        self._parts: list[tuple[Recording, _Shift]] = []
        self._ns = 0

    def add(self, recording: Recording) -> None:
        """Append a recording."""
        shift = self._placed(recording)
        first_graph, first_event = len(self.graphs), len(self.events)
        self.graphs += [_with_ops(graph, shift) for graph in recording.graphs]
        self.events += [_moved(event, first_graph, shift, self._ns) for event in recording.events]
        for note in recording.notes:
            tensor = None if note.tensor is None else shift.tensors[note.tensor]
            self.notes.append(replace(note, event=note.event + first_event, tensor=tensor))
        self._ns = self.events[-1].ns if self.events else 0
        self._parts.append((recording, shift))

    def _placed(self, recording: Recording) -> _Shift:
        """Find the places of ops and tensors; those that an earlier recording began with keep theirs."""
        shift = self._continued(recording)
        for tensor in recording.tensors[len(shift.tensors) :]:
            shift.tensors.append(len(self.tensors))
            place = len(self.tensors)
            self.tensors.append(tensor if tensor.id == place else replace(tensor, id=place))
        for op in recording.ops[len(shift.ops) :]:
            shift.ops.append(len(self.ops))
            inputs = tuple([shift.tensors[i] for i in op.inputs])
            outputs = tuple([shift.tensors[i] for i in op.outputs])
            same = (op.id, op.inputs, op.outputs) == (len(self.ops), inputs, outputs)
            self.ops.append(op if same else replace(op, id=len(self.ops), inputs=inputs, outputs=outputs))
        return shift

    def _continued(self, recording: Recording) -> _Shift:
        for earlier, shift in reversed(self._parts):
            ops, tensors = len(earlier.ops), len(earlier.tensors)
            if ops and recording.ops[:ops] == earlier.ops and recording.tensors[:tensors] == earlier.tensors:
                return _Shift(shift.ops[:ops], shift.tensors[:tensors])
        return _Shift([], [])


def _moved(event: Event, first_graph: int, shift: _Shift, ns: int) -> Event:
    """Return an event at its place; `dataclasses.replace` takes three times as long, and a press moves hundreds."""
    graph = None if event.graph is None else event.graph + first_graph
    op = None if event.op is None else shift.ops[event.op]
    place = (event.node, event.edge, event.param, op, event.tensors, event.facts, event.ns + ns)
    return Event(event.kind, event.step, graph, *place)


def _with_ops(graph: Graph, shift: _Shift) -> Graph:
    if all(node.op is None or shift.ops[node.op] == node.op for node in graph.nodes):
        return graph
    nodes = tuple(node if node.op is None else replace(node, op=shift.ops[node.op]) for node in graph.nodes)
    return replace(graph, nodes=nodes)
