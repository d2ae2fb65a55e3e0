"""What the player is told of the net beside the recording that it plays."""

from __future__ import annotations

from typing import TypedDict

from graphtrace.app.lab.hand import ProbePayload, held_number
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
    shown = live_payload(picture(session.machine), session.pace)
    return {"picture": shown, "trains": False, "probe": held_number(session)}
