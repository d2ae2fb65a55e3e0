"""An iteration that was opened by a click on the loss curve: its events play, the machine stays where it is."""

from __future__ import annotations

from graphtrace import lab
from graphtrace.app.lab.prepared_playback import PreparedPlayback
from graphtrace.app.lab.session import LabSession
from graphtrace.lab.records.actions import Backward
from graphtrace.lab.showing.iterations import at_iteration
from graphtrace.lab.showing.time_points import now
from graphtrace.lab.showing.training_curves import forwards_done


def open_iteration(session: LabSession, number: object) -> None:
    """Open an iteration, at the beginning of its backward pass; the present one leads back to the machine itself."""
    if not isinstance(number, int) or isinstance(number, bool):
        return
    session.stop_run()
    leave_iteration(session)
    if number == forwards_done(session.machine, now(session.machine)):
        return
    with session.errors_as_note():
        branch = at_iteration(session.machine, number)
        base = session.playback_id
        session.prepared = PreparedPlayback(f"{base}|iteration {number}", {}, 0, 0, None, base, branch)
        backward = [i for i, entry in enumerate(branch.done) if isinstance(entry.action, Backward)]
        session.newest, session.cursor = (branch.position - backward[-1] if backward else 1), None


def opened_iteration(session: LabSession) -> lab.Machine | None:
    """Return a machine that stands at the end of the iteration that is open; None where none is."""
    prepared = session.prepared
    if prepared is None or session.run is not None or prepared.id != session.playback_id:
        return None
    return prepared.branch


def leave_iteration(session: LabSession) -> bool:
    """Show the machine itself again; returns whether an iteration was open."""
    if opened_iteration(session) is None:
        return False
    session.prepared, session.newest, session.cursor = None, 0, None
    return True
