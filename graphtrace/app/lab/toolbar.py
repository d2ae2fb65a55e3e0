"""The toolbar above the graph: what it offers, and what a press of it does; the browser draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypedDict

from graphtrace.app import assets
from graphtrace.app.lab.iteration import leave_iteration, open_iteration
from graphtrace.app.lab.lesson_place import come_back
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import PARTS
from graphtrace.app.lab.story_line import StoryPayload, go_to, story_payload
from graphtrace.app.lab.training import start_training
from graphtrace.app.payloads import as_mapping
from graphtrace.lab import limits
from graphtrace.lab.records.actions import Action, Backward, Forward, Step, ZeroGrad
from graphtrace.lab.showing.story import stop_beside
from graphtrace.literals import Language

ACTIONS: Mapping[str, tuple[Callable[[], Action], ...]] = {
    "forward": (Forward,),
    "backward": (Backward,),
    "step": (Step,),
    "zero": (ZeroGrad,),
    "iterate": (ZeroGrad, Forward, Backward, Step),
}


class Toolbar(TypedDict):
    """What the browser needs to draw the toolbar; it knows the actions by name.

    Attributes:
        undo: Whether there is something to undo: not the first forward pass, which the page does at the start.
        redo: Whether there is something to redo.
        trains: Whether the net trains, until it is paused.
        count: How many iterations Run does.
        most: How many iterations a run may have.
        part: Which part of the page is shown.
        unhide: Whether the address hides something that a button can show again.
        plots: Where the page's chart library is, "" if that is not known.
        story: The line of time.
        answered: Serial of the latest press that was carried out.
    """

    undo: bool
    redo: bool
    trains: bool
    count: int
    most: int
    part: str
    unhide: bool
    plots: str
    story: StoryPayload
    answered: str


def toolbar(session: LabSession, lang: Language) -> Toolbar | None:
    """Return the toolbar, None where the address hides it."""
    if "actions" in session.hidden:
        return None
    machine = session.machine
    return {
        "undo": bool(session.problems) or stop_beside(machine, -1) is not None,
        "redo": stop_beside(machine, 1) is not None,
        "trains": session.trains,
        "count": session.count,
        "most": limits.current().steps,
        "part": session.part,
        "unhide": bool(session.hidden),
        "plots": assets.chart_library(),
        "story": story_payload(session, lang),
        "answered": session.answered,
    }


def press(session: LabSession, reported: object) -> bool:
    """Do what was pressed, once; returns whether this press is new.

    Args:
        session: This session.
        reported: What the browser says: ``do`` names the button, ``serial`` the press, ``n`` the number beside Run,
            ``part`` the part of the page, ``to`` a place in time. It comes from a browser: anything else does nothing.
    """
    report = as_mapping(reported)
    name, serial = str(report.get("do", "")), str(report.get("serial", ""))[:40]
    if not is_new_press(session, report):
        return False
    session.answered = serial
    _take_count(session, report.get("n"))
    if name in ACTIONS:
        session.do(*(make() for make in ACTIONS[name]))
    elif name == "part" and report.get("part") in PARTS:
        session.part = str(report["part"])
    elif name in _PLACES:
        _PLACES[name](session, report.get("to"))
    elif name in _OTHERS:
        _OTHERS[name](session)
    return True


def is_new_press(session: LabSession, report: Mapping[str, object]) -> bool:
    """Return whether a press that the browser reports was not carried out yet."""
    return str(report.get("serial", ""))[:40] not in ("", session.answered)


_PLACES: Mapping[str, Callable[[LabSession, object], None]] = {"go": go_to, "open": open_iteration}
_OTHERS: Mapping[str, Callable[[LabSession], None]] = {
    "run": lambda session: session.start_run(session.count),
    "train": start_training,
    "pause": LabSession.stop_run,
    "undo": lambda session: None if leave_iteration(session) else session.move(-1),
    "redo": lambda session: session.move(1),
    "again": LabSession.restart,
    "lesson": come_back,
    "unhide": lambda session: setattr(session, "hidden", frozenset()),
}


def _take_count(session: LabSession, count: object) -> None:
    if isinstance(count, int | float) and 1 <= count <= limits.current().steps:
        session.count = int(count)
