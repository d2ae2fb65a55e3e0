"""A step as a block, and back: its form is stored once, its numbers and contents with each step."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from graphtrace.errors import FileError, TraceError
from graphtrace.model.check_recording import check_recording
from graphtrace.model.events import Event
from graphtrace.model.parsing import PARTS, parse
from graphtrace.model.plain import from_plain, to_plain
from graphtrace.model.recording import Recording
from graphtrace.model.step_file.blocks import ReadBudget
from graphtrace.model.step_file.columns import Columns, Forms
from graphtrace.model.step_file.content_reader import ContentReader
from graphtrace.model.step_file.contents import ContentTable, Update
from graphtrace.model.step_file.pieces import Piece, Places
from graphtrace.model.step_file.texts import Changes, Template, changed, changes, template, written
from graphtrace.model.summaries import StepSummary
from graphtrace.model.tensor_data import TensorData

_COUNTS = struct.Struct("<II")  # bytes of the JSON, of the statistics
_LEAF_TENSORS = ("grad", "before", "after")
_SAME, _NOTHING = Changes(), Columns()


@dataclass(frozen=True, slots=True)
class StepHead:
    """What is said of a step without reading it.

    Attributes:
        order: Steps are in this order, whenever they were written.
        form: Which block of the file has a step of the same form.
        base: Which block has contents that it refers to; None where it refers to none.
        size: How many events, and nodes and edges of graphs, there are.
        ns: See `Piece`.
        summary: Its numbers.
    """

    order: int
    form: int
    size: int
    summary: StepSummary
    base: int | None = None
    ns: int | None = None


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a step has beside its form."""

    changes: Changes = _SAME
    contents: Columns = _NOTHING


@dataclass(frozen=True, slots=True)
class Packed:
    """A step that is to be written: its text, the rest of its block, and contents that the next one may refer to."""

    template: Template
    facts: tuple[Columns, bytes, bytes]
    own: Mapping[TensorData, int]

    def body(self, form: Template) -> bytes:
        """Return the body of its block, told as differences from a form."""
        columns, statistics, content = self.facts
        text = written(to_plain(_Facts(changes(form, self.template), columns))).encode()
        return _COUNTS.pack(len(text), len(statistics)) + text + statistics + content


def packed(piece: Piece, before: Mapping[TensorData, int]) -> Packed:
    """Take a step apart.

    Args:
        piece: The step.
        before: Contents of the step before, by their numbers there.
    """
    table = ContentTable(before)
    plain = to_plain(piece.recording)
    _number_contents(plain, piece.recording, table)
    whole = {
        "recording": plain,
        "columns": _taken_out(plain),
        "places": _told(piece.places),
        "forms": to_plain(table.forms()),
    }
    columns, statistics, content, own = table.packed(_updates(piece.recording.events))
    return Packed(template(written(whole)), (columns, statistics, content), own)


def _told(places: Places | None) -> dict[str, object] | None:
    """Return places as differences: those are the same in many steps."""
    return None if places is None else to_plain(Places(*(tuple(_differences(part)) for part in places.parts())))


def _number_contents(plain: dict[str, Any], recording: Recording, table: ContentTable) -> None:
    """Put the number of each content in its place."""
    for leaf, one in zip(plain.get("start", ()), recording.start, strict=True):
        leaf.update({name: table.number(getattr(one, name)) for name in _LEAF_TENSORS if name in leaf})
    for told, event in zip(plain["events"], recording.events, strict=True):
        if event.tensors:
            told["values"] = [[name, table.number(data)] for name, data in event.tensors]


def _taken_out(plain: dict[str, Any]) -> dict[str, list[int]]:
    """Take out what is different in every step: a text without it is often that of another step."""
    events, ops = plain["events"], plain.get("ops", ())
    return {
        "ns": _differences([event.pop("ns", 0) for event in events]),
        "step": _differences([event.pop("step", 0) for event in events]),
        "op_ns": [op.pop("ns", 0) for op in ops],
    }


def _differences(numbers: Sequence[int]) -> list[int]:
    return [now - last for last, now in pairwise((0, *numbers))]


def _updates(events: Sequence[Event]) -> Iterator[Update]:
    for event in events:
        if event.kind == "param_update":
            delta, after, before = (event.tensor(name) for name in ("delta", "after", "before"))
            if delta is not None and after is not None and before is not None:
                yield delta, after, before


# ---- back ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Columns:
    """What was taken out, see `_taken_out`."""

    ns: tuple[int, ...] = ()
    step: tuple[int, ...] = ()
    op_ns: tuple[int, ...] = ()


class StepReader:
    """A step that is read.

    Args:
        body: Of its block.
        form: The text of a step of the same form.
        budget: What may be made of it.

    Raises:
        FileError: It is damaged or too large.
    """

    def __init__(self, body: bytes, form: Template, budget: ReadBudget) -> None:
        self._budget = budget
        parts = None if budget.most is None else PARTS * budget.most
        sizes = _COUNTS.unpack(body[: _COUNTS.size]) if len(body) >= _COUNTS.size else (0, 0)
        at, behind = _COUNTS.size + sizes[0], _COUNTS.size + sum(sizes)
        facts = from_plain(_Facts, parse(body[_COUNTS.size : at], budget.max_bytes, parts), "step")
        text = changed(form, facts.changes)
        budget.take(len(text))
        plain = parse(text.encode(), budget.max_bytes, parts)
        if not isinstance(plain, dict) or plain.keys() != {"recording", "columns", "places", "forms"}:
            raise damaged()
        self._plain = plain
        forms = from_plain(Forms, plain["forms"], "step.forms")
        self._contents = ContentReader(facts.contents, forms, body[at:behind], body[behind:], budget)

    def contents(self) -> list[TensorData | None]:
        """Return the contents that are in the step itself."""
        return self._contents.read(None)

    def piece(self, head: StepHead, earlier: Sequence[TensorData | None]) -> Piece:
        """Return the step.

        Args:
            head: What its block says of it.
            earlier: Contents of the step that it refers to.
        """
        plain, columns = self._plain["recording"], from_plain(_Columns, self._plain["columns"], "step.columns")
        if not isinstance(plain, dict):
            raise damaged()
        events, ops = _objects(plain.get("events")), _objects(plain.get("ops", []))
        if {len(columns.ns), len(columns.step)} != {len(events)} or len(columns.op_ns) != len(ops):
            raise damaged()
        self._budget.count(len(events) + _size(plain.get("graphs")))
        _put_contents(plain, events, self._contents.read(earlier))
        for event, ns, step in zip(events, accumulate(columns.ns), accumulate(columns.step), strict=True):
            event.update(ns=ns, step=step)
        for op, taken in zip(ops, columns.op_ns, strict=True):
            op["ns"] = taken
        recording = from_plain(Recording, plain, "step.recording")
        try:
            check_recording(recording)
        except TraceError as error:
            raise FileError(f"{type(recording).__name__.lower()} file is damaged: {error}") from error
        return Piece(recording, self._places(), head.ns)

    def _places(self) -> Places | None:
        if self._plain["places"] is None:
            return None
        told = from_plain(Places, self._plain["places"], "step.places")
        return Places(*(tuple(accumulate(part)) for part in told.parts()))


def damaged() -> FileError:
    """Return the error of a step whose parts do not belong together."""
    return FileError("file is damaged: parts of a step do not fit (save it again, or check that it is complete)")


def _objects(plain: object) -> list[dict[str, object]]:
    if not isinstance(plain, list) or not all(type(one) is dict for one in plain):
        raise damaged()
    return plain


def _size(graphs: object) -> int:
    found = [one for one in graphs if isinstance(one, dict)] if isinstance(graphs, list) else []
    lists = [one.get(name) for one in found for name in ("nodes", "edges")]
    return sum(len(one) for one in lists if isinstance(one, list))


def _put_contents(plain: dict[str, Any], events: list[dict[str, Any]], contents: Sequence[TensorData | None]) -> None:
    """Put each content in the place of its number."""

    def content(number: object) -> TensorData | None:
        if number is None:
            return None
        if type(number) is not int or not 0 <= number < len(contents):
            raise damaged()
        return contents[number]

    for leaf in _objects(plain.get("start", [])):
        leaf.update({name: content(leaf[name]) for name in _LEAF_TENSORS if name in leaf})
    for event in events:
        told = event.get("values", [])
        if not isinstance(told, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in told):
            raise damaged()
        event["values"] = [[name, content(number)] for name, number in told]
