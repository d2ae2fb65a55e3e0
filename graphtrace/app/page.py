"""The frame that every page shares: configuration, links between pages, sidebar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from graphtrace.app import start
from graphtrace.app.component import opened_boxes, show
from graphtrace.app.data import Source, layout_of
from graphtrace.app.exports import PictureRequest, download_buttons
from graphtrace.app.pickers import language, pick_export, pick_language, pick_saved, pick_view, write_url
from graphtrace.app.playing import Played, play
from graphtrace.app.texts import say, size
from graphtrace.errors import TraceError
from graphtrace.model import View

# Constant text: the picture gets the room of Streamlit's empty header; every colour stays the theme's.
_STYLE = """<style>
[data-testid="stHeader"] { background: transparent; height: 48px; min-height: 48px; pointer-events: none; }
[data-testid="stHeader"] div { pointer-events: none; }
[data-testid="stHeader"] :is(button, a, [role="button"]) { pointer-events: auto; }
[data-testid="stMainBlockContainer"] { padding: 0; max-width: none; }
[data-testid="stMainBlockContainer"] [data-testid="stAlert"] { margin: 64px 24px 0; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: 0; }
[data-testid="stSidebarContent"] { padding: 0; }
[data-testid="stSidebarHeader"] { position: absolute; right: 4px; top: 0; height: 44px; z-index: 2; }
[data-testid="stSidebarUserContent"] { padding: 12px 14px; }
[data-testid="stSidebarUserContent"] :is([data-testid="stVerticalBlock"], [data-testid="stHorizontalBlock"]) {
  gap: 8px;
}
[data-testid="stSidebarUserContent"] [data-testid="stPageLink-NavLink"] { padding: 2px 7px; }
[data-testid="stSidebarUserContent"] [data-testid="stExpanderDetails"] { padding: 8px 10px 10px; }
[data-testid="stSidebarUserContent"] [data-testid="stExpanderDetails"] label p { font-size: 13px; }
.st-key-pages { margin: 0 0 4px -7px; }
[data-testid="stSidebarUserContent"] .st-key-pages { gap: 8px 4px; }
.st-key-guide { padding: 28px 32px; }
.st-key-next_steps a { border: 1px solid var(--st-primary-color, #0072b2); border-radius: 8px; margin-bottom: 6px; }
.st-key-next_steps a p { font-weight: 600; }
[data-testid="stSidebarUserContent"] [data-testid="stButtonGroup"] button { padding: 2px 4px; min-height: 32px; }
[data-testid="stSidebarUserContent"] [data-testid="stDownloadButton"] button { min-height: 34px; padding: 2px; }
[data-testid="stSidebarUserContent"] [data-testid="stCaptionContainer"] p { font-size: 13px; line-height: 1.4; }
[data-testid="stSidebarUserContent"] [data-testid="stCaptionContainer"] { margin-bottom: -12px; opacity: 1; }
</style>"""
_ROOMY = """<style>
[data-testid="stMainBlockContainer"] { padding: 1rem 4rem 2rem 2rem; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] { gap: 1rem; }
</style>"""
_PAGES = {
    "graph_page": "viz_app.py",
    "lab_page": "pages/3_Lab.py",
    "step_page": "pages/3_Training_step.py",
    "file_page": "pages/2_Open_a_file.py",
    "tables_page": "pages/1_Tables.py",
}


def setup(page: str, *, roomy: bool = False) -> str:
    """Prepare a page, draw its shell, load what it needs and return the language.

    Args:
        page: Name of its title among the texts, e.g. ``graph_page``.
        roomy: Whether the page is text with margins; the viewer has none.
    """
    lang = language()
    st.set_page_config(f"{say(page, lang)} · graphtrace", layout="wide", initial_sidebar_state=268)
    st.html(_STYLE + (_ROOMY if roomy else ""))
    with st.sidebar:
        _links(lang)
    if not start.is_ready():
        with st.spinner(say("loading", lang)):
            start.wait()
    return lang


def _links(lang: str) -> None:
    st.markdown("#### :orange[graph]trace")
    with st.container(horizontal=True, gap="small", key="pages"):
        for title, path in _PAGES.items():
            st.page_link(path, label=say(title, lang), width="content")


def next_steps(lang: str) -> None:
    """Say on the first page what to do next: play this program's training step, or build a net."""
    with st.container(key="next_steps", gap=None):
        for title, page, sign in (("go_step", "step_page", "play_circle"), ("go_lab", "lab_page", "science")):
            st.page_link(_PAGES[page], label=say(title, lang), icon=f":material/{sign}:", width="stretch")


@contextmanager
def show_errors() -> Iterator[None]:
    """Show a `TraceError` as a message and stop the page; other errors are bugs and stay visible."""
    try:
        yield
    except TraceError as error:
        st.error(f"{error}".replace("$", "\\$"), icon=":material/error:")
        st.stop()


def show_file(found: Source | Played, lang: str) -> None:
    """Draw what a file holds: a graph to look around in, or a recording to play."""
    if isinstance(found, Source):
        explore(found, lang)
    else:
        play(found, lang)


def explore(source: Source, lang: str) -> None:
    """Draw a graph in the viewer, with its controls in the sidebar."""
    with st.sidebar:
        view = pick_view(lang)
        folded = st.empty()
        saved = pick_saved(lang)
        st.caption(say("held", lang, bytes=size(source.graph.held_bytes)))
    with show_errors():
        opened = opened_boxes(source, view)
        layout = layout_of(source, view, opened, saved)
        folded.caption(_folded(source, layout.view, lang))
        show(source, view, saved, lang)
    with st.sidebar:
        theme, scale = pick_export(lang)
        download_buttons(PictureRequest(source, layout, theme, scale))


def _folded(source: Source, view: View, lang: str) -> str:
    nodes = len(source.graph.nodes)
    cards = sum(box.kind != "stub" for box in view.boxes)
    return say("folded" if view.folded else "unfolded", lang, nodes=nodes, boxes=cards, folded=view.folded)


def finish(lang: str) -> None:
    """Draw what ends every sidebar, and write the address that leads back here."""
    with st.sidebar:
        pick_language(lang)
    write_url()
