"""The Lab: build a net, run it for real, step through everything."""

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import lab

lang = ui.setup("lab_page")
with ui.show_errors():
    session = lab.opened()
with session.still():
    with st.sidebar:
        lab.builder(session, lang)
    part = lab.action_bar(session, lang)
    lab.tell(session, lang)
    if session.going:
        lab.progress(session.going, lang)
    if part == "graph":
        lab.stage(session, lang)
    elif part == "charts" and not session.going:
        lab.charts(session, lang)
    elif part == "code":
        lab.code_panel(session, lang)
    lab.numbers(session, lang)
    lab.finish(session, lang)
