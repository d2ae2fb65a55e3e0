"""A hand on one number of the machine: what the browser asks of it, and what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import HeldNumber
from graphtrace.lab.records.actions import Edit
from graphtrace.lab.showing.probes import probe
from graphtrace.model.wire import Number
from graphtrace.viewer.tables import plain_number


class ProbePayload(TypedDict):
    """A `Probe`; ``viewer/src/live/probe.js`` has the same type."""

    name: str
    index: list[int]
    value: float
    values: list[float]
    losses: list[Number]
    loss: Number
    step: float
    below: Number
    above: Number
    difference: Number
    gradient: Number
    dtype: str


def held_number(session: LabSession) -> ProbePayload | None:
    """Return what is known of the number that is held; None where none is. A number that is gone is let go."""
    if session.held is None or session.run is not None:
        return None
    name, index = session.held
    session.held = None
    with session.errors_as_note():
        found = probe(session.machine, name, index)
        session.held = (name, index)
        return {
            "name": name,
            "index": list(index),
            "value": found.value,
            "values": list(found.values),
            "losses": [plain_number(loss) for loss in found.losses],
            "loss": plain_number(found.loss),
            "step": found.step,
            "below": plain_number(found.below),
            "above": plain_number(found.above),
            "difference": plain_number(found.difference),
            "gradient": plain_number(found.gradient),
            "dtype": found.dtype,
        }
    return None


def move_number(session: LabSession, report: Mapping[str, object]) -> bool:
    """Hold a number, let it go, or set it, if that was asked for; returns whether. The report comes from a browser."""
    if report.get("do") == "probe":
        session.held = _place(report)
        return True
    if report.get("do") != "edit":
        return False
    place, value = _place(report), report.get("value")
    if place is not None and isinstance(value, int | float):
        session.held = place
        session.do(Edit(*place, float(value)))
    return True


def _place(report: Mapping[str, object]) -> HeldNumber | None:
    """Return the number that a report names; None for none."""
    name, index = report.get("name"), report.get("index")
    if not isinstance(name, str) or not isinstance(index, list | tuple) or len(index) > 5:
        return None
    whole = tuple(i for i in index if isinstance(i, int))
    return (name[:200], whole) if len(whole) == len(index) else None
