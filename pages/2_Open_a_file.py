"""A graph or a recording from a file, in the same viewer. The file is data: no code of it is run."""

import streamlit as st

from graphtrace import ui

lang = ui.setup("file_page")
with st.sidebar:
    upload = ui.pick_file(lang)
if upload is None:
    ui.ask_for_file(lang)
else:
    with ui.told():
        ui.show_file(ui.opened_file(*upload), lang)
ui.finish(lang)
