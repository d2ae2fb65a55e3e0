"""The buttons of the card that tells a mistake: each does its repair for real."""

from __future__ import annotations

from typing import TypedDict

from graphtrace.app.lab.session import LabSession
from graphtrace.app.payloads import as_mapping
from graphtrace.app.texts import say
from graphtrace.lab.showing.repairs import Repair, repairs
from graphtrace.literals import Language


class RepairButton(TypedDict):
    """A button of the card; `act` is what the browser reports when it is pressed."""

    text: str
    act: dict[str, str]


def repair_buttons(session: LabSession, lang: Language) -> list[RepairButton]:
    """Return the buttons for the mistake that the player tells."""
    return [
        {"text": say(f"lab_repair_{one.name}", lang, value=f"{one.value:g}"), "act": {"do": "repair", "name": one.name}}
        for one in _known(session)
    ]


def repair(session: LabSession, name: str) -> None:
    """Do the repair of a name. It comes from a browser: where there is no such repair now, nothing is done."""
    found = next((one for one in _known(session) if one.name == name), None)
    if found is None:
        return
    if found.spec is not None and found.anew:
        session.form_count += 1
        session.start(found.spec)
        return
    if found.spec is not None:
        session.rebuild(found.spec)
        return
    if found.position is not None:
        session.move(found.position - session.machine.position)
    session.do(*found.actions)


def _known(session: LabSession) -> tuple[Repair, ...]:
    """Return the repairs of what the player tells; none while a run has the machine."""
    prepared = session.prepared
    if prepared is None or session.run is not None or prepared.id != session.playback_id:
        return ()
    told = as_mapping(as_mapping(prepared.payload.get("recording")).get("diagnosis"))
    mistake = told.get("mistake")
    return repairs(session.machine, str(mistake) if mistake else None) if told else ()
