"""The true autograd graph of a real program, in the browser: ``streamlit run viz_app.py``."""

import streamlit as st

from graphtrace import app as ui

if __name__ == "__main__":  # one run of the page
    lang = ui.setup("graph_page")
    with st.sidebar:
        program = ui.pick_program(lang)
    with ui.show_errors():
        source = ui.example(program, lang)
    with st.sidebar:
        st.caption(source.about)
        ui.next_steps(lang)
    ui.explore(source, lang)
    ui.finish(lang)
else:  # the server imports this file once, before any visitor: torch begins to load
    app = st.App(__file__, lifespan=ui.lifespan)
