"""What pages compute, cached. Graphs and layouts are frozen and torch-free, so that sessions share them.

An example's tensors are built, traced and dropped inside one function: no walked graph of torch ever
stays in a session, where freeing a deep one could end the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import streamlit as st

from graphtrace.layout.records import Layout
from graphtrace.model import Graph, Recording

if TYPE_CHECKING:
    from graphtrace.app.playing import Played

ASPECT = 1.25  # width by height of the viewer in a usual window, its panel open or not
ONE_ROW = 760.0  # a picture no wider than this stays in one row: it is readable at any window size

Opened = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Source:
    """A graph and where it comes from. `name` is short and safe for a file name; `key` is for caches."""

    key: str
    name: str
    title: str
    about: str
    graph: Graph


def example(name: str, language: str) -> Source:
    """Return a program of the menu, traced.

    Raises:
        TraceError: The program has no graph, which is the point of some.
    """
    from graphtrace import examples

    found = examples.get(name)
    title, about = (found.title_zh, found.about_zh) if language == "zh" else (found.title, found.about)
    return Source(f"example:{name}", name, title, about, _traced(name))


def opened_file(name: str, content: bytes) -> Source | Played:
    """Return the graph or the recording in an uploaded file.

    Raises:
        TraceError: The file is damaged, hostile or of a newer schema.
    """
    from graphtrace.app.playing import Played

    digest = sha256(content).hexdigest()
    found = _loaded(digest, content)
    stem = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "_" for char in name)
    short = stem.split("_json")[0][:40] or "graph"
    if isinstance(found, Graph):
        return Source(f"file:{digest}", short, name, "", found)
    return Played(f"file:{digest}", short, name, "", found)


@st.cache_resource(max_entries=64, show_spinner=False)
def _traced(name: str) -> Graph:
    from graphtrace import examples
    from graphtrace.tracer import trace

    built = examples.build(name)
    return trace(built.root, model=built.model, params=built.params)


@st.cache_resource(max_entries=8, show_spinner=False)
def _loaded(digest: str, _content: bytes) -> Graph | Recording:
    from graphtrace.model import loads_any

    return loads_any(_content)


def layout_of(source: Source, view: str, opened: Opened, saved: bool) -> Layout:
    """Return where everything goes in one view of a graph."""
    return _placed(source.key, view, opened, saved, source.graph)


@st.cache_resource(max_entries=64, show_spinner=False)
def _placed(key: str, view: str, opened: Opened, saved: bool, _graph: Graph) -> Layout:
    from graphtrace.layout import place
    from graphtrace.views import fold

    shown = fold(_graph, view, opened=opened, saved=saved)
    if len(shown.boxes) <= 12:
        row = place(shown, aspect=None)
        if row.width <= ONE_ROW:
            return row
    return place(shown, aspect=ASPECT)


@st.cache_resource(max_entries=64, show_spinner=False)
def geometry_of(key: str, view: str, opened: Opened, saved: bool, _source: Source) -> dict[str, Any]:
    """Return one view of a graph as JSON for the viewer; shared by sessions, so never change it."""
    from graphtrace.viewer import geometry

    return geometry(_source.graph, layout_of(_source, view, opened, saved))
