"""States of a recording in plain words, from Python's player and from the browser's, which runs in V8."""

import json
from pathlib import Path

from graphtrace.player import Player
from graphtrace.player.histories import ValuesAt
from graphtrace.viewer import engine

STATES = (Path(__file__).parent / "states.js").read_text(encoding="utf-8")


class Browser:
    """The browser's player in V8: one context for many recordings."""

    def __init__(self):
        from py_mini_racer import MiniRacer

        self._context = MiniRacer()
        self._context.eval(f"{engine()}{STATES}0")

    def close(self):
        self._context.close()

    def states(self, recording, wire, cursors):
        """The states at some cursors, tensors as their contents."""
        asked = ", ".join(map(json.dumps, (wire, list(cursors), universe(recording))))
        found = json.loads(self._context.eval(f"JSON.stringify(statesOf({asked}))"))
        contents = [content_of_wire(tensor) for tensor in wire["tensors"]]
        return [unpacked(state, contents) for state in found]


def universe(recording):
    """Everything that might have a state."""
    named = {str(name) for event in recording.events for fact, name in event.facts if fact.startswith("leaf:")}
    named |= {event.param for event in recording.events if event.param is not None}
    return {
        "graphs": [
            {
                "nodes": [node.id for node in graph.nodes],
                "edges": list(range(len(graph.edges))),
                "places": [f"{node.id}:{nr}" for node in graph.nodes for nr in range(max(1, len(node.metas)))],
            }
            for graph in recording.graphs
        ],
        "leaves": sorted(named),
        "ops": [op.id for op in recording.ops],
    }


def unpacked(state, contents):
    """Put contents for positions of tensors."""

    def content(position):
        return None if position is None else contents[position]

    for name in ("edges", "incoming", "parts", "params", "leaves", "outputs", "operands"):
        state[name] = {key: [content(position) for position in row] for key, row in state[name].items()}
    for grad in state["grads"].values():
        grad["value"], grad["layers"] = content(grad["value"]), [content(position) for position in grad["layers"]]
    return state


def content_of_wire(tensor):
    return (*(str(tensor[name]) for name in ("shape", "norm", "min", "max", "mean")), tensor.get("data"))


def content(value):
    if value is None:
        return None
    numbers = (value.norm, value.min, value.max, value.mean)
    return (str(list(value.meta.shape)), *map(str, numbers), value.data)


class Python:
    """Python's player, told in the same words."""

    def __init__(self, recording):
        self.recording, self.player = recording, Player(recording)
        self.index = self.player._index

    def states(self, cursors, operands):
        return [self._state(self.player.seek(cursor), operands) for cursor in cursors]

    def _state(self, state, operands):
        cursor, event = state.cursor, state.event
        shown = self.index.shown.at(cursor)
        return {
            **{name: getattr(state, name) for name in ("cursor", "phase", "step", "graph", "error")},
            "shown": shown,
            "event": event and self._event(event, state.phase),
            "position": self._position(cursor),
            **self._of_graph(shown, state),
            "grads": {
                name: {
                    "value": content(grad.value),
                    "layers": [*map(content, grad.layers)],
                    "zero": grad.is_zero,
                    "count": grad.count,
                }
                for name, grad in state.grads.items()
            },
            "params": {name: [*map(content, pair)] for name, pair in state.params.items() if pair is not None},
            "skipped": {name: why for name, why in state.skipped.items() if why is not None},
            "leaves": {name: [content(value)] for name, value in ValuesAt(self.index.drawn, cursor).items()},
            "outputs": {str(op): [*map(content, values)] for op, values in state.outputs.items() if values},
            "operands": self._operands(operands, state),
            "runs": [[run.phase, run.start, run.end] for run in self.index.runs],
        }

    def _event(self, event, phase):
        places = {"graph": event.graph, "node": event.node, "edge": event.edge, "op": event.op, "leaf": event.param}
        return {"kind": event.kind, "phase": phase, "step": event.step, **places}

    def _position(self, cursor):
        run = next((run for run in self.index.runs if run.start < cursor <= run.end), None)
        counted = {"n": run.position(cursor), "of": len(run.counted)} if run else {"n": 0, "of": 0}
        return {"phase": run.phase if run else "start", **counted}

    def _of_graph(self, shown, state):
        """What changes in the graph that is shown; where the state is of the same graph, it is from the state."""
        names = ("nodes", "edges", "incoming", "saved")
        if shown >= len(self.index.passes):
            return {name: {} for name in (*names, "parts", "entries")}
        histories, cursor = self.index.passes[shown], state.cursor
        same = state.graph == shown
        found = {name: getattr(state, name) if same else ValuesAt(getattr(histories, name), cursor) for name in names}
        places = {place: histories.parts.until(place, cursor) for place in histories.parts}
        return {
            "nodes": {str(node): word for node, word in found["nodes"].items()},
            "saved": {str(node): word for node, word in found["saved"].items()},
            "edges": {str(edge): [content(value)] for edge, value in found["edges"].items()},
            "incoming": {f"{node}:{nr}": [content(value)] for (node, nr), value in found["incoming"].items()},
            "parts": {f"{node}:{nr}": [*map(content, row)] for (node, nr), row in places.items() if row},
            "entries": self._entries(shown, cursor),
        }

    def _entries(self, shown, cursor):
        """Where each node is entered next: as the events themselves say."""
        found = {}
        for at, event in enumerate(self.recording.events, 1):
            if event.kind == "node_in" and event.graph == shown:
                found.setdefault(str(event.node), []).append(at)
        return {node: next((at for at in row if at > cursor), row[0]) for node, row in found.items()}

    def _operands(self, operands, state):
        """What letters stand for: contents of the event of an op that has run, or a leaf as it was then."""
        ran = {event.op: at for at, event in enumerate(self.recording.events, 1) if event.kind == "forward_op"}
        found = {}
        for number, (op, name) in enumerate(zip(operands["op"], operands["name"], strict=True)):
            at = ran.get(op)
            if at is None or at > state.cursor:
                continue
            is_leaf = name.startswith("leaf:")
            value = (
                Player(self.recording).seek(at).values.get(name[5:])
                if is_leaf
                else self.recording.events[at - 1].tensor(name)
            )
            if value is not None:
                found[str(number)] = [content(value)]
        return found
