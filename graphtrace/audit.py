"""The laws that every recording obeys, checked from the recording alone.

Conservation: what enters a node is, bit for bit, what its edges delivered. Order: a node runs after
every node that sends it a gradient. Once: one entry and one exit per node that ran. Leaves: ``.grad``
after is ``.grad`` before plus what arrived. Parameters: after is before plus the recorded difference.
"""

from __future__ import annotations

import math
import struct
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graphtrace.model import Event, Graph, Recording, TensorValue

_ROUND: dict[str, str] = {"float32": "<f", "float64": "<d"}


@dataclass(frozen=True, slots=True)
class Report:
    """Result of an audit.

    Attributes:
        violations: Broken laws in words, each with the node and both values.
        hooks: Gradients that a hook of the user's changed, in words: no fault.
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
    """Check every law over a whole recording."""
    auditor = _Auditor(recording)
    for position, event in enumerate(recording.events):
        auditor.read(position, event)
    auditor.finish()
    return Report(tuple(auditor.violations), tuple(auditor.hooks), auditor.checked, auditor.unproven)


class _Pass:
    """What one backward pass has done so far."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.entered: list[int] = []
        self.left: list[int] = []
        self.delivered: dict[tuple[int, int], list[tuple[int, TensorValue | None]]] = defaultdict(list)
        self.ended = False


class _Auditor:
    """Reads events in order and collects what breaks a law."""

    def __init__(self, recording: Recording) -> None:
        self._graphs = recording.graphs
        self._passes: dict[int, _Pass] = {}
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
        reader = self._readers.get(event.kind)
        if reader is None:
            return
        before = len(self.violations)
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
        if one is None:
            return
        one.ended = True
        if event.kind == "backward_end" and one.entered != one.left:
            self.violations.append(f"nodes entered and left differ: {one.entered} and {one.left}")

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
        key = one.graph.nodes[event.node].key
        if event.node in one.entered:
            self.violations.append(f"node {key!r} was entered twice")
        one.entered.append(event.node)
        for name, value in event.values:
            if name.startswith("in:"):
                self._conserved(one, event, key, int(name[3:]), value)

    def _conserved(self, one: _Pass, event: Event, key: str, input_nr: int, entered: TensorValue | None) -> None:
        """Compare what entered with what was delivered: by the recorder's proof, and by the numbers kept."""
        if event.node is None:
            return
        delivered = [value for _, value in one.delivered.pop((event.node, input_nr), ()) if value is not None]
        expected = event.value(f"sum:{input_nr}")
        if not delivered:
            return
        problem = self._mismatch(event.fact(f"proof:{input_nr}"), expected, entered)
        if problem is None and len(delivered) > 1 and not _is_seeded(one.graph, event.node, input_nr):
            problem = _wrong_sum(delivered, expected)
        if problem is None:
            return
        text = f"node {key!r} input {input_nr} received {shown(entered)}, its edges delivered {shown(expected)}"
        if event.fact(f"hook:{input_nr}"):
            self.hooks.append(f"a hook changed the gradient of {text}")
        else:
            self.violations.append(f"{text} ({problem})")

    def _mismatch(self, proof: object, expected: TensorValue | None, got: TensorValue | None) -> str | None:
        if proof == "unknown":
            self.unproven += 1
            return None if _same_stats(expected, got) else "their statistics differ"
        self.checked += 1
        if proof is False:
            return "not equal bit for bit"
        if proof not in ("same", True):
            return f"no proof of equality was recorded: {proof!r}"
        if expected is not None and got is not None and expected.data != got.data:
            return "the recorded numbers differ"
        return None

    def _leave(self, event: Event) -> None:
        one = self._pass_of(event)
        if one is None or event.node is None:
            return
        one.left.append(event.node)
        if not one.entered or one.entered[-1] != event.node:
            self.violations.append(f"node {one.graph.nodes[event.node].key!r} left without having been entered last")

    def _deliver(self, event: Event) -> None:
        one = self._pass_of(event)
        if one is None or event.edge is None:
            return
        edge = one.graph.edges[event.edge]
        if not one.left or one.left[-1] != edge.source:
            self.violations.append(f"edge {event.edge} delivered before its source ran")
        if edge.target in one.entered:
            key = one.graph.nodes[edge.target].key
            self.violations.append(f"node {key!r} ran before edge {event.edge} delivered to it")
        one.delivered[edge.target, edge.input_nr].append((event.edge, event.value("added")))

    def _accumulate(self, event: Event) -> None:
        before, added, after = (event.value(name) for name in ("before", "added", "after"))
        if added is None:
            return
        problem = self._mismatch(event.fact("proof"), None, None)
        if problem is None and before is not None:
            problem = _wrong_sum([before, added], after)
        if problem is not None:
            self.violations.append(
                f"leaf {event.param!r}: .grad {shown(before)} plus {shown(added)} gave {shown(after)} ({problem})"
            )

    def _update(self, event: Event) -> None:
        before, delta, after = (event.value(name) for name in ("before", "delta", "after"))
        if before is None or delta is None or after is None or not (before.is_whole and delta.is_whole):
            return
        self.checked += 1
        wrong = [
            (a, b, c)
            for a, b, c in zip(before.numbers(), delta.numbers(), after.numbers(), strict=True)
            if not _near(a + b, c, a, after.meta.dtype)
        ]
        if wrong:
            self.violations.append(f"parameter {event.param!r}: {wrong[0][0]} plus {wrong[0][1]} is not {wrong[0][2]}")


def _is_seeded(graph: Graph, node: int, input_nr: int) -> bool:
    """Whether a root's own gradient enters here too, beside what edges deliver."""
    return (node, input_nr) in graph.roots


def _same_stats(one: TensorValue | None, other: TensorValue | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.norm, one.min, one.max, one.mean) == (other.norm, other.min, other.max, other.mean)


def _wrong_sum(parts: Sequence[TensorValue], total: TensorValue | None) -> str | None:
    """Add the kept numbers in order of arrival, rounding as the dtype does, and compare every bit."""
    form = _ROUND.get(parts[0].meta.dtype)
    alike = all(part.is_whole and part.meta == parts[0].meta for part in parts)
    if form is None or not alike or total is None or not total.is_whole or total.meta != parts[0].meta:
        return None
    sums = parts[0].numbers()
    for part in parts[1:]:
        sums = [_rounded(a + b, form) for a, b in zip(sums, part.numbers(), strict=True)]
    bad = [(a, b) for a, b in zip(sums, total.numbers(), strict=True) if a != b and not (a != a and b != b)]
    return f"{bad[0][0]} is not {bad[0][1]}" if bad else None


def _rounded(number: float, form: str) -> float:
    """Round a sum of two numbers of a dtype to that dtype; a double holds the exact sum closely enough."""
    try:
        value: float = struct.unpack(form, struct.pack(form, number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return value


def _near(expected: float, got: float, scale: float, dtype: str) -> bool:
    """Whether two numbers differ by rounding only: 4 units in the last place of the larger."""
    if expected == got or (expected != expected and got != got):
        return True
    eps = {"float64": 2.0**-52, "float32": 2.0**-23, "bfloat16": 2.0**-7, "float16": 2.0**-10}.get(dtype, 0.0)
    return abs(expected - got) <= 4 * eps * max(abs(scale), abs(got), 1e-300)


def shown(value: TensorValue | None) -> str:
    """Write a content for a message: its numbers if they are few, else its norm."""
    if value is None:
        return "None"
    if value.is_whole and 0 < len(numbers := value.numbers()) <= 4:
        return "[" + ", ".join(f"{number:.6g}" for number in numbers) + "]"
    return f"a tensor of shape {value.meta} and norm {value.norm}"
