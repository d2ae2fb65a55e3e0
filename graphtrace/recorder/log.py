"""The log of one recording: events in the order in which they happened, finished only when somebody reads them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, NamedTuple

import torch
from torch._C import _len_torch_dispatch_stack

from graphtrace.literals import EventKind
from graphtrace.model import Event, ForwardTensor, Graph, Note, Op, Recording, paused_gc
from graphtrace.recorder.capture import Capture, Flag, Taken, finish
from graphtrace.recorder.tensor_capture import TensorCapture
from graphtrace.recorder.unseen import without_dispatch_modes

Fact = int | float | bool | str | Flag | None
Facts = dict[str, Fact]


# The fields of `Draft` in their order. A pass makes thousands while the program waits, and the cyclic collector looks
# at every tuple that is kept: so none is, and one capture that goes by all names stands for itself.
Row = tuple[
    *tuple[EventKind, int, int | None, int | None, int | None, str | None, int | None, int],
    *tuple[Facts | None, tuple[str, ...], Taken],
]


class Draft(NamedTuple):
    """An event whose tensors may still wait to be measured or fetched; the fields are those of `Event`.

    `facts` may be added to until the event is finished.
    """

    kind: EventKind
    step: int
    graph: int | None
    node: int | None
    edge: int | None
    param: str | None
    op: int | None
    ns: int
    facts: Facts | None
    names: tuple[str, ...]
    captures: tuple[Capture | None, ...]

    @classmethod
    def of(cls, row: Row) -> Draft:
        """Return the draft of a row."""
        captures = row[-1]
        return cls(*row[:-1], (captures,) * len(row[-2]) if isinstance(captures, Capture) else captures)

    def event(self) -> Event:
        """Return the finished event. Call when its captures are finished."""
        pairs = zip(self.names, self.captures, strict=True)
        tensors = tuple([(name, capture.data if capture else None) for name, capture in pairs])
        facts = tuple([(name, _plain(fact)) for name, fact in self.facts.items()]) if self.facts else ()
        places = (self.graph, self.node, self.edge, self.param, self.op)
        return Event(self.kind, self.step, *places, tensors, facts, self.ns)


_WIDTH = len(Draft._fields)


def _plain(fact: Fact) -> int | float | bool | str | None:
    """Return a fact as a plain value; there is one NaN, so that a recording equals its copy from a file."""
    plain = fact.value if isinstance(fact, Flag) else fact
    return math.nan if plain != plain else plain


class Quietly:
    """Run the recorder's own work so that it never breaks the program: its failures become warnings.

    Inside, torch calls are unrecorded, unseen by the program's own modes and without gradients.
    """

    __slots__ = ("_grad", "_unseen", "_unwatched", "_warnings", "_what")

    def __init__(self, warnings: dict[str, None], what: str) -> None:
        self._warnings, self._what = warnings, what

    def __enter__(self) -> None:
        self._unwatched = torch._C.DisableTorchFunction()
        self._unwatched.__enter__()
        self._unseen = without_dispatch_modes() if _len_torch_dispatch_stack() else None
        if self._unseen is not None:
            self._unseen.__enter__()
        self._grad = torch.is_grad_enabled()
        torch._C._set_grad_enabled(False)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        torch._C._set_grad_enabled(self._grad)
        if self._unseen is not None:
            self._unseen.__exit__(kind, error, traceback)
        self._unwatched.__exit__(kind, error, traceback)
        if error is None or not isinstance(error, Exception):
            return False
        self._warnings[missed(self._what, error)] = None
        return True


def missed(what: str, error: Exception) -> str:
    """Say that something could not be recorded."""
    return f"{what} could not be recorded: {type(error).__name__}: {error}"[:300]


class EventLog:
    """Collects events, operations, tensors and graphs in order.

    Attributes:
        step: How many optimizer steps have ended.
        graphs: One per backward pass.
        ops: Operations of the forward pass; an id is a position here.
        tensors: Tensors of the forward pass; an id is a position here.
        warnings: What could not be recorded, in words, each once.
        notes: What changed nothing, and explains a mistake.
        errors: How many exceptions were recorded.
        roots: What the latest backward pass started from.
        ahead: Puts what must stand before the next event.
        append: Appends an event of a backward pass: there are thousands, so nothing is packed.
    """

    def __init__(self) -> None:
        self.step = 0
        self.graphs: list[Graph] = []
        self.ops: list[Op] = []
        self.tensors: list[ForwardTensor] = []
        self.warnings: dict[str, None] = {}
        self.notes: list[Note] = []
        self.errors = 0
        self.roots: list[torch.Tensor] = []
        self.ahead: Callable[[], None] | None = None
        self._events: list[Event] = []
        self._fields: list[Any] = []  # of all rows, one behind the other
        self.append: Callable[[Row], None] = self._fields.extend
        self._start = time.perf_counter_ns()

    def now(self) -> int:
        """Return the nanoseconds since the recording began."""
        return time.perf_counter_ns() - self._start

    @property
    def count(self) -> int:
        """How many events there are."""
        return len(self._events) + len(self._fields) // _WIDTH

    def note(self, note: Note) -> None:
        """Append a note; its position is where the recording stands."""
        self.notes.append(replace(note, event=self.count))

    def put(
        self,
        kind: EventKind,
        captures: Mapping[str, Capture | None] | None = None,
        facts: Facts | None = None,
        graph: int | None = None,
        node: int | None = None,
        param: str | None = None,
        op: int | None = None,
    ) -> None:
        """Append an event.

        Args:
            kind: What happened.
            captures: Tensors by name.
            facts: Plain facts by name; may be added to until the recording is read.
            graph: Number of the graph.
            node: Id of the node there.
            param: Name of the leaf.
            op: Id of the operation.
        """
        if self.ahead is not None:
            self.catch_up()
        ns = time.perf_counter_ns() - self._start
        captures = captures or {}
        self.errors += kind == "error"
        names, taken = tuple(captures), tuple(captures.values())
        self.append((kind, self.step, graph, node, None, param, op, ns, facts, names, taken))

    def catch_up(self) -> None:
        """Put what waits for the next event."""
        if self.ahead is not None:
            ahead, self.ahead = self.ahead, None
            ahead()

    def quietly(self, what: str) -> Quietly:
        """Run the recorder's own work: unrecorded, without gradients, and its failures are warnings."""
        return Quietly(self.warnings, what)

    def events(self) -> tuple[Event, ...]:
        """Finish all events. Put off until somebody asks, so that the program need not wait for it."""
        with paused_gc(), self.quietly("contents"):
            rows = zip(*[iter(self._fields)] * _WIDTH, strict=True)
            drafts = [Draft.of(row) for row in rows]
            finish([capture for draft in drafts for capture in draft.captures if capture is not None])
            self._events += [draft.event() for draft in drafts]
            self._fields.clear()
        return tuple(self._events)


def read_out(log: EventLog, capture: TensorCapture) -> Recording:
    """Return all that was recorded so far as plain records."""
    with log.quietly("contents"):
        capture.resolve()
    events = log.events()
    if capture.out_of_memory:
        log.warnings["the device ran out of memory: from there on large tensors left statistics only"] = None
    if capture.lost:
        log.warnings[f"{capture.lost} tensors were changed, unseen, before they were read"] = None
    if capture.over_budget:
        log.warnings[f"budget used up: {capture.over_budget} tensors left statistics only"] = None
    return Recording(
        graphs=tuple(log.graphs),
        events=events,
        ops=tuple(log.ops),
        tensors=tuple(log.tensors),
        torch=torch.__version__,
        level=capture.level,
        warnings=tuple(log.warnings),
        notes=tuple(log.notes),
    )
