"""Read all events once, into histories of everything that changes. Nothing else decides what a state is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import islice

from graphtrace.literals import EventKind, Skip
from graphtrace.model import Event, Graph, Op, Recording, TensorData, phases_of
from graphtrace.player.grads import GradHistories, grads_before
from graphtrace.player.histories import Histories, History, ValuesAt
from graphtrace.player.passes import PassHistories, Tensor
from graphtrace.player.phases import phase_runs, phase_starts
from graphtrace.player.state import State, Update


class Index:
    """Histories of everything that changes, read from the events once.

    Attributes:
        entries: Per key of a node the cursors at which it was entered.
        phase_of: Of each event.
        phases: Per phase the cursors at which it begins.
        runs: The timeline, see `PhaseRun`.
        calls: Per forward op the cursor at which it had run.
        passes: Per graph what changes in it.
        running: Position of the graph that a backward pass last ran on.
        shown: Position of the graph to draw: that of the event, or the first that the op made a node of.
        grads: Per leaf name its .grad.
        params: Per leaf name its updates: (before, after); None where the latest step did not update it (yet).
        skipped: Per leaf name why the latest step left it alone, None where it did not.
        values: Per leaf name its value as operations used it and updates left it.
        drawn: The same, to be drawn: before it was first used, a leaf is what it was then.
        outputs: Per forward op its outputs.
        given: Per number of a forward tensor what it held when an op was first given it, or when one made it.
        error: What torch raised.
    """

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.entries: dict[str, list[int]] = defaultdict(list)
        self.phase_of = phases_of(recording.events)
        self.phases = phase_starts(self.phase_of)
        self.calls = _calls(recording)
        self.passes = tuple([PassHistories(graph) for graph in recording.graphs])
        self.running: History[int] = History()
        self.shown: History[int] = History()
        self.grads = GradHistories()
        self.params: Histories[str, Update | None] = Histories()
        self.skipped: Histories[str, Skip | None] = Histories()
        self.values: Histories[str, Tensor] = Histories()
        self.drawn: Histories[str, TensorData] = Histories()
        self.outputs: Histories[int, tuple[Tensor, ...]] = Histories()
        self.given: Histories[int, TensorData] = Histories()
        self.error: History[str] = History()
        self._read_start()
        makers = _makers(recording)
        self.runs = phase_runs(recording, makers)
        self._read_shown(makers)
        self._read_saved()
        self._read()

    def _read_start(self) -> None:
        for leaf in self.recording.start:
            self.grads.begin(leaf.name, leaf.grad, leaf.passes)
            if leaf.after is not None:
                self.params.put(leaf.name, 0, (leaf.before, leaf.after))
        known = {leaf.name for leaf in self.recording.start}
        for name, grad in grads_before(self.recording.events).items():
            if grad is not None and name not in known:
                self.grads.begin(name, grad, int(grad.norm != 0))

    def _read_shown(self, makers: dict[int, int]) -> None:
        shown = 0
        self.shown.put(0, shown)
        for cursor, event in enumerate(self.recording.events, 1):
            graph = event.graph
            if graph is None and event.op is not None:
                graph = makers.get(event.op)
            if graph is not None and graph != shown:
                shown = graph
                self.shown.put(cursor, shown)

    def _read_saved(self) -> None:
        """Nodes save their tensors when their ops run, long before a pass begins."""
        events = enumerate(self.recording.events, 1)
        begins = {event.graph: cursor for cursor, event in events if event.kind == "backward_begin"}
        for number, histories in enumerate(self.passes):
            histories.hold(self.calls, begins.get(number, len(self.recording.events) + 1))

    def _read(self) -> None:
        readers: dict[EventKind, Callable[[int, Event], None]] = {
            "forward_op": self._on_forward_op,
            "backward_begin": self._on_backward_begin,
            "node_in": self._on_node_in,
            "node_out": self._on_node_out,
            "edge_add": self._on_edge_add,
            "accumulate": self._on_accumulate,
            "grad_zero": self._on_grad_zero,
            "grad_edit": self._on_grad_edit,
            "step_begin": self._on_step_begin,
            "param_update": self._on_param_update,
            "update_skipped": self._on_update_skipped,
            "backward_end": self._on_backward_end,
            "error": self._on_error,
        }
        for cursor, event in enumerate(self.recording.events, 1):
            if (reader := readers.get(event.kind)) is not None:
                reader(cursor, event)

    def _on_forward_op(self, cursor: int, event: Event) -> None:
        if event.op is not None:
            self.outputs.put(event.op, cursor, tuple([value for name, value in event.tensors if name[:4] == "out:"]))
            self._read_given(cursor, event, self.recording.ops[event.op])
        for name, leaf in [fact for fact in event.facts if fact[0].startswith("leaf:")]:
            self._tell(str(leaf), cursor, event.tensor(f"in:{name[5:]}"))

    def _tell(self, leaf: str, cursor: int, value: Tensor) -> None:
        self.values.put(leaf, cursor, value)
        if value is not None:  # at its first use: that is what it was before, too
            self.drawn.change(leaf, cursor if leaf in self.drawn else 0, value)

    def _read_given(self, cursor: int, event: Event, op: Op) -> None:
        for name, value in event.tensors:
            way, _, place = name.partition(":")
            numbers = {"in": op.inputs, "out": op.outputs}.get(way, ())
            if value is None or place not in map(str, range(len(numbers))):  # a file may name any place
                continue
            number = numbers[int(place)]
            first = way == "in" and number not in self.given  # what a program brings is there from the beginning
            self.given.put(number, 0 if first else cursor, value)

    def _on_backward_begin(self, cursor: int, event: Event) -> None:
        number = event.graph or 0
        self.running.put(cursor, number)
        self.passes[number].begin(cursor, event)
        for name, value in [one for one in event.tensors if one[0].startswith("leaf:")]:
            self._tell(name[5:], cursor, value)

    def _on_node_in(self, cursor: int, event: Event) -> None:
        if event.graph is not None and event.node is not None:
            self.entries[self.recording.graphs[event.graph].nodes[event.node].key].append(cursor)
            self.passes[event.graph].enter(cursor, event, event.node)

    def _on_node_out(self, cursor: int, event: Event) -> None:
        if event.graph is not None and event.node is not None:
            self.passes[event.graph].leave(cursor, event, event.node)

    def _on_edge_add(self, cursor: int, event: Event) -> None:
        if event.graph is not None and event.edge is not None:
            self.passes[event.graph].deliver(cursor, event, event.edge)

    def _on_accumulate(self, cursor: int, event: Event) -> None:
        before, added, after = event.tensor("before"), event.tensor("added"), event.tensor("after")
        self.grads.accumulate(event.param or "", cursor, before, added, after)

    def _on_grad_zero(self, cursor: int, event: Event) -> None:
        self.grads.zero(event.param or "", cursor, event.tensor("after"))

    def _on_grad_edit(self, cursor: int, event: Event) -> None:
        self.grads.edit(event.param or "", cursor, event.tensor("after"))

    def _on_step_begin(self, cursor: int, event: Event) -> None:
        """What an earlier step did to the parameters of this one is no news any more."""
        for later in islice(self.recording.events, cursor, None):
            if later.kind == "step_end":
                break
            if later.kind in ("param_update", "update_skipped"):
                self._forget_update(later.param or "", cursor)

    def _forget_update(self, name: str, cursor: int) -> None:
        if self.params.last(name) is not None:
            self.params.put(name, cursor, None)
        if self.skipped.last(name) is not None:
            self.skipped.put(name, cursor, None)

    def _on_update_skipped(self, cursor: int, event: Event) -> None:
        name = event.param or ""
        self._forget_update(name, cursor)
        self.skipped.put(name, cursor, "frozen" if event.fact("frozen") else "no gradient")

    def _on_param_update(self, cursor: int, event: Event) -> None:
        name, before, after = event.param or "", event.tensor("before"), event.tensor("after")
        if self.skipped.last(name) is not None:
            self.skipped.put(name, cursor, None)
        self.params.put(name, cursor, (before, after))
        self.values.put(name, cursor, after)
        if before is not None and name not in self.drawn:
            self.drawn.put(name, 0, before)
        if after is not None:
            self.drawn.change(name, cursor, after)

    def _on_backward_end(self, cursor: int, event: Event) -> None:
        if event.graph is not None:
            self.passes[event.graph].end(cursor)

    def _on_error(self, cursor: int, event: Event) -> None:
        self.error.put(cursor, str(event.fact("message") or ""))

    def operand(self, op: int, name: str) -> Tensor:
        """Return what a forward op was given or gave: ``in:k`` or ``out:k``; ``leaf:name`` is that leaf as it was."""
        cursor = self.calls.get(op)
        if cursor is None:
            return None
        if name.startswith("leaf:"):
            return self.drawn.at(name[5:], cursor)
        return self.recording.events[cursor - 1].tensor(name)

    def state(self, cursor: int) -> State:
        """Return the state at a cursor."""
        event = self.recording.events[cursor - 1] if cursor else None
        graph = self.running.at(cursor)
        histories = _NO_PASS if graph is None else self.passes[graph]
        return State(
            cursor=cursor,
            event=event,
            phase=self.phase_of[cursor - 1] if cursor else "start",
            step=event.step if event else 0,
            graph=graph,
            nodes=ValuesAt(histories.nodes, cursor),
            edges=ValuesAt(histories.edges, cursor),
            incoming=ValuesAt(histories.incoming, cursor),
            grads=self.grads.at(cursor),
            saved=ValuesAt(histories.saved, cursor),
            params=ValuesAt(self.params, cursor),
            skipped=ValuesAt(self.skipped, cursor),
            values=ValuesAt(self.values, cursor),
            outputs=ValuesAt(self.outputs, cursor),
            error=self.error.at(cursor),
        )


_NO_PASS = PassHistories(Graph((), (), ()))


def _calls(recording: Recording) -> dict[int, int]:
    """Return per forward op the cursor at which it had run."""
    events = enumerate(recording.events, 1)
    return {event.op: cursor for cursor, event in events if event.kind == "forward_op" and event.op is not None}


def _makers(recording: Recording) -> dict[int, int]:
    """Return per forward op the first graph that has a node of it."""
    found: dict[int, int] = {}
    for number, graph in enumerate(recording.graphs):
        for node in graph.nodes:
            if node.op is not None:
                found.setdefault(node.op, number)
    return found
