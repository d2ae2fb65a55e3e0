"""Two branches side by side: two players in one element, which the browser moves together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TypedDict

import streamlit as st

from graphtrace.app import assets
from graphtrace.app.lab.comparison import BRANCHES, Comparison, ComparisonPayload
from graphtrace.app.lab.messages import ADDRESS, write_address
from graphtrace.app.lab.player_panel import PATH, as_payload, player_patch, player_title, prepared_playback
from graphtrace.app.lab.session import LabSession
from graphtrace.app.payloads import Patch, Payload, Seek, as_mapping, component_state
from graphtrace.compare import CursorMatch, matching_cursors
from graphtrace.lab.showing.playback import playback
from graphtrace.literals import Language
from graphtrace.viewer import PAIR

PLAYERS = "lab_players"  # component state: cursor ({of: payload id, at: [cursor of A, cursor of B]})


class _Side(TypedDict):
    """One of the two players: the branch's name, what it does, how far it is; then as for one player."""

    name: str
    does: str
    told: str
    id: str
    play: Payload
    start: int
    patch: Patch


class _Sides(TypedDict):
    """Both players; `own` is the branch that actions are done to."""

    id: str
    sides: list[_Side]
    meetings: list[tuple[CursorMatch, ...]]
    seek: Seek | None
    own: int
    address: str
    wanted: Mapping[str, str]


def play_side_by_side(session: LabSession, comparison: Comparison, lang: Language) -> int:
    """Show both branches; returns the cursor of the session's machine.

    Args:
        session: Its machine is the branch that actions are done to.
        comparison: The branches.
        lang: Language of the page.
    """
    branch = comparison.index_of(session.machine)
    payload = _payload(session, comparison, lang)
    if session.cursor is None:
        session.cursor = payload.start[branch]  # the address has it from now on, and so has a single player
    write_address(session, lang)
    data: _Sides = {
        "id": payload.id,
        "sides": [_side(comparison, payload, side, lang) for side in (0, 1)],
        "meetings": list(payload.matches),
        "seek": session.seek_request,
        "own": branch,
        "address": PATH,
        "wanted": st.session_state[ADDRESS],
    }
    moved = partial(_store_cursors, session, comparison, payload)
    assets.mount("graphtrace_pair", PLAYERS, PAIR, data=data, on_cursor_change=moved)
    return session.cursor


def _payload(session: LabSession, comparison: Comparison, lang: Language) -> ComparisonPayload:
    """Return the payload, made anew only if one of the branches changed."""
    other = comparison.machines[1 - comparison.index_of(session.machine)]
    payload_id = f"pair|{lang}|{session.playback_id}|{other.position}|{len(other.history)}"
    if comparison.payload is None or comparison.payload.id != payload_id:
        comparison.payload = _new_payload(session, comparison, payload_id, lang)
        comparison.cursors = comparison.payload.start
    return comparison.payload


def _new_payload(session: LabSession, comparison: Comparison, payload_id: str, lang: Language) -> ComparisonPayload:
    branch = comparison.index_of(session.machine)
    mine = prepared_playback(session, lang).payload
    other = as_payload(playback(comparison.machines[1 - branch]), lang)
    a, b = comparison.recording(0), comparison.recording(1)
    cursor = session.cursor if session.cursor is not None else len((a, b)[branch])
    return ComparisonPayload(
        payload_id,
        plays=(mine, other) if branch == 0 else (other, mine),
        matches=(matching_cursors(a, b), matching_cursors(b, a)),
        start=comparison.cursors_at(branch, cursor),
    )


def _side(comparison: Comparison, payload: ComparisonPayload, branch: int, lang: Language) -> _Side:
    name, description = BRANCHES[branch], comparison.describe(branch, lang)
    return {
        "name": name,
        "does": description,
        "told": player_title(comparison.machines[branch], lang),
        "id": f"{payload.id}|{name}",
        "play": payload.plays[branch],
        "start": payload.start[branch],
        "patch": player_patch(f"{name} · {description}", lang),
    }


def _store_cursors(session: LabSession, comparison: Comparison, payload: ComparisonPayload) -> None:
    """Store the cursors that the players reported, for the charts and for a single player."""
    cursors = _reported_cursors(as_mapping(component_state(PLAYERS).get("cursor")), payload.id)
    if cursors is not None:
        comparison.cursors = cursors
        if session.machine in comparison.machines:  # another button may have replaced it in the same instant
            session.cursor = cursors[comparison.index_of(session.machine)]


def _reported_cursors(report: Mapping[str, object], payload_id: str) -> tuple[int, int] | None:
    """Return the cursors in a report about this payload. It comes from a browser, and may be anything."""
    at = report.get("at")
    if report.get("of") != payload_id or not isinstance(at, list) or [type(cursor) for cursor in at] != [int, int]:
        return None
    return max(0, at[0]), max(0, at[1])
