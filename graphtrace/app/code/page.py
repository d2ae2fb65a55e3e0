"""The page for one's own code."""

from __future__ import annotations

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import keys, styles
from graphtrace.app.code import changes, editor, running, stage
from graphtrace.app.code.allowed import may_run
from graphtrace.app.code.session import CodeSession, open_address, write_address
from graphtrace.app.pickers import pick_language
from graphtrace.app.texts import say
from graphtrace.literals import Language
from graphtrace.runner.gate import current
from graphtrace.runner.processes import prepare

_WIDTH = 480  # of the editor's column
_START = "graphtrace app --code"


def draw() -> None:
    """Draw the editor, what the program printed, and the player of what it did."""
    lang = ui.setup("code_page", sidebar=_WIDTH)
    st.html(styles.CODE)
    session = open_address()
    may = may_run()
    if may:
        prepare()
    asked = editor.wish(session)
    if asked is not None:
        st.session_state[keys.CODE_BOTH] = False
        with st.spinner(say("code_runs", lang)):
            running.run(session, asked)
    with st.sidebar:
        editor.show(session, may, lang)
        _foot(session, lang)
    _stage(session, may, lang)
    write_address(session, lang)


def _foot(session: CodeSession, lang: Language) -> None:
    with st.container(key="code_foot", gap="small"):
        if session.changes is not None:
            st.markdown(changes.words(session.changes, lang))
            if not session.changes.diff.same or session.changes.first is not None:
                st.toggle(say("code_both", lang), key=keys.CODE_BOTH)
        with st.container(key="code_language"):
            pick_language(lang)


def _stage(session: CodeSession, may: bool, lang: Language) -> None:
    shown = session.now is not None and session.now.recording is not None
    if session.notice:
        with st.container(key="code_notice"):
            st.warning(say(session.notice, lang), icon=":material/lock:")
    if shown:
        if session.now is not None and session.now.carried:
            with st.container(key="code_carried"):
                st.caption(say("code_carried" if may else "code_carried_locked", lang))
        stage.show(session, lang)
        return
    with st.container(width=704, key="guide"):
        st.subheader(say("code_page", lang), anchor=False)
        if session.now is None:
            st.markdown(say("code_intro", lang))
        elif session.now.run.ended in ("end", "exit"):
            st.markdown(say("code_nothing", lang))
        else:
            st.markdown(f"**{editor.word(session.now, lang)}**")
        if not may:
            st.markdown(say("code_how" if current() is None else "code_how_token", lang))
            if current() is None:
                st.code(_START, language="bash")
            st.caption(say("code_safe", lang))
