"""An iteration that was opened by a click on a loss curve or on the line of time: the machine goes there."""

from __future__ import annotations

from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import OpenedIteration
from graphtrace.lab.records.actions import Backward
from graphtrace.lab.showing.iterations import go_to_iteration


def open_iteration(session: LabSession, number: object) -> None:
    """Open an iteration exactly as it was: its backward pass plays, or its forward pass where it has none.

    Args:
        session: This session.
        number: Of the forward pass, from 1. It comes from a browser: anything else does nothing.
    """
    if not isinstance(number, int) or isinstance(number, bool):
        return
    session.stop_run()
    session.choice = None
    machine, opened = session.machine, _opened(session)
    with session.errors_as_note():
        back = machine.position if opened is None else opened.back
        go_to_iteration(machine, number)
        session.take_new_state()
        session.newest = int(isinstance(machine.done[-1].action, Backward))
        session.opened = OpenedIteration(session.press_count, session.machine_count, back)


def _opened(session: LabSession) -> OpenedIteration | None:
    """Return the iteration that is open; None once something else was done."""
    opened, now = session.opened, (session.press_count, session.machine_count)
    return opened if opened is not None and now == (opened.press_count, opened.machine_count) else None


def leave_iteration(session: LabSession) -> bool:
    """Go back to where the machine was before an iteration was opened; returns whether one was open."""
    opened = _opened(session)
    if opened is None:
        return False
    session.machine.rejoin()
    session.go(opened.back)
    return True
