"""Read all events once, into histories of everything that changes."""

from __future__ import annotations

from collections import Counter, defaultdict

from graphtrace.model import Event, Graph, Recording, TensorData
from graphtrace.player.histories import Histories
from graphtrace.player.state import PHASES, Grad, State


class Index:
    """Histories of everything that changes, read from the events once."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.entries: dict[str, list[int]] = defaultdict(list)
        self.phases: dict[str, list[int]] = defaultdict(list)
        self._graph: Histories[str, int] = Histories()
        self._nodes: dict[int, Histories[int, str]] = defaultdict(Histories)
        self._edges: dict[int, Histories[int, TensorData | None]] = defaultdict(Histories)
        self._incoming: dict[int, Histories[tuple[int, int], TensorData | None]] = defaultdict(Histories)
        self._saved: dict[int, Histories[int, str]] = defaultdict(Histories)
        self._grads: Histories[str, Grad] = Histories()
        self._params: Histories[str, tuple[TensorData | None, TensorData | None]] = Histories()
        self._values: Histories[str, TensorData | None] = Histories()
        self._outputs: Histories[int, tuple[TensorData | None, ...]] = Histories()
        self._error: Histories[str, str] = Histories()
        self._missing: dict[int, Counter[int]] = {}
        for cursor, event in enumerate(recording.events, 1):
            self._read(cursor, event)

    def _read(self, cursor: int, event: Event) -> None:
        phase = PHASES.get(event.kind, "")
        if cursor == 1 or phase != PHASES.get(self._recording.events[cursor - 2].kind):
            self.phases[phase].append(cursor)
        reader = getattr(self, f"_on_{event.kind}", None)
        if reader is not None:
            reader(cursor, event)

    def _on_forward_op(self, cursor: int, event: Event) -> None:
        if event.op is not None:
            self._outputs.put(event.op, cursor, tuple(value for name, value in event.tensors if name[:4] == "out:"))
        for name, leaf in event.facts:
            if name.startswith("leaf:"):
                self._values.put(str(leaf), cursor, event.tensor(f"in:{name[5:]}"))

    def _on_backward_begin(self, cursor: int, event: Event) -> None:
        number = event.graph or 0
        graph = self._recording.graphs[number]
        self._graph.put("", cursor, number)
        self._missing[number] = Counter(edge.target for edge in graph.edges)
        stale = {int(name[6:].partition(".")[0]) for name, _ in event.facts if name.startswith("stale:")}
        for node in graph.nodes:
            self._nodes[number].put(node.id, cursor, "waiting" if self._missing[number][node.id] else "ready")
            if state := _saved_state(graph, node.id, stale):
                self._saved[number].put(node.id, cursor, state)

    def _on_node_in(self, cursor: int, event: Event) -> None:
        if event.graph is None or event.node is None:
            return
        self.entries[self._recording.graphs[event.graph].nodes[event.node].key].append(cursor)
        self._nodes[event.graph].put(event.node, cursor, "running")
        for name, value in event.tensors:
            if name.startswith("in:"):
                self._incoming[event.graph].put((event.node, int(name[3:])), cursor, value)

    def _on_node_out(self, cursor: int, event: Event) -> None:
        if event.graph is None or event.node is None:
            return
        self._nodes[event.graph].put(event.node, cursor, "done")
        if event.fact("freed"):
            self._saved[event.graph].put(event.node, cursor, "freed")

    def _on_edge_add(self, cursor: int, event: Event) -> None:
        if event.graph is None or event.edge is None:
            return
        edge = self._recording.graphs[event.graph].edges[event.edge]
        self._edges[event.graph].put(event.edge, cursor, event.tensor("added"))
        self._incoming[event.graph].put(
            (edge.target, edge.input_nr), cursor, event.tensor("sum") or event.tensor("added")
        )
        missing = self._missing[event.graph]
        missing[edge.target] -= 1
        if not missing[edge.target]:
            self._nodes[event.graph].put(edge.target, cursor, "ready")

    def _on_accumulate(self, cursor: int, event: Event) -> None:
        name, added = event.param or "", event.tensor("added")
        old = self._grads.last(name, Grad())
        if not old.layers and event.tensor("before") is not None and not old.is_zero:
            old = Grad(event.tensor("before"), (event.tensor("before"),))  # type: ignore[arg-type]
        layers = (*old.layers, added) if added is not None else old.layers
        self._grads.put(name, cursor, Grad(event.tensor("after"), layers))

    def _on_grad_zero(self, cursor: int, event: Event) -> None:
        self._grads.put(event.param or "", cursor, Grad(event.tensor("after"), (), event.tensor("after") is not None))

    def _on_grad_edit(self, cursor: int, event: Event) -> None:
        old = self._grads.last(event.param or "", Grad())
        self._grads.put(event.param or "", cursor, Grad(event.tensor("after"), old.layers))

    def _on_param_update(self, cursor: int, event: Event) -> None:
        self._params.put(event.param or "", cursor, (event.tensor("before"), event.tensor("after")))
        self._values.put(event.param or "", cursor, event.tensor("after"))

    def _on_backward_end(self, cursor: int, event: Event) -> None:
        if event.graph is None:
            return
        nodes = self._nodes[event.graph]
        for node in list(nodes):
            if nodes.last(node, "") in ("waiting", "ready"):
                nodes.put(node, cursor, "not run")

    def _on_error(self, cursor: int, event: Event) -> None:
        self._error.put("", cursor, str(event.fact("message")))

    def state(self, cursor: int) -> State:
        """Return the state at a cursor."""
        event = self._recording.events[cursor - 1] if cursor else None
        graph = self._graph.at(cursor).get("")
        number = -1 if graph is None else graph
        return State(
            cursor=cursor,
            event=event,
            phase=PHASES.get(event.kind, "") if event else "start",
            step=event.step if event else 0,
            graph=graph,
            nodes=self._nodes[number].at(cursor),
            edges=self._edges[number].at(cursor),
            incoming=self._incoming[number].at(cursor),
            grads=self._grads.at(cursor),
            saved=self._saved[number].at(cursor),
            params=self._params.at(cursor),
            values=self._values.at(cursor),
            outputs=self._outputs.at(cursor),
            error=self._error.at(cursor).get(""),
        )


def _saved_state(graph: Graph, node: int, stale: set[int]) -> str | None:
    """Return the state of what a node has saved when a pass begins, None if it saved nothing."""
    states = {saved.state for saved in graph.nodes[node].saved} - {"none"}
    if not states:
        return None
    if node in stale:
        return "stale"
    return "freed" if states == {"freed"} else "held"
