"""The Lab: build a net, run it for real, step through everything."""

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import lab

lang = ui.setup("lab_page")
with ui.show_errors():
    session = lab.current_session()
with session.paused_run():
    with st.sidebar:
        lab.builder(session, lang)
    part = lab.action_bar(session, lang)
    lab.show_messages(session, lang)
    if session.run:
        lab.run_progress(session.run, lang)
    if part == "graph":
        lab.player_panel(session, lang)
    elif part == "charts" and not session.run:
        lab.charts(session, lang)
    elif part == "code":
        lab.code_panel(session, lang)
    lab.numbers_dialog(session, lang)
    lab.finish(session, lang)
