"""What every page shares: its setup, links between pages, the sidebar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from graphtrace.app import server_settings, start, styles
from graphtrace.app.component import modules_opened_in, show_graph
from graphtrace.app.data import layout_of
from graphtrace.app.exports import PictureRequest, download_buttons
from graphtrace.app.pickers import language, pick_export, pick_language, pick_saved, pick_view, write_url
from graphtrace.app.sources import GraphSource
from graphtrace.app.texts import say, size, told
from graphtrace.errors import TraceError
from graphtrace.literals import Language
from graphtrace.model import View

PAGES = {
    "learn_page": "pages/0_Learn.py",
    "lab_page": "pages/3_Lab.py",
    "programs_page": "pages/1_Programs.py",
    "file_page": "pages/2_Your_file.py",
    "errors_page": "pages/0_Errors.py",
    "sights_page": "pages/4_Sights.py",
    "code_page": "pages/5_Your_code.py",
}
_FIRST = "viz_app.py"
RUNS = "pages/5_Runs.py"  # where the server was given runs to look at
TEACHERS = "pages/0_For_teachers.py"  # last: it is for one reader of many


def setup(page: str, *, margins: bool = False, sidebar: int = 220) -> Language:
    """Configure a page, draw its links, wait until torch is loaded, and return the language.

    Args:
        page: Name of its title among the texts, e.g. ``programs_page``.
        margins: Whether the page is text with margins; the viewer has none.
        sidebar: Width of the sidebar at first, in pixels.
    """
    lang = language()
    st.set_page_config(f"{say(page, lang)} · graphtrace", layout="wide", initial_sidebar_state=sidebar)
    st.html(styles.PAGE + (styles.WITH_MARGINS if margins else ""))
    with st.sidebar:
        _links(lang)
    if not start.is_ready():
        with st.spinner(say("loading", lang)):
            start.wait()
    return lang


def _links(lang: Language) -> None:
    with st.container(key="home"):
        st.page_link(_FIRST, label=":orange[graph]trace", help=say("front_page", lang))
    with st.container(horizontal=True, gap="small", key="pages"):
        for title, path in PAGES.items():
            st.page_link(path, label=say(title, lang), width="content")
        if server_settings.runs_folders():
            st.page_link(RUNS, label=say("runs_page", lang), width="content")
        with st.container(key="for_teachers", width="content"):
            st.page_link(TEACHERS, label=say("teachers_short", lang), help=say("teachers_page", lang), width="content")


_NEXT = (
    ("go_lab", "lab_page", "science"),
    ("go_learn", "learn_page", "school"),
)


def next_steps(lang: Language) -> None:
    """Offer what to do next: build a net, or learn."""
    with st.container(key="next_steps", gap=None):
        for title, page, icon in _NEXT:
            st.page_link(PAGES[page], label=say(title, lang), icon=f":material/{icon}:", width="stretch")


@contextmanager
def show_errors() -> Iterator[None]:
    """Show a `TraceError` as a message and stop the page; other errors are bugs and stay visible."""
    try:
        yield
    except TraceError as error:
        st.error(told(error, language()), icon=":material/error:")
        st.stop()


def explore(source: GraphSource, lang: Language) -> None:
    """Draw a graph in the viewer, with its controls in the sidebar."""
    with st.sidebar:
        view = pick_view(lang)
        folded = st.empty()
        saved = pick_saved(lang)
        st.caption(say("held", lang, bytes=size(source.graph.held_bytes)))
    with show_errors():
        opened = modules_opened_in(source, view)
        layout = layout_of(source, view, opened, saved)
        folded.caption(_folded(source, layout.view, lang))
        show_graph(source, view, saved, lang)
    with st.sidebar:
        theme, scale = pick_export(lang)
        download_buttons(PictureRequest(source, layout, theme, scale, opened, saved))


def _folded(source: GraphSource, view: View, lang: Language) -> str:
    nodes = len(source.graph.nodes)
    cards = sum(box.kind != "stub" for box in view.boxes)
    return say("folded" if view.folded else "unfolded", lang, nodes=nodes, boxes=cards, folded=view.folded)


def finish(lang: Language) -> None:
    """Draw the end of every sidebar, and write the address that leads back here."""
    end_of_sidebar(lang)
    write_url()


def end_of_sidebar(lang: Language) -> None:
    """Let the user change the language, at the end of every sidebar."""
    with st.sidebar:
        pick_language(lang)
