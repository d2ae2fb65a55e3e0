"""The line of time below the toolbar: everything that was done, folded; a press on it goes there."""

from __future__ import annotations

from typing import TypedDict

from graphtrace.app.lab.session import LabSession
from graphtrace.app.texts import say
from graphtrace.lab.records.actions import Action, Backward, Forward, Iterate, Redesign, Step, ZeroGrad
from graphtrace.lab.showing.story import StoryEntry, stops, story
from graphtrace.lab.showing.training_curves import forwards_of
from graphtrace.literals import Language

MOST = 60  # parts; what came before them is one part
_KINDS: dict[type, str] = {
    Forward: "forward",
    Backward: "backward",
    Step: "step",
    ZeroGrad: "zero",
    Redesign: "design",
    Iterate: "many",
}
StoryPart = tuple[int, str, str, int, bool]
"""Position after it, kind (of action, or ``many`` or ``other``), words, forward passes in it, whether torch raised."""


class StoryPayload(TypedDict):
    """The line of time; ``viewer/src/hosts/story.js`` has the same type.

    Attributes:
        at: Position of the machine.
        fork: Position at which the other branch begins; None where nothing is compared.
        parts: In time, with what is undone.
    """

    at: int
    fork: int | None
    parts: list[StoryPart]


def story_payload(session: LabSession, lang: Language) -> StoryPayload:
    """Return the line of time of a session."""
    machine, comparison = session.machine, session.active_comparison
    entries = story(machine)
    first = max(0, len(entries) - MOST)
    parts = [_part(entry, session, lang) for entry in entries[first:]]
    if first:
        end = entries[first - 1].last
        parts = [(end, "many", say("story_earlier", lang), _forwards(session, 0, end), False), *parts]
    return {"at": machine.position, "fork": None if comparison is None else comparison.pair.fork, "parts": parts}


def _part(entry: StoryEntry, session: LabSession, lang: Language) -> StoryPart:
    kinds = {_KINDS.get(type(action), "other") for action in entry.actions}
    forwards = _forwards(session, entry.first, entry.last)
    alone = kinds.pop() if len(kinds) == 1 else ""
    kind = "design" if "design" in {*kinds, alone} else alone or ("many" if forwards > 1 else "other")
    return entry.last, kind, _words(entry, lang), forwards, entry.failed


def _forwards(session: LabSession, first: int, last: int) -> int:
    return sum(map(forwards_of, session.machine.history[first:last]))


def _words(entry: StoryEntry, lang: Language) -> str:
    names = " · ".join(_name(action, lang) for action in entry.actions[:4])
    more, times = "…" if len(entry.actions) > 4 else "", f" ×{entry.times:,}" if entry.times > 1 else ""
    return f"{names}{more}{times}" + ("" if entry.loss is None else f" · loss {entry.loss:.4g}")


def _name(action: Action, lang: Language) -> str:
    if isinstance(action, Iterate):
        return say("story_run", lang, count=f"{action.n:,}")
    return say("story_design", lang) if isinstance(action, Redesign) else type(action).__name__


def go_to(session: LabSession, position: object) -> None:
    """Go to the place of the history that was pressed; what comes from a browser may be anything."""
    if isinstance(position, int) and not isinstance(position, bool):
        places = [place for place in stops(session.machine.history) if place]
        session.go(min(places, key=lambda place: abs(place - position)))
