"""The laws that every recording obeys, checked from the recording alone.

Conservation: what enters a node is, bit for bit, what its edges delivered. Order: a node runs after
every node that sends it a gradient. Once: one entry and one exit per node that ran, one contribution
per edge. Leaves: ``.grad`` after is ``.grad`` before plus what arrived. Parameters: after is before
plus the recorded difference. Each law is checked twice where possible: by the proof that the recorder
took on the live tensors, and by the numbers that were kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphtrace.model.events import Event
from graphtrace.model.graph import Graph
from graphtrace.model.laws.backward_pass import BackwardPass
from graphtrace.model.laws.findings import Findings, Report
from graphtrace.model.laws.numbers import differ, shown, wrong_delta, wrong_sum
from graphtrace.model.tensor_data import TensorData

__all__ = ["Report", "audit_events"]

_GRAD_EVENTS = ("accumulate", "grad_zero", "grad_edit")


def audit_events(graphs: Sequence[Graph], events: Sequence[Event]) -> Report:
    """Check the events of a recording, and the graphs that they name, against every law."""
    auditor = _Auditor(graphs)
    for position, event in enumerate(events):
        auditor.read(position, event)
    return auditor.finish()


class _Auditor:
    """Reads events in order and collects what breaks a law."""

    def __init__(self, graphs: Sequence[Graph]) -> None:
        self._graphs = graphs
        self._passes: dict[int, BackwardPass] = {}
        self._grads: dict[str, TensorData | None] = {}
        self._findings = Findings()
        self._readers: dict[str, Callable[[Event], None]] = {
            "backward_begin": self._begin,
            "node_in": self._enter,
            "node_out": self._leave,
            "edge_add": self._deliver,
            "accumulate": self._accumulate,
            "backward_end": self._end,
            "error": self._end,
            "param_update": self._update,
            "update_skipped": self._skip,
        }

    def read(self, position: int, event: Event) -> None:
        """Check one event."""
        violations = self._findings.violations
        before = len(violations)
        if event.kind in _GRAD_EVENTS and event.param is not None:
            self._continue(event.param, event)
        reader = self._readers.get(event.kind)
        if reader is not None:
            reader(event)
        violations[before:] = [f"event {position}: {text}" for text in violations[before:]]

    def finish(self) -> Report:
        """Check that every pass came to an end, and return the report."""
        for number, backward in self._passes.items():
            if not backward.ended:
                self._findings.violations.append(f"the backward pass of graph {number} has no end")
        return self._findings.report()

    def _begin(self, event: Event) -> None:
        if event.graph is not None:
            self._passes[event.graph] = BackwardPass(self._graphs[event.graph], self._findings)

    def _end(self, event: Event) -> None:
        backward = self._running(event)
        if backward is not None:
            backward.end(with_error=event.kind == "error")

    def _running(self, event: Event) -> BackwardPass | None:
        backward = self._passes.get(event.graph) if event.graph is not None else None
        return None if backward is None or backward.ended else backward

    def _pass_of(self, event: Event) -> BackwardPass | None:
        backward = self._running(event)
        if backward is None:
            self._findings.violations.append(f"{event.kind} outside a backward pass")
        return backward

    def _enter(self, event: Event) -> None:
        backward = self._pass_of(event)
        if backward is not None and event.node is not None:
            backward.enter(event, event.node)

    def _leave(self, event: Event) -> None:
        backward = self._pass_of(event)
        if backward is not None and event.node is not None:
            backward.leave(event.node)

    def _deliver(self, event: Event) -> None:
        backward = self._pass_of(event)
        if backward is not None and event.edge is not None:
            backward.deliver(event, event.edge)

    def _accumulate(self, event: Event) -> None:
        before, added, after = (event.tensor(name) for name in ("before", "added", "after"))
        if added is None:
            return
        parts = [added] if before is None else [before, added]
        problem = self._findings.mismatch(event.fact("proof")) or wrong_sum(parts, after)
        if problem is None and before is None and after is not None and differ(added, after):
            problem = "the recorded numbers differ"
        if problem is not None:
            text = f"leaf {event.param!r}: .grad {shown(before)} plus {shown(added)} gave {shown(after)}"
            self._findings.add(text, problem, event.fact("hook"))

    def _continue(self, name: str, event: Event) -> None:
        """Compare a leaf's .grad with what the last event left there."""
        before = event.tensor("before")
        if name in self._grads:
            last = self._grads[name]
            if (last is None) != (before is None) or (last is not None and before is not None and differ(last, before)):
                text = f"leaf {name!r}: .grad was {shown(last)}, then {shown(before)}: changed unseen"
                self._findings.hooks.append(text)
        self._grads[name] = event.tensor("after")

    def _skip(self, event: Event) -> None:
        """A parameter is left alone because its .grad is None."""
        name = event.param or ""
        last = self._grads.get(name)
        if last is not None:
            self._findings.hooks.append(f"leaf {name!r}: .grad was {shown(last)}, then None: changed unseen")
            self._grads[name] = None

    def _update(self, event: Event) -> None:
        before, delta, after = (event.tensor(name) for name in ("before", "delta", "after"))
        if before is None or delta is None or after is None:
            return
        self._findings.checked += 1
        problem = wrong_delta(before, delta, after)
        if problem is not None:
            self._findings.violations.append(f"parameter {event.param!r}: {problem}")
