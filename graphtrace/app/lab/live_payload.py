"""Pictures of the pulse as the plain JSON that the viewer draws: a few kilobytes each."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypedDict

from graphtrace.lab.showing.pulse import Picture
from graphtrace.lab.showing.surfaces import Surface, levels
from graphtrace.literals import SavedNow
from graphtrace.model import Recording, TensorData
from graphtrace.model.tensor_data import item_size
from graphtrace.model.wire import Number, WireTensor
from graphtrace.player import Player
from graphtrace.viewer.recorded_graph import values_of
from graphtrace.viewer.tables import plain_number, tensor_to_wire

MOST_NUMBERS = 256  # of one tensor; of a larger one every k-th row and column
LEVELS = 254  # of an output over the plane; 255 stands for a number that is not finite


class SurfacePayload(TypedDict):
    """A `Surface`; a plane's outputs are bytes from `least` to `most`."""

    kind: str
    low: float
    high: float
    outputs: list[Number]
    bytes: str
    least: float
    most: float
    classes: int
    middle: float
    points: list[tuple[float, ...]]


class OverlayPayload(TypedDict):
    """What all cards show at the end of an iteration: positions in `tensors`, by node, edge and leaf."""

    nodes: int
    edges: int
    tensors: list[WireTensor]
    values: dict[str, int]
    incoming: dict[str, int]
    delivered: dict[str, int]
    leaves: dict[str, int]
    grads: dict[str, int]
    saved: dict[str, SavedNow]


class LivePayload(TypedDict):
    """A `Picture`; ``viewer/src/live/types.js`` has the same type."""

    iteration: int
    pace: float
    loss: Number
    passes: list[int]
    losses: list[Number]
    norms: list[tuple[str, Number]]
    surface: SurfacePayload | None
    overlay: OverlayPayload | None


def live_payload(shown: Picture, pace: float) -> LivePayload:
    """Return a picture as JSON; `pace` as `Pulse.pace`."""
    return {
        "iteration": shown.iteration,
        "pace": 0 if math.isinf(pace) else pace,
        "loss": _rounded(shown.loss),
        "passes": [done for done, _ in shown.curve],
        "losses": [_rounded(amount) for _, amount in shown.curve],
        "norms": [(name, _rounded(norm)) for name, norm in shown.norms],
        "surface": None if shown.surface is None else _surface(shown.surface),
        "overlay": None if shown.recording is None else _overlay(shown.recording),
    }


def _rounded(number: float | None) -> Number:
    return None if number is None else plain_number(float(f"{number:.6g}"))


def _surface(surface: Surface) -> SurfacePayload:
    plane = surface.kind == "plane"
    found, least, most = levels(surface.outputs, LEVELS)
    return {
        "kind": surface.kind,
        "low": surface.low,
        "high": surface.high,
        "outputs": [] if plane else [_rounded(number) for number in surface.outputs],
        "bytes": base64.b64encode(found).decode() if plane else "",
        "least": least,
        "most": most,
        "classes": surface.classes,
        "middle": surface.middle,
        "points": [tuple(float(f"{number:.4g}") for number in point) for point in surface.points],
    }


def _overlay(recording: Recording) -> OverlayPayload | None:
    if not recording.graphs:
        return None
    graph, state, table = recording.graphs[-1], Player(recording).seek(len(recording)), _Table()
    outputs = {node: state.outputs.get(op, ())[:1] for node, op in values_of(recording, graph).items()}
    return {
        "nodes": len(graph.nodes),
        "edges": len(graph.edges),
        "values": table.places((str(node), value) for node, values in outputs.items() for value in values),
        "incoming": table.places((f"{node}:{nr}", value) for (node, nr), value in state.incoming.items()),
        "delivered": table.places((str(edge), value) for edge, value in state.edges.items()),
        "leaves": table.places(_items(state.values)),
        "grads": table.places((name, grad.value) for name, grad in state.grads.items()),
        "saved": {str(node): saved for node, saved in state.saved.items()},
        "tensors": table.tensors,
    }


def _items(values: Mapping[str, TensorData | None]) -> Iterable[tuple[str, TensorData | None]]:
    return values.items()


class _Table:
    """Every content once."""

    def __init__(self) -> None:
        self.tensors: list[WireTensor] = []
        self._places: dict[TensorData, int] = {}

    def places(self, named: Iterable[tuple[str, TensorData | None]]) -> dict[str, int]:
        """Return the position of each content; −1 for None."""
        return {name: -1 if value is None else self._place(value) for name, value in named}

    def _place(self, value: TensorData) -> int:
        place = self._places.setdefault(value, len(self.tensors))
        if place == len(self.tensors):
            self.tensors.append(tensor_to_wire(thinned(value)))
        return place


def thinned(value: TensorData) -> TensorData:
    """Return a tensor with at most `MOST_NUMBERS` of its numbers: every k-th row and column of its last dimensions."""
    shape = value.sample or tuple(int(size) for size in value.meta.shape if isinstance(size, int))
    size = item_size(value.meta.dtype)
    if value.data is None or not size or math.prod(shape) <= MOST_NUMBERS:
        return value
    lines = [length for length in shape if length != 1]
    columns = lines[-1] if lines else 1
    rows = math.prod(shape) // columns
    step = math.ceil(math.sqrt(rows * columns / MOST_NUMBERS))
    down, along = (min(step, rows), step) if rows > 1 else (1, -(-columns // MOST_NUMBERS))
    raw = base64.b64decode(value.data)
    numbers = [raw[at : at + size] for at in range(0, len(raw), size)]
    kept = [numbers[row * columns : (row + 1) * columns : along] for row in range(0, rows, down)]
    data = base64.b64encode(b"".join(part for row in kept for part in row)).decode()
    return replace(value, data=data, sample=(len(kept), len(kept[0])))
