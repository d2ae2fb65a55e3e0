"""A recording as a lesson names it: variables of the program, nodes, leaves, and places in time.

A place is a few words, see `Story.cursor`; a thing is named as the program names it (``y``, ``fc3.bias``), or as a
node is (``Pow:0``, ``PowBackward0``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from graphtrace.errors import shown
from graphtrace.lessons.loading import LessonError
from graphtrace.literals import EventKind
from graphtrace.model import Event, Recording
from graphtrace.player import Player, State

_ASSIGNED = re.compile(r"\s*([A-Za-z_]\w*)\s*(?::[^=]+)?=(?!=)")
_OF_LEAVES: dict[str, EventKind] = {"accumulate": "accumulate", "zero": "grad_zero", "update": "param_update"}
_OF_ALL: dict[str, EventKind] = {
    "backward": "backward_begin",
    "ended": "backward_end",
    "step_begin": "step_begin",
    "step_end": "step_end",
    "error": "error",
}
_OF_NODES: dict[str, EventKind] = {"enter": "node_in", "leave": "node_out"}


@dataclass(frozen=True, slots=True)
class NodePlace:
    """A node of one graph."""

    graph: int
    node: int


class Story:
    """The events of a recording by the names of the program.

    Args:
        recording: What is told.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.player = Player(recording)
        self.made: dict[str, list[tuple[int, int]]] = defaultdict(list)  # variable -> (cursor, op) of each assignment
        self.leaves = {param.names[0] for graph in recording.graphs for param in graph.params}
        self.leaves |= {node.param for graph in recording.graphs for node in graph.nodes if node.param is not None}
        self.leaves |= {event.param for event in recording.events if event.param is not None}
        self.leaves |= {tensor.name for tensor in recording.tensors if tensor.origin in ("leaf", "param")}
        self._read_variables()

    def __len__(self) -> int:
        return len(self.recording.events)

    def at(self, cursor: int) -> State:
        """Return the state at a cursor."""
        return self.player.seek(cursor)

    def _read_variables(self) -> None:
        """The last call of a line that assigns makes the variable."""
        line: tuple[str, int] | None = None
        for cursor, event in enumerate(self.recording.events, 1):
            source = self.recording.ops[event.op].source if event.op is not None else None
            if source is None or event.op is None or event.kind != "forward_op":
                line = None
                continue
            same, line = line == (source.file, source.line), (source.file, source.line)
            found = _ASSIGNED.match(source.text)
            if found:
                kept = self.made[found[1]]
                kept[-1:] = [(cursor, event.op)] if same and kept else [*kept[-1:], (cursor, event.op)]

    # ---- names -----------------------------------------------------------------------------------

    def operation(self, name: str, cursor: int) -> int | None:
        """Return the op that made a variable last before a cursor, or at all; None where it is no variable."""
        made = self.made.get(name)
        if not made:
            return None
        before = [op for at, op in made if at <= cursor]
        return before[-1] if before else made[0][1]

    def nodes(self, name: str, cursor: int) -> list[NodePlace]:
        """Return the nodes of a name, one per graph that has it."""
        op = None if name in self.leaves else self.operation(name, cursor)
        found = []
        for number, graph in enumerate(self.recording.graphs):
            for node in graph.nodes:
                own = (node.op == op) if op is not None else name in (node.param, node.key, node.type)
                if own:
                    found.append(NodePlace(number, node.id))
                    break
        return found

    def node(self, name: str, cursor: int) -> NodePlace:
        """Return the node of a name in the pass that runs at a cursor, else in the first that has it.

        Raises:
            LessonError: There is none.
        """
        found = self.nodes(name, cursor)
        if not found:
            raise LessonError(f"no such node in the recording: {shown(name)} (see its graphs)")
        begun = [place for place in found if self._begins(place.graph) <= cursor]
        return begun[-1] if begun else found[0]

    def _begins(self, graph: int) -> int:
        events = enumerate(self.recording.events, 1)
        return next((at for at, event in events if event.kind == "backward_begin" and event.graph == graph), len(self))

    def arrivals(self, place: NodePlace) -> list[tuple[int, Event]]:
        """Return the contributions that came to a node, in order, with their cursors."""
        edges = self.recording.graphs[place.graph].edges
        return [
            (cursor, event)
            for cursor, event in enumerate(self.recording.events, 1)
            if event.kind == "edge_add"
            and event.graph == place.graph
            and event.edge is not None
            and edges[event.edge].target == place.node
        ]

    # ---- places ----------------------------------------------------------------------------------

    def cursor(self, place: str) -> int:
        """Return the cursor of a named place.

        Args:
            place: ``start``, ``end``; ``made y 2``: its second assignment; ``backward 2``, ``ended``: a pass;
                ``enter b``, ``leave b``: a node; ``arrival y 2``: the second contribution to y; ``accumulate y 2``,
                ``zero y``, ``update y``: of a leaf's second, first time; ``step_begin``, ``step_end``, ``error``.
                ``before`` in front of any of them is one event earlier. A negative number counts from the last.

        Raises:
            LessonError: The recording has no such place.
        """
        words = place.split()
        early = bool(words) and words[0] == "before"
        verb, *rest = words[early:] or [""]
        number = int(rest.pop()) if rest and re.fullmatch(r"-?\d+", rest[-1]) else 1
        name = " ".join(rest)
        found = [0] if verb == "start" else [len(self)] if verb == "end" else self._cursors(verb, name)
        position = number - 1 if number > 0 else number
        if not -len(found) <= position < len(found):
            raise LessonError(f"no such place in the recording: {shown(place)} ({len(found)} of its kind)")
        return max(0, found[position] - early)

    def _cursors(self, verb: str, name: str) -> list[int]:
        events = list(enumerate(self.recording.events, 1))
        if verb == "made":
            return [cursor for cursor, _ in self.made.get(name, ())]
        if verb in _OF_LEAVES:
            return [at for at, event in events if event.kind == _OF_LEAVES[verb] and (not name or event.param == name)]
        if verb in _OF_ALL:
            return [at for at, event in events if event.kind == _OF_ALL[verb]]
        if verb == "arrival":
            return [at for place in self.nodes(name, len(self)) for at, _ in self.arrivals(place)]
        if verb in _OF_NODES:
            places = {(place.graph, place.node) for place in self.nodes(name, len(self))}
            return [at for at, event in events if event.kind == _OF_NODES[verb] and (event.graph, event.node) in places]
        return []
