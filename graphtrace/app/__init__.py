"""The app's pages in parts, and the only package that imports streamlit: see `viz_app.py` and ``pages/``."""

from graphtrace.app.assets import routes
from graphtrace.app.data import example, opened_file
from graphtrace.app.further_pages import ask_for_file, pick_file, show_figure, show_tables
from graphtrace.app.page import explore, finish, next_steps, setup, show_errors, show_file
from graphtrace.app.pickers import pick_program, pick_view
from graphtrace.app.recordings import pick_recorded, play_recording, recordable_programs
from graphtrace.app.start import lifespan

__all__ = [
    "ask_for_file",
    "example",
    "explore",
    "finish",
    "lifespan",
    "next_steps",
    "opened_file",
    "pick_file",
    "pick_program",
    "pick_recorded",
    "pick_view",
    "play_recording",
    "recordable_programs",
    "routes",
    "setup",
    "show_errors",
    "show_figure",
    "show_file",
    "show_tables",
]
