"""Training in the background with pictures of how it goes, until it is stopped."""

from __future__ import annotations

import math

from graphtrace.app.lab.background_run import BackgroundRun
from graphtrace.app.lab.session import LabSession
from graphtrace.lab import limits
from graphtrace.lab.showing.pulse import PACES, Pulse


def start_training(session: LabSession) -> None:
    """Train until `LabSession.stop_run`."""
    session.stop_run()
    session.choice = None
    session.run = BackgroundRun(session.machine, limits.current().steps, None, Pulse(session.machine, session.pace))


def set_pace(session: LabSession, pace: float) -> None:
    """Train at another pace; 0 for as many iterations as possible."""
    session.pace = pace if pace in PACES else math.inf
    if session.run is not None and session.run.pulse is not None:
        session.run.pulse.pace = session.pace
