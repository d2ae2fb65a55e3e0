"""The true autograd graph of a real program, in the browser: ``streamlit run viz_app.py``."""

import streamlit as st

from graphtrace import app as ui
from graphtrace.app import screens

if __name__ == "__main__":  # one run of the page
    screens.first()
else:  # the server imports this file once, before any visitor: torch begins to load
    app = st.App(__file__, lifespan=ui.lifespan, routes=ui.routes(), middleware=ui.middleware())
