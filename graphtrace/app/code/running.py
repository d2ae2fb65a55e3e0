"""Run a program for a visitor: his own where he may, ours everywhere."""

from __future__ import annotations

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.code import changes, link
from graphtrace.app.code.allowed import may_run
from graphtrace.app.code.done import Done
from graphtrace.app.code.session import CodeSession
from graphtrace.app.code.starters import is_starter
from graphtrace.app.fair_queue import turn_of
from graphtrace.app.payloads import component_state
from graphtrace.app.wanted import is_open, session_id, wanted
from graphtrace.runner import CodeRun, RunLimits, run_code

LIMITS = RunLimits()


def allowed(code: str) -> bool:
    """Return whether a program may run here."""
    return may_run() or is_starter(code)


def run(session: CodeSession, code: str) -> None:
    """Run a program; it is refused where the visitor may not."""
    session.answered += 1
    session.text = code
    if not allowed(code) or len(code.encode()) > link.LONGEST:
        session.notice = "code_not_allowed" if len(code.encode()) <= link.LONGEST else "code_too_long"
        return
    visitor = session_id()
    with turn_of(lambda: not is_open(visitor)) as mine:
        if not mine:
            return
        done = _starter(code) if not may_run() else run_code(code, LIMITS, wanted)
    session.runs += 1
    before, session.now = session.now, Done(session.runs, code, done)
    session.before = before if before is not None and before.recording is not None else session.before
    session.changes = None if session.before is None else changes.between(session.before, session.now)
    session.start = _start(session)


@st.cache_resource(max_entries=32, show_spinner=False)
def _starter(code: str) -> CodeRun:
    return run_code(code, LIMITS, wanted)


def _start(session: CodeSession) -> int:
    """Return where the player begins: where it was, if the graph is the same; an error is shown at once."""
    now, before = session.now, session.before
    if now is None or now.recording is None:
        return 0
    if now.run.ended != "end" and now.run.ended != "exit":
        return len(now.recording)
    cursor = component_state(keys.CODE_PLAYER).get("cursor")
    if before is None or not isinstance(cursor, int) or not changes.same_graph(before, now):
        return 0
    return changes.place(before, now, cursor)
