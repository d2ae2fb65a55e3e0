"""The laws of one backward pass: conservation, order, and once per node and edge."""

from __future__ import annotations

from collections import Counter, defaultdict

from graphtrace.model.events import Event
from graphtrace.model.graph import Graph
from graphtrace.model.laws.findings import Findings
from graphtrace.model.laws.numbers import differ, shown, wrong_sum
from graphtrace.model.tensor_data import TensorData


class BackwardPass:
    """Follows the events of one backward pass and notes what breaks a law."""

    def __init__(self, graph: Graph, findings: Findings) -> None:
        self._graph, self._findings = graph, findings
        self._entered: Counter[int] = Counter()
        self._left: Counter[int] = Counter()
        self._last = -1  # the node that entered or left last
        self._delivered: dict[tuple[int, int], list[TensorData | None]] = defaultdict(list)
        self._deliveries: Counter[int] = Counter()
        self.ended = False

    def enter(self, event: Event, node: int) -> None:
        """Check the entry of a node: it is the first, and each input is what the edges delivered."""
        if node in self._entered:
            self._findings.violations.append(f"node {self._key(node)} was entered twice")
        self._entered[node] += 1
        self._last = node
        for name, value in event.tensors:
            if name.startswith("in:"):
                self._check_input(event, node, int(name[3:]), value)

    def leave(self, node: int) -> None:
        """Check that the node that leaves is the one that entered last."""
        if self._last != node or self._left[node] >= self._entered[node]:
            self._findings.violations.append(f"node {self._key(node)} left without having been entered last")
        self._left[node] += 1
        self._last = node

    def deliver(self, event: Event, number: int) -> None:
        """Check that an edge delivers after its source ran and before its target runs."""
        edge = self._graph.edges[number]
        self._deliveries[number] += 1
        if self._last != edge.source or not self._left[edge.source]:
            text = f"edge {number} delivered before its source {self._key(edge.source)} ran"
            self._findings.violations.append(text)
        if edge.target in self._entered:
            text = f"node {self._key(edge.target)} ran before edge {number} delivered to it"
            self._findings.violations.append(text)
        self._delivered[edge.target, edge.input_nr].append(event.tensor("added"))

    def end(self, with_error: bool) -> None:
        """Check that every node that ran entered and left once, and that each edge delivered once per run."""
        self.ended = True
        if with_error:
            return
        for node in sorted(self._entered.keys() | self._left.keys()):
            if self._entered[node] != self._left[node]:
                times = f"was entered {self._entered[node]} times and left {self._left[node]} times"
                self._findings.violations.append(f"node {self._key(node)} {times}")
        for number, edge in enumerate(self._graph.edges):
            if self._deliveries[number] != self._left[edge.source]:
                times = f"delivered {self._deliveries[number]} times, its source ran {self._left[edge.source]} times"
                self._findings.violations.append(f"edge {number} from node {self._key(edge.source)} {times}")

    def _key(self, node: int) -> str:
        return repr(self._graph.nodes[node].key)

    def _check_input(self, event: Event, node: int, input_nr: int, entered: TensorData | None) -> None:
        """Compare what entered with what was delivered: by the recorder's proof, and by the numbers kept."""
        delivered = [value for value in self._delivered.pop((node, input_nr), ()) if value is not None]
        expected, proof = event.tensor(f"sum:{input_nr}"), event.fact(f"proof:{input_nr}")
        if proof is None and expected is None and not delivered:
            return
        problem, sent = self._findings.mismatch(proof, expected, entered), shown(expected)
        if problem is None and delivered and (node, input_nr) not in self._graph.roots:
            sent = " + ".join(map(shown, delivered))
            problem = wrong_sum(delivered, expected)
            if problem is None and len(delivered) == 1 and entered is not None and differ(delivered[0], entered):
                problem = "the recorded numbers differ"
        if problem is not None:
            text = f"node {self._key(node)} input {input_nr} received {shown(entered)}, its edges delivered {sent}"
            self._findings.add(text, problem, event.fact(f"hook:{input_nr}") or self._older_hook(node))

    def _older_hook(self, node: int) -> str:
        """Name the hook that nobody can see: one on a tensor from before the recording. A leaf's hooks are seen."""
        record = self._graph.nodes[node]
        return "set before the recording began" if record.op is None and record.kind != "accumulate" else ""
