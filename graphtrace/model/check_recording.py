"""The laws of a recording's form: every id names something, every tensor has as many bytes as its shape needs.

What happened in it is checked by `graphtrace.model.laws`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from math import prod

from graphtrace.errors import TraceError, shown
from graphtrace.model.check import violations
from graphtrace.model.events import EVENT_KINDS, Event
from graphtrace.model.laws import Report
from graphtrace.model.recording import Recording
from graphtrace.model.tensor_data import TensorData, item_size
from graphtrace.model.validation import require_recording


def check_recording(recording: Recording) -> None:
    """Check ids, kinds and tensors of a recording.

    Raises:
        TraceError: An id names nothing, or a tensor is of the wrong size.
    """
    for fault in _faults(recording):
        raise TraceError(f"recording is inconsistent: {fault} (record it again)")


def audit(recording: Recording) -> Report:
    """Check a recording against every law; see `graphtrace.model.laws`.

    Raises:
        TraceError: It is no recording.
    """
    return require_recording(recording).audit()


def _faults(recording: Recording) -> Iterator[str]:
    for number, graph in enumerate(recording.graphs):
        for fault in violations(graph):
            yield f"graph {number}: {fault}"
    for position, value in enumerate(recording.tensors):
        if value.id != position:
            yield f"value {position} has the id {value.id}"
    for position, op in enumerate(recording.ops):
        if op.id != position or not all(0 <= v < len(recording.tensors) for v in (*op.inputs, *op.outputs)):
            yield f"op {position} leads to no value"
    for leaf in recording.start:
        if not all(value is None or _fits(value) for value in (leaf.grad, leaf.before, leaf.after)):
            yield f"what {shown(leaf.name)} had at the start is not of the size of its shape"
    for position, event in enumerate(recording.events):
        for fault in _event_faults(recording, event):
            yield f"event {position}: {fault}"


def _event_faults(recording: Recording, event: Event) -> Iterator[str]:
    if event.kind not in EVENT_KINDS:
        yield f"unknown kind {shown(event.kind)}"
    if event.op is not None and not 0 <= event.op < len(recording.ops):
        yield f"no op {event.op}"
    if event.graph is None:
        if event.node is not None or event.edge is not None:
            yield "a node or an edge without a graph"
    elif not 0 <= event.graph < len(recording.graphs):
        yield f"no graph {event.graph}"
    else:
        graph = recording.graphs[event.graph]
        if event.node is not None and not 0 <= event.node < len(graph.nodes):
            yield f"no node {event.node}"
        if event.edge is not None and not 0 <= event.edge < len(graph.edges):
            yield f"no edge {event.edge}"
    yield from _place_faults(event)
    inputs = 0 if event.op is None else len(recording.ops[event.op].inputs)
    for name in [name for name, _ in event.facts if name.startswith("leaf:")]:
        if not (_is_place(name[5:]) and int(name[5:]) < inputs):
            yield f"no input {shown(name)}"
    for name, value in event.tensors:
        if value is not None and not _fits(value):
            yield f"content {shown(name)} is not of the size of its shape"


def _place_faults(event: Event) -> Iterator[str]:
    """Check the numbers of slots and nodes inside names, which the player reads."""
    needs = {"node_in": event.node, "node_out": event.node, "edge_add": event.edge, "backward_begin": event.graph}
    if event.kind in needs and needs[event.kind] is None:
        yield f"{event.kind} does not say where"
    for name in [name for name, _ in event.tensors if name.startswith(("in:", "sum:"))]:
        if not _is_place(name.partition(":")[2]):
            yield f"no slot {shown(name)}"
    for name in [name for name, _ in event.facts if name.startswith("stale:")]:
        if not _is_place(name[6:].partition(".")[0]):
            yield f"no node {shown(name)}"


def _is_place(text: str) -> bool:
    """Whether a text is a small whole number; Python refuses to read one of thousands of digits."""
    return text.isdecimal() and len(text) < 10


def _fits(value: TensorData) -> bool:
    """Whether the bytes are as many as the shape asks for."""
    if value.data is None:
        return True
    shape = value.meta.shape if value.sample is None else value.sample
    sizes = [size for size in shape if isinstance(size, int)]
    try:
        count = len(base64.b64decode(value.data, validate=True))
    except (binascii.Error, ValueError):
        return False
    size = item_size(value.meta.dtype)
    return len(sizes) == len(shape) and size is not None and count == prod(sizes) * size
