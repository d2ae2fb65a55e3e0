"""The only room that imports streamlit: caching, choices, the viewer's component, tables and exports."""

from graphtrace.app.component import show
from graphtrace.app.data import Source, example, opened_file
from graphtrace.app.page import explore, finish, next_steps, setup, show_errors, show_file
from graphtrace.app.pickers import pick_program, pick_view
from graphtrace.app.playing import pick_recorded, play, programs
from graphtrace.app.show import ask_for_file, pick_file, show_figure, show_tables
from graphtrace.app.start import lifespan

__all__ = [
    "Source",
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
    "play",
    "programs",
    "setup",
    "show",
    "show_errors",
    "show_figure",
    "show_file",
    "show_tables",
]
