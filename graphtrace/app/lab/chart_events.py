"""A click on a point of the loss curve: that iteration is opened, and its backward pass plays."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from graphtrace.app.lab.session import LabSession
from graphtrace.app.payloads import as_mapping
from graphtrace.lab.records.actions import Backward, Forward, Iterate
from graphtrace.lab.running.machine import Machine


def loss_clicked(session: LabSession, key: str) -> None:
    """Open the iteration of the point that was clicked.

    Args:
        session: This session.
        key: Of the chart.
    """
    forward = _forward(as_mapping(st.session_state.get(key)))
    if forward is None or session.run is not None:
        return
    session.choice = None
    with session.errors_as_note():
        _open(session.machine, forward)
        session.take_new_state()
        is_backward = isinstance(session.machine.done[-1].action, Backward)
        session.newest, session.part = int(is_backward), "graph"


def _forward(event: Mapping[str, object]) -> int | None:
    """Return the number of the forward pass that was clicked; what comes from a browser may be anything."""
    points = as_mapping(event.get("selection")).get("points")
    first = as_mapping(points[0]) if isinstance(points, list) and points else {}
    x = first.get("x")
    return int(x) if isinstance(x, int | float) and x >= 1 else None


def _open(machine: Machine, forward: int) -> None:
    """Go behind the backward pass of the forward pass with this number; the first forward pass has number 1."""
    done = 0
    for index, entry in enumerate(machine.history):
        before, done = done, done + len(entry.losses)
        if forward > done or not entry.losses:
            continue
        if isinstance(entry.action, Iterate):
            machine.open_iteration(index, forward - before)
        elif isinstance(entry.action, Forward):
            after = machine.history[index + 1 : index + 2]
            has_backward = bool(after) and isinstance(after[0].action, Backward)
            machine.go(index + 1 + has_backward, record_from=index)
        return
