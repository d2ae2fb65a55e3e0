"""The program of a visitor, and its last two runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from secrets import token_hex

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.address import write_query
from graphtrace.app.code import link, starters
from graphtrace.app.code.allowed import REFUSED
from graphtrace.app.code.changes import RunChanges
from graphtrace.app.code.done import Done
from graphtrace.app.wanted import wanted
from graphtrace.errors import TraceError
from graphtrace.literals import Language


@dataclass(slots=True)
class CodeSession:
    """What a visitor has on the page.

    Attributes:
        text: The program in the editor.
        serial: Counts the programs that the server has put there.
        now: The last run; `before` the one before it.
        changes: What differs between the two.
        start: Where the player of the last run begins.
        runs: How many there were.
        answered: How many wishes to run have been answered, also by a refusal.
        opened: What the address said when it was last read.
        visit: Identifies this visit.
        notice: Name of the text of a refusal, or empty.
    """

    text: str = field(default_factory=starters.first)
    serial: int = 0
    now: Done | None = None
    before: Done | None = None
    changes: RunChanges | None = None
    start: int = 0
    runs: int = 0
    answered: int = 0
    opened: tuple[str, str] = ("", "")
    visit: str = field(default_factory=lambda: token_hex(8))
    notice: str = ""


def current_session() -> CodeSession:
    """Return the visitor's; an address that was opened puts its program there, and runs nothing."""
    session: CodeSession = st.session_state.setdefault(keys.CODE_SESSION, CodeSession())
    asked = (st.query_params.get(keys.CODE, ""), st.query_params.get(keys.RESULT, ""))
    session.notice = "code_refused" if REFUSED in st.query_params else ""
    if asked[0] and asked != session.opened:
        session.opened = asked
        session.text = link.decode(asked[0])
        session.now = session.before = session.changes = None
        session.serial += 1
        if asked[1]:
            session.now = Done(0, session.text, link.decode_run(asked[1], wanted), carried=True)
    return session


def open_address(session: CodeSession | None = None) -> CodeSession:
    """Return the visitor's session; a damaged address is told, and the page goes on without it."""
    try:
        return current_session()
    except TraceError:
        found: CodeSession = st.session_state[keys.CODE_SESSION]
        found.notice = "code_damaged"
        return found


def write_address(session: CodeSession, lang: Language) -> None:
    """Write program and result into the address, where they are short enough."""
    code = link.encode(session.text)
    result = None
    if code is not None and session.now is not None and session.now.code == session.text:
        result = link.encode_run(session.now.run)
    session.opened = (code or "", result or "")
    write_query(
        {keys.LANGUAGE: lang, **({keys.CODE: code} if code else {}), **({keys.RESULT: result} if result else {})}
    )
