"""The player of a run, beside its editor; two players where both runs are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

import streamlit as st

from graphtrace.app import assets, keys
from graphtrace.app.code import changes
from graphtrace.app.code.done import Done
from graphtrace.app.code.session import CodeSession
from graphtrace.app.component import opened_modules, palette, viewer_texts
from graphtrace.app.parcels import Parcel, parcel
from graphtrace.app.payloads import Patch
from graphtrace.app.sources import OpenedModules
from graphtrace.app.texts import say
from graphtrace.compare import CursorMatch, matching_cursors
from graphtrace.literals import Language
from graphtrace.model import Recording
from graphtrace.runner.records import FILE
from graphtrace.viewer import PAIR, play
from graphtrace.viewer.listing import with_listing

_NAME = "your_code"  # begins the names of files


class _Seek(TypedDict):
    to: int
    serial: str


class _Edited(TypedDict):
    changed: list[tuple[int, int]]


class _Played(TypedDict):
    id: str
    of: str
    recording: str
    play: Parcel
    start: int
    seek: _Seek
    keyboard: bool
    edited: _Edited
    patch: Patch


class _Side(TypedDict):
    name: str
    does: str
    told: str
    id: str
    play: Parcel
    start: int
    patch: Patch


class _Sides(TypedDict):
    id: str
    sides: list[_Side]
    meetings: list[tuple[CursorMatch, ...]]
    seek: _Seek
    own: int
    stacked: bool


def show(session: CodeSession, lang: Language) -> None:
    """Show the last run, or both where the visitor asked for it."""
    now, before = session.now, session.before
    assert now is not None, "a run is shown"
    if st.session_state.get(keys.CODE_BOTH) and before is not None and session.changes is not None:
        assets.mount("graphtrace_code_pair", keys.CODE_PAIR, PAIR, data=_both(before, now, session, lang))
        return
    nothing = assets.no_callback
    assets.mount(
        "graphtrace_viewer",
        keys.CODE_PLAYER,
        data=_one(now, session, lang),
        on_picked_change=nothing,
        on_opened_change=nothing,
        on_cursor_change=nothing,
    )


def _one(now: Done, session: CodeSession, lang: Language) -> _Played:
    opened = opened_modules(keys.CODE_PLAYER, now.key)
    return {
        "id": f"{now.key}|{opened}" if opened is not None else now.key,
        "of": now.key,
        "recording": now.key,
        "play": _payload(now, opened),
        "start": session.start,
        "seek": {"to": session.start, "serial": now.key},
        "keyboard": True,
        "edited": {
            "changed": _places(now.recording, [] if session.changes is None else changes.marked(session.changes))
        },
        "patch": _patch(lang),
    }


def _places(recording: Recording | None, marked: Sequence[str]) -> list[tuple[int, int]]:
    """Return where nodes are, by their keys."""
    wanted = set(marked)
    graphs = () if recording is None else recording.graphs
    return [(number, node.id) for number, graph in enumerate(graphs) for node in graph.nodes if node.key in wanted]


def _both(before: Done, now: Done, session: CodeSession, lang: Language) -> _Sides:
    assert before.recording is not None, "it is compared"
    assert now.recording is not None, "it is compared"
    a, b = before.recording, now.recording
    first = session.changes.first if session.changes is not None else None
    start = first or (0, 0)
    key = f"{before.key}|{now.key}"
    sides = [_side(before, "code_before", start[0], lang), _side(now, "code_now", start[1], lang)]
    return {
        "id": key,
        "sides": sides,
        "meetings": [matching_cursors(a, b), matching_cursors(b, a)],
        "seek": {"to": start[1], "serial": key},
        "own": 1,
        "stacked": True,
    }


def _side(done: Done, name: str, start: int, lang: Language) -> _Side:
    last = done.run.printed[-1].text.strip().splitlines() if done.run.printed else []
    return {
        "name": say(name, lang),
        "does": last[-1] if last else "",
        "told": "",
        "id": f"{done.key}|pair",
        "play": _payload(done, None),
        "start": start,
        "patch": _patch(lang),
    }


def _payload(done: Done, opened: OpenedModules) -> Parcel:
    """Return a run for the viewer; a visitor's last are kept."""
    cache: dict[tuple[str, OpenedModules], Parcel] = st.session_state.setdefault("code_payloads", {})
    key = (done.key, opened)
    if key not in cache:
        assert done.recording is not None, "it is shown"
        played = play(done.recording, opened=opened)
        cache[key] = parcel(with_listing(played, done.recording, FILE, done.code))
        for old in list(cache)[:-4]:
            del cache[old]
    return cache[key]


def _patch(lang: Language) -> Patch:
    return {
        "title": say("code_page", lang),
        "name": _NAME,
        "language": lang,
        "texts": viewer_texts(lang),
        "palette": palette(),
    }
