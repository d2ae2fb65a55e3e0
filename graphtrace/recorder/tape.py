"""The tape: events in the making. They are finished when somebody asks for the recording."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Mapping
from typing import Any

import torch

from graphtrace.literals import Level
from graphtrace.model import Event, ForwardTensor, Graph, Op, Recording
from graphtrace.recorder.contents import Contents, finish
from graphtrace.recorder.fetch import Flag, Pending

# An event whose contents may still be on a device: kind, step, graph, node, edge, param, op, ns, facts, names of the
# values, and the values. One plain tuple, since a pass makes thousands while the program waits.
Draft = tuple[Any, ...]
_TAKEN = 10


def _event(draft: Draft) -> Event:
    """Return the finished event; call after the contents were resolved."""
    kind, step, graph, node, edge, param, op, ns, facts, names = draft[:_TAKEN]
    values = tuple([(name, one.value if one else None) for name, one in zip(names, draft[_TAKEN:], strict=True)])
    plain = tuple([(name, _plain(fact)) for name, fact in facts.items()]) if facts else ()
    return Event(kind, step, graph, node, edge, param, op, values, plain, ns)


def _plain(fact: Any) -> Any:
    """Return a fact as a plain value; there is one NaN, so that a recording equals its copy from a file."""
    plain = fact.value if isinstance(fact, Flag) else fact
    return math.nan if plain != plain else plain


class Quietly:
    """The recorder must never break the program: what it cannot read becomes a warning of the recording.

    The cyclic collector pauses meanwhile: records are many, and none of them is garbage.
    """

    __slots__ = ("_collecting", "_grad", "_unwatched", "_warnings", "_what")

    def __init__(self, warnings: dict[str, None], what: str) -> None:
        self._warnings, self._what = warnings, what

    def __enter__(self) -> None:
        self._collecting = gc.isenabled()
        gc.disable()
        self._unwatched = torch._C.DisableTorchFunction()
        self._unwatched.__enter__()
        self._grad = torch.is_grad_enabled()
        torch._C._set_grad_enabled(False)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: Any) -> bool:
        torch._C._set_grad_enabled(self._grad)
        self._unwatched.__exit__(kind, error, traceback)
        if self._collecting:
            gc.enable()
        if error is None or not isinstance(error, Exception):
            return False
        text = f"{self._what} could not be recorded: {type(error).__name__}: {error}"
        self._warnings[text[:300]] = None
        return True


class Tape:
    """Collects drafts, ops, values and graphs in order."""

    def __init__(self, level: Level, budget_bytes: int) -> None:
        self.contents = Contents(level, budget_bytes)
        self.level = level
        self.step = 0
        self.graphs: list[Graph] = []
        self.ops: list[Op] = []
        self.tensors: list[ForwardTensor] = []
        self.warnings: dict[str, None] = {}
        self._events: list[Event] = []
        self._drafts: list[Draft] = []
        self._start = time.perf_counter_ns()

    def put(
        self,
        kind: str,
        values: Mapping[str, Pending | None] | None = None,
        facts: dict[str, Any] | None = None,
        graph: int | None = None,
        node: int | None = None,
        edge: int | None = None,
        param: str | None = None,
        op: int | None = None,
    ) -> None:
        """Append an event. Its dict of facts may be added to until the event is finished."""
        ns = time.perf_counter_ns() - self._start
        values = values or {}
        places = (kind, self.step, graph, node, edge, param, op)
        self._drafts.append((*places, ns, facts, tuple(values), *values.values()))

    def log(
        self,
        kind: str,
        graph: int,
        node: int | None,
        edge: int | None,
        facts: dict[str, Any] | None = None,
        names: tuple[str, ...] = (),
        *taken: Pending | None,
    ) -> None:
        """The same for the events of a backward pass, which are many."""
        ns = time.perf_counter_ns() - self._start
        self._drafts.append((kind, self.step, graph, node, edge, None, None, ns, facts, names, *taken))

    def settle(self) -> None:
        """Bring over what waits on accelerators. On the CPU nothing does."""
        with self.quietly("contents"):
            self.contents.resolve()

    def quietly(self, what: str) -> Quietly:
        """Run the recorder's own work: unseen by any recorder, without gradients, and its failures are warnings."""
        return Quietly(self.warnings, what)

    def recording(self) -> Recording:
        """Return all that happened."""
        self.settle()
        self._finish()
        if self.contents.out_of_memory:
            self.warnings["the device ran out of memory: from there on large tensors left statistics only"] = None
        if self.contents.over_budget:
            self.warnings[f"budget used up: {self.contents.over_budget} tensors left statistics only"] = None
        return Recording(
            graphs=tuple(self.graphs),
            events=tuple(self._events),
            ops=tuple(self.ops),
            tensors=tuple(self.tensors),
            torch=torch.__version__,
            level=self.level,
            warnings=tuple(self.warnings),
        )

    def _finish(self) -> None:
        """Turn drafts into events; put off until somebody asks, so that the program need not wait for it."""
        with self.quietly("contents"):
            finish([one for draft in self._drafts for one in draft[_TAKEN:] if one is not None])
            self._events += [_event(draft) for draft in self._drafts]
            self._drafts.clear()
