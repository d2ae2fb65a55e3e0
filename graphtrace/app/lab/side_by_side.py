"""Two branches side by side: two players in one element, moved together by the browser alone."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from graphtrace.app.lab.comparison import NAMES, Comparison, ComparisonPayload
from graphtrace.app.lab.messages import address
from graphtrace.app.lab.player_panel import patch, played, prepared, title
from graphtrace.app.lab.session import Lab
from graphtrace.app.texts import say
from graphtrace.lab.running.machine import Machine
from graphtrace.lab.showing import branches
from graphtrace.lab.showing.playback import playback
from graphtrace.model import Recording
from graphtrace.viewer import COMPONENT, CSS, PAIR

PLAYERS = "lab_players"  # component state: cursor ({of: both stories, at: [A's, B's]})
_mount = st.components.v2.component("graphtrace_pair", html=PAIR, css=CSS, js=COMPONENT)


def beside(one: Lab, found: Comparison, lang: str) -> int:
    """Play both branches, and return the cursor of the one that actions are done to."""
    sent, own = _sent(one, found), _own(one, found)
    if one.cursor is None:
        one.cursor = sent.start[own]  # where time stands from now on: in the address, and for one player alone
    sides = [_side(found, name, sent, lang) for name in NAMES]
    data: dict[str, Any] = {"id": sent.id, "sides": sides, "meetings": [list(met) for met in sent.meetings]}
    data |= {"seek": one.seeking, "own": own}
    address(one, lang)
    _mount(data=data, key=PLAYERS, on_cursor_change=partial(_moved, one, found, sent))
    return one.cursor


def cursors(one: Lab, found: Comparison, cursor: int) -> tuple[int, int]:
    """Return where A and B are when the branch that actions are done to is at a cursor."""
    own = _own(one, found)
    if found.at is not None and found.at[own] == cursor:
        return found.at
    other = branches.matching_cursor(told(one.machine), cursor, told(found.machine(NAMES[1 - own])))
    return (cursor, other) if own == 0 else (other, cursor)


def does(found: Comparison, name: str, lang: str) -> str:
    """Say what a branch does: its optimizer, and for B what else is different."""
    live = found.machine(name).trainer
    optimizer = f"{type(live.optimizer).__name__}({live.optimizer.lr:g})"
    if name == "A" or not found.apart.startswith("branch_"):
        return optimizer
    return f"{optimizer}, {say(found.apart, lang)}"


def told(machine: Machine) -> Recording:
    """Return what is played of a branch."""
    return playback(machine).recording


def _own(one: Lab, found: Comparison) -> int:
    """Return the branch that actions are done to."""
    return int(one.machine is found.pair.b)


def _sent(one: Lab, found: Comparison) -> ComparisonPayload:
    """Make what is sent, once for both stories."""
    other = found.machine(NAMES[1 - _own(one, found)])
    name = f"pair|{one.identity}|{other.position}|{len(other.history)}"
    if found.sent is None or found.sent.id != name:
        found.sent = _made(one, found, name)
        found.at = found.sent.start
    return found.sent


def _made(one: Lab, found: Comparison, name: str) -> ComparisonPayload:
    own = prepared(one)
    plays = [own if found.machine(name) is one.machine else played(playback(found.machine(name))) for name in NAMES]
    a, b = told(found.pair.a), told(found.pair.b)
    end = len(a) if one.machine is found.pair.a else len(b)
    start = cursors(one, found, one.cursor if one.cursor is not None else end)
    return ComparisonPayload(
        name, tuple(plays), (branches.matching_cursors(a, b), branches.matching_cursors(b, a)), start
    )


def _side(found: Comparison, name: str, sent: ComparisonPayload, lang: str) -> dict[str, Any]:
    """Return what one player is sent, and what stands above it."""
    number, machine = NAMES.index(name), found.machine(name)
    said = {"name": name, "does": does(found, name, lang), "told": title(machine, lang)}
    return {
        **said,
        "id": f"{sent.id}|{name}",
        "play": sent.plays[number],
        "start": sent.start[number],
        "patch": patch(f"{name} · {said['does']}", lang),
    }


def _moved(one: Lab, found: Comparison, sent: ComparisonPayload) -> None:
    """Remember where both players are, for the charts and for one player alone."""
    place = (st.session_state.get(PLAYERS) or {}).get("cursor") or {}
    at = place.get("at")
    if place.get("of") != sent.id or not isinstance(at, list) or [type(cursor) for cursor in at] != [int, int]:
        return
    found.at = (max(0, at[0]), max(0, at[1]))
    one.cursor = found.at[_own(one, found)]
