"""The app's pages in parts, and the only package that imports streamlit: see `viz_app.py` and ``pages/``."""

from graphtrace.app.assets import routes
from graphtrace.app.further_pages import ask_for_file, pick_file
from graphtrace.app.middleware import middleware
from graphtrace.app.one_program import show_file, show_program
from graphtrace.app.page import end_of_sidebar, finish, setup, show_errors
from graphtrace.app.pickers import chosen_look, pick_program
from graphtrace.app.start import lifespan

__all__ = [
    "ask_for_file",
    "chosen_look",
    "end_of_sidebar",
    "finish",
    "lifespan",
    "middleware",
    "pick_file",
    "pick_program",
    "routes",
    "setup",
    "show_errors",
    "show_file",
    "show_program",
]
