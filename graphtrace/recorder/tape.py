"""The tape: events in the making. Contents are filled in when a pass has ended."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from graphtrace.model import Event, Graph, Op, Recording, Value
from graphtrace.recorder.contents import Contents, Flag, Pending, unwatched


@dataclass(slots=True)
class Draft:
    """An event whose contents may still be on a device."""

    kind: str
    step: int
    ns: int
    places: dict[str, Any]
    values: Mapping[str, Pending | None]
    facts: dict[str, Any]

    def event(self) -> Event:
        """Return the finished event; call after the contents were resolved."""
        values = tuple((name, pending.value if pending else None) for name, pending in self.values.items())
        facts = tuple((name, _plain(fact)) for name, fact in self.facts.items())
        return Event(kind=self.kind, step=self.step, ns=self.ns, values=values, facts=facts, **self.places)


def _plain(fact: Any) -> Any:
    """Return a fact as a plain value; there is one NaN, so that a recording equals its copy from a file."""
    plain = fact.value if isinstance(fact, Flag) else fact
    return math.nan if plain != plain else plain


class Tape:
    """Collects drafts, ops, values and graphs in order."""

    def __init__(self, level: str, budget_bytes: int) -> None:
        self.contents = Contents(level, budget_bytes)
        self.level = level
        self.step = 0
        self.graphs: list[Graph] = []
        self.ops: list[Op] = []
        self.values: list[Value] = []
        self.warnings: dict[str, None] = {}
        self._events: list[Event] = []
        self._drafts: list[Draft] = []
        self._start = time.perf_counter_ns()

    def put(
        self,
        kind: str,
        values: Mapping[str, Pending | None] | None = None,
        facts: dict[str, Any] | None = None,
        **places: Any,
    ) -> Draft:
        """Append an event. Its values and facts may be added to until the tape settles."""
        ns = time.perf_counter_ns() - self._start
        draft = Draft(kind, self.step, ns, places, values or {}, facts or {})
        self._drafts.append(draft)
        return draft

    def settle(self) -> None:
        """Turn drafts into events: one transfer from the device for all that was taken since the last time."""
        with unwatched():
            self.contents.resolve()
        self._events += [draft.event() for draft in self._drafts]
        self._drafts.clear()

    def recording(self) -> Recording:
        """Return all that happened."""
        self.settle()
        if self.contents.over_budget:
            self.warnings[f"budget used up: {self.contents.over_budget} tensors left statistics only"] = None
        return Recording(
            graphs=tuple(self.graphs),
            events=tuple(self._events),
            ops=tuple(self.ops),
            values=tuple(self.values),
            torch=torch.__version__,
            level=self.level,
            warnings=tuple(self.warnings),
        )
