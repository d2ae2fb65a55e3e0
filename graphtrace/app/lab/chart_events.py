"""A click on a point of the loss curve: that iteration is opened, and its backward pass plays."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from graphtrace.app.lab.iteration import open_iteration
from graphtrace.app.lab.session import LabSession
from graphtrace.app.payloads import as_mapping


def loss_clicked(session: LabSession, key: str) -> None:
    """Open the iteration of the point that was clicked.

    Args:
        session: This session.
        key: Of the chart.
    """
    forward = _forward(as_mapping(st.session_state.get(key)))
    if forward is None or session.run is not None:
        return
    open_iteration(session, forward)
    session.part = "graph"


def _forward(event: Mapping[str, object]) -> int | None:
    """Return the number of the forward pass that was clicked; what comes from a browser may be anything."""
    points = as_mapping(event.get("selection")).get("points")
    first = as_mapping(points[0]) if isinstance(points, list) and points else {}
    x = first.get("x")
    return int(x) if isinstance(x, int | float) and x >= 1 else None
