"""The least that a click can cost in Streamlit: one button, one text. Run by ``bench/click.py``."""

import streamlit as st

st.button("press", key="press")
st.write("pressed")
