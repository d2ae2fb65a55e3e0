"""What pages compute, cached. Graphs and layouts are frozen and hold no tensors, so that sessions share them.

An example's tensors are made, traced and dropped inside one function: no graph of torch ever stays in a session,
where freeing a deep one could end the server.
"""

from __future__ import annotations

from hashlib import sha256

import streamlit as st

from graphtrace.app.parcels import Parcel, parcel
from graphtrace.app.sources import GraphSource, OpenedModules, RecordingSource
from graphtrace.app.wanted import wanted
from graphtrace.errors import FileError
from graphtrace.layout.records import Layout
from graphtrace.literals import Language, ViewName
from graphtrace.model import Graph, Recording
from graphtrace.workers import WorkerLimitError, WorkerLimits, call

MOST_BYTES = 16 << 20  # of an uploaded file when it is inflated
MOST = 50_000  # of its events, nodes and edges
READING_MB = 300
READING = WorkerLimits(seconds=20.0, cpu=2, memory=READING_MB << 20)
ASPECT = 1.25  # width by height of the viewer in a usual window, its panel open or not
ONE_ROW = 760.0  # a picture no wider than this stays in one row: it is readable at any window size


def example(name: str, language: Language) -> GraphSource:
    """Return a program of the menu, traced.

    Raises:
        TraceError: The program has no graph; some programs show just that.
    """
    from graphtrace import examples

    program = examples.get(name)
    title, about = (program.title_zh, program.about_zh) if language == "zh" else (program.title, program.about)
    return GraphSource(f"example:{name}", name, title, about, _traced(name))


def opened_file(name: str, content: bytes) -> GraphSource | RecordingSource:
    """Return the graph or the recording in an uploaded file.

    Raises:
        TraceError: The file is damaged, hostile or of a newer schema.
    """
    digest = sha256(content).hexdigest()
    loaded = _loaded(digest, content)
    stem = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "_" for char in name)
    short = stem.split("_json")[0][:40] or "graph"
    if isinstance(loaded, Graph):
        return GraphSource(f"file:{digest}", short, name, "", loaded)
    return RecordingSource(f"file:{digest}", short, name, "", loaded)


@st.cache_resource(max_entries=64, show_spinner=False)
def _traced(name: str) -> Graph:
    from graphtrace import examples
    from graphtrace.tracer import trace

    built = examples.build(name)
    return trace(built.root, model=built.model, params=built.params)


@st.cache_resource(max_entries=8, show_spinner=False)
def _loaded(digest: str, _content: bytes) -> Graph | Recording:
    """Read a stranger's file where it can harm nobody."""
    from graphtrace.model import loads_any

    try:
        return call(loads_any, READING, wanted, _content, MOST_BYTES, MOST)
    except WorkerLimitError as error:
        excess = error.excess
        raise FileError(
            f"file takes too much {excess} to read here: the server has {READING.cpu} s and "
            f"{READING_MB} MB for it (open it on your own computer, with graphtrace html)"
        ) from None


def layout_of(
    source: GraphSource, view: ViewName, opened: OpenedModules, saved: bool, aspect: float = ASPECT
) -> Layout:
    """Return the positions of cards and edges in one view of a graph.

    Args:
        source: The graph.
        view: ``concept``, ``autograd`` or ``module``.
        opened: Modules that the module view draws open.
        saved: Whether cards show saved tensors.
        aspect: Width by height of the place for it.
    """
    return _placed(source.key, view, opened, saved, aspect, source.graph)


@st.cache_resource(max_entries=64, show_spinner=False)
def _placed(key: str, view: ViewName, opened: OpenedModules, saved: bool, aspect: float, _graph: Graph) -> Layout:
    from graphtrace.layout import place
    from graphtrace.views import fold

    folded = fold(_graph, view, opened=opened, saved=saved)
    if len(folded.boxes) <= 12:
        row = place(folded, aspect=None)
        if row.width <= ONE_ROW:
            return row
    return place(folded, aspect=aspect)


@st.cache_resource(max_entries=64, show_spinner=False)
def geometry_of(key: str, view: ViewName, opened: OpenedModules, saved: bool, _source: GraphSource) -> Parcel:
    """Return one view of a graph for the viewer; sessions share it.

    Args:
        key: The source's key, for the cache.
        view: ``concept``, ``autograd`` or ``module``.
        opened: Modules that the module view draws open.
        saved: Whether cards show saved tensors.
        _source: The graph; not part of the cache's key.
    """
    from graphtrace.viewer import geometry

    return parcel(geometry(_source.graph, layout_of(_source, view, opened, saved)))
