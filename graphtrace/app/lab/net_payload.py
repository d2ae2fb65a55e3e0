"""What the player is told of the net beside the recording that it plays."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict

from graphtrace.app.lab.hand import ProbePayload, held_number
from graphtrace.app.lab.iteration import opened_iteration
from graphtrace.app.lab.live_payload import LivePayload, live_payload
from graphtrace.app.lab.session import LabSession
from graphtrace.lab.showing.pulse import picture


class NetPayload(TypedDict):
    """The net as it is now.

    Attributes:
        picture: At rest; None while it runs.
        trains: Whether it trains with pictures, which come by themselves.
        probe: The number that is held by hand.
    """

    picture: LivePayload | None
    trains: bool
    probe: ProbePayload | None


def net_payload(session: LabSession) -> NetPayload:
    """Return what is told of a session's net."""
    if session.run is not None:
        return {"picture": None, "trains": session.trains, "probe": None}
    shown, opened = picture(session.machine), opened_iteration(session)
    if opened is not None:  # the whole curve, and everything else as it was then
        then = picture(opened)
        shown = replace(shown, iteration=then.iteration, loss=then.loss, norms=then.norms, surface=then.surface)
    return {
        "picture": live_payload(shown, session.pace),
        "trains": False,
        "probe": None if opened else held_number(session),
    }
