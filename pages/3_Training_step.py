"""One real training step, recorded and recording: zero_grad, forward, backward, step."""

import streamlit as st

from graphtrace import app as ui

lang = ui.setup("step_page")
with st.sidebar:
    program = ui.pick_program(lang, ui.recordable_programs())
    with ui.show_errors():
        recording = ui.pick_recorded(program, lang)
with ui.show_errors():
    ui.play_recording(recording, lang)
ui.finish(lang)
