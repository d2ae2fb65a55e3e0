"""Load torch in the background, so that the server answers and a page's links are drawn at once."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from threading import Thread


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Begin loading when the server starts, before any visitor."""
    begin()
    yield


@cache
def begin() -> Thread:
    """Start loading, once per process, and return the thread that does."""
    thread = Thread(target=_load, name="graphtrace-load", daemon=True)
    thread.start()
    return thread


def is_ready() -> bool:
    """Return whether loading is over."""
    return not begin().is_alive()


def wait() -> None:
    """Return when loading is over."""
    begin().join()


def _load() -> None:
    from graphtrace import examples, layout, tracer
    from graphtrace.views import fold

    layout.warm()
    import_module("pandas")  # Streamlit's first widget would wait for it
    import_module("plotly.graph_objs")  # and the first chart for these
    import_module("plotly.tools")
    built = examples.build(examples.OPENING)  # a trial run loads what torch and the layout load late
    graph = tracer.trace(built.root, model=built.model, params=built.params)
    layout.place(fold(graph, "concept"))
    # What is loaded stays. The garbage collector would look at it again: 90 ms of every click.
    del built, graph
    gc.collect()
    gc.freeze()
