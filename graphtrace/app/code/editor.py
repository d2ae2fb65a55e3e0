"""The editor and what the program printed, as the browser draws them."""

from __future__ import annotations

from typing import TypedDict

import streamlit as st

from graphtrace.app import assets, keys
from graphtrace.app.code.done import Done
from graphtrace.app.code.session import CodeSession
from graphtrace.app.code.starters import Starter, starters
from graphtrace.app.payloads import as_mapping, component_state
from graphtrace.app.texts import say
from graphtrace.literals import Language
from graphtrace.texts import section


class _Given(TypedDict):
    text: str
    serial: str


class _Ran(TypedDict):
    id: str
    code: str
    printed: list[tuple[int, str, str]]
    well: bool
    word: str
    error: str
    line: int
    end: int


class _EditorData(TypedDict):
    """What the editor is sent; see src/editor/types.js."""

    given: _Given
    may: bool
    ours: bool
    visit: str
    answered: int
    ran: _Ran | None
    starters: list[Starter]
    chosen: str
    texts: dict[str, object]


def show(session: CodeSession, may: bool, lang: Language) -> None:
    """Show the editor.

    Args:
        session: The visitor's.
        may: Whether he may run what he types; programs of ours run for everybody.
        lang: Language of its words.
    """
    data: _EditorData = {
        "given": {"text": session.text, "serial": str(session.serial)},
        "may": may,
        "ours": not may,
        "visit": session.visit,
        "answered": session.answered,
        "ran": None if session.now is None else _ran(session.now, lang),
        "starters": starters(lang),
        "chosen": say("code_starters", lang),
        "texts": dict(section("code", lang)),
    }
    assets.mount_editor(
        "graphtrace_editor", keys.CODE_EDITOR, data=data, on_run_change=assets.no_callback, on_code_change=_typed
    )


def wish(session: CodeSession) -> str | None:
    """Return the program that is to be run now: each press is answered once, and only in the visit that it was made in.

    The report comes from a browser, which keeps it and may send it again to another session.
    """
    asked = as_mapping(component_state(keys.CODE_EDITOR).get("run"))
    code = asked.get("code")
    mine = asked.get("visit") == session.visit and asked.get("n") == session.answered + 1
    return code if mine and isinstance(code, str) else None


def _typed() -> None:
    """Take in what is in the editor; the report comes from a browser, and may be anything."""
    code = component_state(keys.CODE_EDITOR).get("code")
    session = st.session_state.get(keys.CODE_SESSION)
    if isinstance(code, str) and isinstance(session, CodeSession):
        session.text = code


def word(done: Done, lang: Language) -> str:
    """Return how a program ended."""
    return say(f"code_ended_{done.run.ended}", lang, what=done.run.error)


def _ran(done: Done, lang: Language) -> _Ran:
    run = done.run
    return {
        "id": done.key,
        "code": done.code,
        "printed": [(piece.cursor, piece.stream, piece.text) for piece in run.printed],
        "well": run.ended in ("end", "exit"),
        "word": word(done, lang),
        "error": run.error if run.ended in ("raised", "memory") else "",
        "line": run.line,
        "end": 0 if run.recording is None else len(run.recording),
    }
