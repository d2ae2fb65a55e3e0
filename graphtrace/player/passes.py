"""What changes in one graph while a backward pass runs on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from graphtrace.literals import NodeState, SavedNow
from graphtrace.model import Event, Graph, TensorData
from graphtrace.player.histories import Histories

Place = tuple[int, int]  # node id and input_nr
Tensor = TensorData | None


class PassHistories:
    """Histories of one graph's nodes and edges.

    Attributes:
        nodes: Per node what it does in the pass.
        edges: Per edge its contribution, from when it was delivered.
        incoming: Per place the sum of what has arrived.
        parts: Per place that several edges lead to, its contributions: one more with each change.
        saved: Per node the state of what it saved: held since its op ran, or else since the pass began.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: Histories[int, NodeState] = Histories()
        self.edges: Histories[int, Tensor] = Histories()
        self.incoming: Histories[Place, Tensor] = Histories()
        self.parts: Histories[Place, Tensor] = Histories()
        self.saved: Histories[int, SavedNow] = Histories()
        arrivals = Counter((edge.target, edge.input_nr) for edge in graph.edges)
        self._shared = {place for place, count in arrivals.items() if count > 1}
        self._missing: Counter[int] = Counter()

    def hold(self, calls: Mapping[int, int], begin: int) -> None:
        """Note which nodes saved tensors before the pass began.

        Args:
            calls: Per forward op the cursor at which it had run.
            begin: Cursor at which the pass begins.
        """
        for node in self.graph.nodes:
            cursor = begin if node.op is None else calls.get(node.op, begin)
            if cursor < begin and _saved_state(self.graph, node.id, frozenset()):
                self.saved.put(node.id, cursor, "held")

    def begin(self, cursor: int, event: Event) -> None:
        """Let the pass begin."""
        self._missing = Counter(edge.target for edge in self.graph.edges)
        stale = frozenset(int(name[6:].partition(".")[0]) for name, _ in event.facts if name.startswith("stale:"))
        for node in self.graph.nodes:
            self.nodes.put(node.id, cursor, "waiting" if self._missing[node.id] else "ready")
            if state := _saved_state(self.graph, node.id, stale):
                self.saved.change(node.id, cursor, state)

    def enter(self, cursor: int, event: Event, node: int) -> None:
        """Let a node run: now its gradients are known."""
        self.nodes.put(node, cursor, "running")
        for name, value in event.tensors:
            if name.startswith("in:"):
                self.incoming.change((node, int(name[3:])), cursor, value)

    def leave(self, cursor: int, event: Event, node: int) -> None:
        """Let a node have run."""
        self.nodes.put(node, cursor, "done")
        if event.fact("freed"):
            self.saved.change(node, cursor, "freed")

    def deliver(self, cursor: int, event: Event, number: int) -> None:
        """Let an edge deliver its contribution."""
        edge, added = self.graph.edges[number], event.tensor("added")
        place = edge.target, edge.input_nr
        self.edges.put(number, cursor, added)
        self.incoming.change(place, cursor, event.tensor("sum") or added)
        if place in self._shared:
            self.parts.put(place, cursor, added)
        self._missing[edge.target] -= 1
        if not self._missing[edge.target]:
            self.nodes.put(edge.target, cursor, "ready")

    def end(self, cursor: int) -> None:
        """Let the pass end: what has not run by now will not."""
        for history in self.nodes.values():
            if history.values[-1] in ("waiting", "ready"):
                history.put(cursor, "not run")


def _saved_state(graph: Graph, node: int, stale: frozenset[int]) -> SavedNow | None:
    """Return the state of what a node has saved when a pass begins, None if it saved nothing."""
    states = {saved.state for saved in graph.nodes[node].saved} - {"none"}
    if not states:
        return None
    if node in stale:
        return "stale"
    return "freed" if states == {"freed"} else "held"
