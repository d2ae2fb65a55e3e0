"""Compare two recordings: joined on node keys, so that iterations, seeds and versions of a net line up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphtrace.literals import ALL_REDUCE
from graphtrace.model import Event, Recording, TensorData, require_recording

CursorMatch = tuple[int, bool]  # the matching cursor in the other recording; whether the last event is in both


@dataclass(frozen=True, slots=True)
class Difference:
    """One key whose tensors differ. `what` is ``node grad param``; None stands for no tensor on that side."""

    what: str
    key: str
    a: TensorData | None
    b: TensorData | None

    @property
    def norm_ratio(self) -> float | None:
        """Norm in b over norm in a, None where either has none or a's is 0."""
        if self.a is None or self.b is None or not self.a.norm or self.b.norm is None:
            return None
        return self.b.norm / self.a.norm


@dataclass(frozen=True, slots=True)
class Diff:
    """What differs between two recordings.

    Attributes:
        only_a: Node keys that only the first has; `only_b` likewise.
        gradients: Per node key, the incoming gradient of the last pass, where it differs.
        leaves: Per leaf, ``.grad`` after the last pass, where it differs.
        params: Per parameter, its value after the last update, where it differs.
    """

    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    gradients: tuple[Difference, ...]
    leaves: tuple[Difference, ...]
    params: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.only_a or self.only_b or self.gradients or self.leaves or self.params)


def diff(a: Recording, b: Recording) -> Diff:
    """Compare the last tensors of all that two recordings have in common, bit for bit where all numbers were kept.

    Raises:
        TraceError: `a` or `b` is no recording.
    """
    keys_a, keys_b = _keys(require_recording(a)), _keys(require_recording(b))
    return Diff(
        only_a=tuple(key for key in keys_a if key not in keys_b),
        only_b=tuple(key for key in keys_b if key not in keys_a),
        gradients=_differing("node", _incoming(a), _incoming(b)),
        leaves=_differing("grad", _latest(a, "accumulate"), _latest(b, "accumulate")),
        params=_differing("param", _latest(a, "param_update"), _latest(b, "param_update")),
    )


def _keys(recording: Recording) -> dict[str, None]:
    return {node.key: None for graph in recording.graphs for node in graph.nodes}


def _incoming(recording: Recording) -> dict[str, TensorData | None]:
    return {
        recording.graphs[event.graph].nodes[event.node].key: event.tensor("in:0")
        for event in recording.events
        if event.kind == "node_in" and event.graph is not None and event.node is not None
    }


def _latest(recording: Recording, kind: str) -> dict[str, TensorData | None]:
    return {event.param: event.tensor("after") for event in recording.events if event.kind == kind and event.param}


def _differing(what: str, a: dict[str, TensorData | None], b: dict[str, TensorData | None]) -> tuple[Difference, ...]:
    """Compare what both have. NaN equals NaN, since tensors are compared by their bytes where these were kept."""
    shared = [key for key in a if key in b]
    return tuple(Difference(what, key, a[key], b[key]) for key in shared if not _same(a[key], b[key]))


def _same(a: TensorData | None, b: TensorData | None) -> bool:
    if a is None or b is None:
        return a is b
    if a.data is not None and b.data is not None:
        return (a.meta, a.sample, a.data) == (b.meta, b.sample, b.data) and repr(a.norm) == repr(b.norm)
    return repr(a) == repr(b)


def matching_cursor(recording: Recording, cursor: int, other: Recording) -> int:
    """Return the cursor at which the other recording has come as far as this one; see `matching_cursors`."""
    return matching_cursors(recording, other)[min(max(0, cursor), len(recording))][0]


def matching_cursors(recording: Recording, other: Recording) -> tuple[CursorMatch, ...]:
    """Return for every cursor of a recording the matching cursor of another one.

    Two events match if their kinds and their nodes, parameters or operations are the same, counted from the end:
    what both did last stands side by side. An event without a match has the match of the event before it.
    """
    cursor_of_key = {key: cursor for cursor, key in enumerate(_event_keys(other), 1)}
    matches = [(0, True)]
    for key in _event_keys(recording):
        matches.append((cursor_of_key.get(key, matches[-1][0]), key in cursor_of_key))
    return tuple(matches)


def first_difference(a: Recording, b: Recording) -> int | None:
    """Return the cursor of the first event of `a` whose match in `b` has other tensors; None if there is none."""
    for cursor, (match, in_both) in enumerate(matching_cursors(a, b)):
        if cursor and in_both and repr(a.events[cursor - 1].tensors) != repr(b.events[match - 1].tensors):
            return cursor
    return None


def _event_keys(recording: Recording) -> Iterator[tuple[str, str, int]]:
    names = [(event.kind, _subject(recording, event)) for event in recording.events]
    left = Counter(names)
    for name in names:
        left[name] -= 1
        yield (*name, left[name])


def _subject(recording: Recording, event: Event) -> str:
    """Return the node, edge, operation or parameter of an event."""
    if event.graph is not None and event.node is not None:
        return recording.graphs[event.graph].nodes[event.node].key
    if event.graph is not None and event.edge is not None:
        edge = recording.graphs[event.graph].edges[event.edge]
        return f"{recording.graphs[event.graph].nodes[edge.source].key}:{edge.slot}"
    if event.op is not None:
        op = recording.ops[event.op]
        return f"{op.module} {op.name}"
    return event.param or ""


@dataclass(frozen=True, slots=True)
class SharedGradient:
    """The gradient of one leaf in one step, rank by rank; None where a rank has none.

    Attributes:
        before: What each process's own backward passes gave.
        after: What the processes made of it together.
    """

    step: int
    param: str
    before: tuple[TensorData | None, ...]
    after: tuple[TensorData | None, ...]

    @property
    def differs_before(self) -> bool:
        """Whether ranks had different gradients of their own."""
        return not all(_same(self.before[0], other) for other in self.before[1:])

    @property
    def differs_after(self) -> bool:
        """Whether they are still different."""
        return not all(_same(self.after[0], other) for other in self.after[1:])


def shared_gradients(ranks: Sequence[Recording]) -> tuple[SharedGradient, ...]:
    """Compare the gradients of several processes of one training, before and after they were added up together."""
    found = [_landed(require_recording(recording)) for recording in ranks]
    places = dict.fromkeys(place for landed in found for place in landed)
    none = (None, None)
    return tuple(
        SharedGradient(
            *place,
            before=tuple(landed.get(place, none)[0] for landed in found),
            after=tuple(landed.get(place, none)[1] for landed in found),
        )
        for place in sorted(places, key=lambda place: place[0])
    )


def _landed(recording: Recording) -> dict[tuple[int, str], tuple[TensorData | None, TensorData | None]]:
    """Return, per step and leaf, its .grad after its own last pass, and after what was shared."""
    landed: dict[tuple[int, str], tuple[TensorData | None, TensorData | None]] = {}
    for event in recording.events:
        if event.param is None:
            continue
        place, after = (event.step, event.param), event.tensor("after")
        if event.kind == "accumulate":
            landed[place] = (after, after)
        elif event.kind == "grad_edit" and event.fact("by") == ALL_REDUCE and place in landed:
            landed[place] = (landed[place][0], after)
    return landed
