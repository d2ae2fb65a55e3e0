"""The same graph as tables and as a Plotly figure."""

import streamlit as st

from graphtrace import app as ui

lang = ui.setup("tables_page", margins=True)
with st.sidebar:
    program = ui.pick_program(lang)
    view = ui.pick_view(lang)
with ui.show_errors():
    source = ui.example(program, lang)
st.subheader(source.title, anchor=False)
st.caption(source.about)
ui.show_tables(source.graph, lang)
with ui.show_errors():
    ui.show_figure(source, view, lang)
ui.finish(lang)
