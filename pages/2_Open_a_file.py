"""A graph, a recording or a saved lab from a file, in the same viewer. The file is data: no code of it is run."""

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import keys, lab

lang = ui.setup("file_page")
with st.sidebar:
    upload = ui.pick_file(lang)
if upload is None:
    ui.ask_for_file(lang)
else:
    with ui.show_errors():
        if lab.open_lab_file(upload[1]):
            del st.session_state[keys.UPLOAD]
            st.switch_page("pages/3_Lab.py")
        ui.show_file(ui.opened_file(*upload), lang)
ui.finish(lang)
