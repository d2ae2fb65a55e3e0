"""The laws that every recording obeys, checked from the recording alone.

Conservation: what enters a node is, bit for bit, what its edges delivered. Order: a node runs after
every node that sends it a gradient. Once: one entry and one exit per node that ran, one contribution
per edge. Leaves: ``.grad`` after is ``.grad`` before plus what arrived. Parameters: after is before
plus the recorded difference. Each is checked twice where it can be: by the proof that the recorder
took on the live tensors, and by the numbers that were kept.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from graphtrace.laws.numbers import differ, same_stats, shown, wrong_delta, wrong_sum
from graphtrace.model import Event, Graph, Recording, TensorData, require_recording

__all__ = ["Report", "audit"]

_GRAD_EVENTS = ("accumulate", "grad_zero", "grad_edit")


@dataclass(frozen=True, slots=True)
class Report:
    """Result of an audit.

    Attributes:
        violations: Broken laws in words, each with the node and both values.
        hooks: What a hook of the user's changed, or what changed unseen between two events: no fault.
        checked: How many equalities were checked bit for bit.
        unproven: How many could only be checked by their statistics (large tensors that a hook replaced).
    """

    violations: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    checked: int = 0
    unproven: int = 0

    @property
    def ok(self) -> bool:
        """Whether no law is broken."""
        return not self.violations


def audit(recording: Recording) -> Report:
    """Check every law over a whole recording.

    Raises:
        TraceError: It is no recording.
    """
    auditor = _Auditor(require_recording(recording))
    for position, event in enumerate(recording.events):
        auditor.read(position, event)
    auditor.finish()
    return Report(tuple(auditor.violations), tuple(auditor.hooks), auditor.checked, auditor.unproven)


class _Pass:
    """What one backward pass has done so far."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.entered: Counter[int] = Counter()
        self.left: Counter[int] = Counter()
        self.last = -1  # the node that entered or left last
        self.delivered: dict[tuple[int, int], list[TensorData | None]] = defaultdict(list)
        self.edges: Counter[int] = Counter()
        self.ended = False

    def key(self, node: int) -> str:
        return repr(self.graph.nodes[node].key)


class _Auditor:
    """Reads events in order and collects what breaks a law."""

    def __init__(self, recording: Recording) -> None:
        self._graphs = recording.graphs
        self._passes: dict[int, _Pass] = {}
        self._grads: dict[str, TensorData | None] = {}
        self.violations: list[str] = []
        self.hooks: list[str] = []
        self.checked = 0
        self.unproven = 0
        self._readers: dict[str, Callable[[Event], None]] = {
            "backward_begin": self._begin,
            "node_in": self._enter,
            "node_out": self._leave,
            "edge_add": self._deliver,
            "accumulate": self._accumulate,
            "backward_end": self._end,
            "error": self._end,
            "param_update": self._update,
        }

    def read(self, position: int, event: Event) -> None:
        """Check one event."""
        before = len(self.violations)
        if event.kind in _GRAD_EVENTS and event.param is not None:
            self._continue(event.param, event)
        reader = self._readers.get(event.kind)
        if reader is not None:
            reader(event)
        for i in range(before, len(self.violations)):
            self.violations[i] = f"event {position}: {self.violations[i]}"

    def finish(self) -> None:
        """Check that every pass came to an end."""
        for number, one in self._passes.items():
            if not one.ended:
                self.violations.append(f"the backward pass of graph {number} has no end")

    def _begin(self, event: Event) -> None:
        if event.graph is not None:
            self._passes[event.graph] = _Pass(self._graphs[event.graph])

    def _end(self, event: Event) -> None:
        one = self._passes.get(event.graph) if event.graph is not None else None
        if one is None or one.ended:
            return
        one.ended = True
        if event.kind == "error":
            return
        for node in sorted(one.entered.keys() | one.left.keys()):
            if one.entered[node] != one.left[node]:
                times = f"was entered {one.entered[node]} times and left {one.left[node]} times"
                self.violations.append(f"node {one.key(node)} {times}")
        for number, edge in enumerate(one.graph.edges):
            if one.edges[number] != one.left[edge.source]:
                times = f"delivered {one.edges[number]} times, its source ran {one.left[edge.source]} times"
                self.violations.append(f"edge {number} from node {one.key(edge.source)} {times}")

    def _pass_of(self, event: Event) -> _Pass | None:
        one = self._passes.get(event.graph) if event.graph is not None else None
        if one is None or one.ended:
            self.violations.append(f"{event.kind} outside a backward pass")
            return None
        return one

    def _enter(self, event: Event) -> None:
        one = self._pass_of(event)
        if one is None or event.node is None:
            return
        if event.node in one.entered:
            self.violations.append(f"node {one.key(event.node)} was entered twice")
        one.entered[event.node] += 1
        one.last = event.node
        for name, value in event.tensors:
            if name.startswith("in:"):
                self._conserved(one, event, event.node, int(name[3:]), value)

    def _conserved(self, one: _Pass, event: Event, node: int, input_nr: int, entered: TensorData | None) -> None:
        """Compare what entered with what was delivered: by the recorder's proof, and by the numbers kept."""
        delivered = [value for value in one.delivered.pop((node, input_nr), ()) if value is not None]
        expected, proof = event.tensor(f"sum:{input_nr}"), event.fact(f"proof:{input_nr}")
        if proof is None and expected is None and not delivered:
            return
        problem, sent = self._mismatch(proof, expected, entered), shown(expected)
        if problem is None and delivered and (node, input_nr) not in one.graph.roots:
            sent = " + ".join(map(shown, delivered))
            problem = wrong_sum(delivered, expected)
            if problem is None and len(delivered) == 1 and entered is not None and differ(delivered[0], entered):
                problem = "the recorded numbers differ"
        if problem is None:
            return
        text = f"node {one.key(node)} input {input_nr} received {shown(entered)}, its edges delivered {sent}"
        hook = event.fact(f"hook:{input_nr}") or _may_be_older(one.graph, node)
        if hook:
            self.hooks.append(f"a hook changed a gradient ({hook}): {text}")
        else:
            self.violations.append(f"{text} ({problem})")

    def _mismatch(self, proof: object, expected: TensorData | None, got: TensorData | None) -> str | None:
        if proof == "unknown":
            self.unproven += 1
            return None if same_stats(expected, got) else "their statistics differ"
        self.checked += 1
        if proof is False:
            return "not equal bit for bit"
        if proof not in ("same", True):
            return f"no proof of equality was recorded: {proof!r}"
        if expected is not None and got is not None and differ(expected, got):
            return "the recorded numbers differ"
        return None

    def _leave(self, event: Event) -> None:
        one = self._pass_of(event)
        if one is None or event.node is None:
            return
        if one.last != event.node or one.left[event.node] >= one.entered[event.node]:
            self.violations.append(f"node {one.key(event.node)} left without having been entered last")
        one.left[event.node] += 1
        one.last = event.node

    def _deliver(self, event: Event) -> None:
        one = self._pass_of(event)
        if one is None or event.edge is None:
            return
        edge = one.graph.edges[event.edge]
        one.edges[event.edge] += 1
        if one.last != edge.source or not one.left[edge.source]:
            self.violations.append(f"edge {event.edge} delivered before its source {one.key(edge.source)} ran")
        if edge.target in one.entered:
            self.violations.append(f"node {one.key(edge.target)} ran before edge {event.edge} delivered to it")
        one.delivered[edge.target, edge.input_nr].append(event.tensor("added"))

    def _accumulate(self, event: Event) -> None:
        before, added, after = (event.tensor(name) for name in ("before", "added", "after"))
        if added is None:
            return
        parts = [added] if before is None else [before, added]
        problem = self._mismatch(event.fact("proof"), None, None)
        problem = problem or wrong_sum(parts, after)
        if problem is None and before is None and after is not None and differ(added, after):
            problem = "the recorded numbers differ"
        if problem is None:
            return
        text = f"leaf {event.param!r}: .grad {shown(before)} plus {shown(added)} gave {shown(after)}"
        if event.fact("hook"):
            self.hooks.append(f"a hook changed a gradient ({event.fact('hook')}): {text}")
        else:
            self.violations.append(f"{text} ({problem})")

    def _continue(self, name: str, event: Event) -> None:
        """Compare a leaf's .grad with what the last event left there."""
        before = event.tensor("before")
        if name in self._grads:
            last = self._grads[name]
            if (last is None) != (before is None) or (last is not None and before is not None and differ(last, before)):
                self.hooks.append(f"leaf {name!r}: .grad was {shown(last)}, then {shown(before)}: changed unseen")
        self._grads[name] = event.tensor("after")

    def _update(self, event: Event) -> None:
        before, delta, after = (event.tensor(name) for name in ("before", "delta", "after"))
        if before is None or delta is None or after is None:
            return
        self.checked += 1
        problem = wrong_delta(before, delta, after)
        if problem is not None:
            self.violations.append(f"parameter {event.param!r}: {problem}")


def _may_be_older(graph: Graph, node: int) -> str:
    """A tensor from before the recording may bring a hook along that nobody can see. A leaf's hooks are seen."""
    one = graph.nodes[node]
    return "set before the recording began" if one.op is None and one.kind != "accumulate" else ""
