"""One real training step, recorded and played: zero_grad, forward, backward, step."""

import streamlit as st

from graphtrace import app as ui

lang = ui.setup("step_page")
with st.sidebar:
    program = ui.pick_program(lang, ui.programs())
    with ui.show_errors():
        played = ui.pick_recorded(program, lang)
with ui.show_errors():
    ui.play(played, lang)
ui.finish(lang)
