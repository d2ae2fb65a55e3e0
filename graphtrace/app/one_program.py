"""One program, looked at in one of three ways: its graph, its training step played, its tables."""

from __future__ import annotations

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.data import example, opened_file
from graphtrace.app.further_pages import show_figure, show_tables
from graphtrace.app.page import explore, next_steps, show_errors
from graphtrace.app.pickers import pick_look, pick_view
from graphtrace.app.recordings import pick_recorded, play_recording
from graphtrace.app.sources import GraphSource, RecordingSource
from graphtrace.literals import LOOKS, Language, Look


def show_program(name: str, lang: Language) -> None:
    """Show a program of the menu, as the user chooses. One without a graph says why it has none.

    Raises:
        TraceError: It has no graph.
    """
    from graphtrace import examples

    with st.sidebar:
        look = pick_look(LOOKS if examples.get(name).has_graph else ("graph",), lang)
        source = pick_recorded(name, lang) if look == "play" else example(name, lang)
        st.caption(source.about)
        if look == "graph":
            next_steps(lang)
    _show(source, look, lang)


def show_file(name: str, content: bytes, lang: Language) -> None:
    """Show what a file holds: a recording is played, its graph and a graph of its own are looked at.

    Raises:
        TraceError: The file is damaged, hostile or of a newer schema.
    """
    source = opened_file(name, content)
    with st.sidebar:
        look = pick_look(_looks_of(source), lang, keys.FILE_LOOK)
    _show(source if look == "play" else _graph_of(source), look, lang)


def _looks_of(source: GraphSource | RecordingSource) -> tuple[Look, ...]:
    if isinstance(source, GraphSource):
        return ("graph", "table")
    return ("play", "graph", "table") if source.recording.graphs else ("play",)


def _graph_of(source: GraphSource | RecordingSource) -> GraphSource:
    """Return the graph of a source: of a recording the one that its first backward pass went through."""
    if isinstance(source, GraphSource):
        return source
    return GraphSource(f"{source.key}:graph", source.name, source.title, source.about, source.recording.graphs[0])


def _show(source: GraphSource | RecordingSource, look: Look, lang: Language) -> None:
    with show_errors():
        if isinstance(source, RecordingSource):
            play_recording(source, lang)
        elif look == "graph":
            explore(source, lang)
        else:
            with st.sidebar:
                view = pick_view(lang)
            st.subheader(source.title, anchor=False)
            show_tables(source.graph, lang)
            show_figure(source, view, lang)
