"""What parameters had when the playback begins: their ``.grad``, how many passes are in it, their latest update."""

from __future__ import annotations

from collections.abc import Sequence

from graphtrace.lab.running.history_entries import HistoryEntry
from graphtrace.lab.running.machine import Machine
from graphtrace.literals import Level
from graphtrace.model import LeafStart, TensorData
from graphtrace.recorder import read_tensors

Update = tuple[TensorData | None, TensorData | None]


def leaf_starts(machine: Machine, position: int) -> tuple[LeafStart, ...]:
    """Return what every parameter had after `position` actions; none for a parameter that had neither.

    Args:
        machine: Whose parameters.
        position: Actions done before.
    """
    before = machine.at(position)
    names = [name for name in before.tensors if f"{name}.grad" in before.tensors]
    read = read_tensors([before.tensors[f"{name}.grad"] for name in names], machine.runner.values)
    grads = dict(zip(names, read, strict=True))
    updates = _latest_updates(machine.history[:position], machine.runner.values)
    return tuple(
        LeafStart(name, grads.get(name), before.passes.get(name, 0), *updates.get(name, (None, None)))
        for name in dict.fromkeys((*grads, *updates))
        if name in before.tensors
    )


def _latest_updates(entries: Sequence[HistoryEntry], level: Level) -> dict[str, Update]:
    """Return each parameter's latest update, back to where no entry tells of it any more."""
    updates: dict[str, Update] = {}
    for entry in reversed(entries):
        if entry.recording is None and not entry.updates:
            break
        for name, update in _updates(entry, level).items():
            updates.setdefault(name, update)
    return updates


def _updates(entry: HistoryEntry, level: Level) -> dict[str, Update]:
    """Return each parameter's last update by one action."""
    if entry.recording is not None:
        events = [event for event in entry.recording.events if event.kind == "param_update" and event.param]
        return {event.param or "": (event.tensor("before"), event.tensor("after")) for event in events}
    before = read_tensors([before for before, _ in entry.updates.values()], level)
    after = read_tensors([after for _, after in entry.updates.values()], level)
    return dict(zip(entry.updates, zip(before, after, strict=True), strict=True))
