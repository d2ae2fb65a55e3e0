"""Where an accident began: the node, the line, the cause."""

from __future__ import annotations

from dataclasses import replace

from graphtrace.diagnosis import Diagnosis, diagnose, diagnose_numbers
from graphtrace.explain.titles import call_title
from graphtrace.model import Recording, Source
from graphtrace.player.finite import Odd, first_odd
from graphtrace.recorder.calls import raised_by_program
from graphtrace.runs.records import Accident

_STOPPED = ("interrupted", "terminated")


def with_beginning(
    accident: Accident, recording: Recording, error: BaseException | None, source: Source | None
) -> Accident:
    """Return an accident with the place where it began.

    Args:
        accident: What is known of it.
        recording: The last steps.
        error: The exception that ended the run.
        source: The line that ran when it ended.
    """
    if accident.kind in _STOPPED:
        return replace(accident, source=source)
    if accident.kind == "exception":
        found = diagnose(recording, error)
        accident = _of_error(accident, recording, error, source)
    else:
        found = diagnose_numbers(recording) or (diagnose(recording) if accident.kind == "grad_norm" else None)
        accident = _of_numbers(accident, recording)
    return accident if found is None else _diagnosed(accident, found, recording)


def _diagnosed(accident: Accident, found: Diagnosis, recording: Recording) -> Accident:
    source = found.source or accident.source
    nodes = (node for graph in reversed(recording.graphs) for node in graph.nodes if node.key == found.node)
    node = next(nodes, None)
    op = accident.op if node is None or node.op is None else call_title(recording.ops[node.op])
    return replace(
        accident,
        source=source,
        node=found.node or accident.node,
        op=op,
        mistake=found.mistake,
        cause=found.cause,
        repair=found.repair,
        evidence=found.evidence,
    )


def _of_error(accident: Accident, recording: Recording, error: BaseException | None, source: Source | None) -> Accident:
    """Where torch or the program raised: a line of the program's own tells more than the call around it."""
    event = next((event for event in reversed(recording.events) if event.kind == "error"), None)
    if event is None:
        return replace(accident, source=source)
    line = event.fact("line")
    if isinstance(line, int) and (error is None or not raised_by_program(error)):
        source = Source(str(event.fact("file") or ""), line, text=str(event.fact("text") or ""))
    node = None if event.graph is None or event.node is None else recording.graphs[event.graph].nodes[event.node]
    text = accident.error or tuple([str(event.fact(name) or "") for name in ("type", "message")])
    op = str(event.fact("call") or "")
    return replace(accident, source=source, node=None if node is None else node.key, op=op, error=text)


def _of_numbers(accident: Accident, recording: Recording) -> Accident:
    """Where the first number that is not finite stands in the recording."""
    odd = next((odd for odd in first_odd(recording) if odd is not None), None)
    return accident if odd is None else _at(accident, recording, odd)


def _at(accident: Accident, recording: Recording, odd: Odd) -> Accident:
    node = None
    if odd.graph is not None and odd.node is not None:
        node = recording.graphs[odd.graph].nodes[odd.node]
    elif odd.op is not None:
        node = next((n for graph in recording.graphs for n in graph.nodes if n.op == odd.op), None)
    number = odd.op if odd.op is not None else None if node is None else node.op
    op = None if number is None else recording.ops[number]
    return replace(
        accident,
        source=None if op is None else op.source,
        node=None if node is None else node.key,
        op="" if op is None else call_title(op),
    )
