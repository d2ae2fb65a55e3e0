"""Load torch in the background, so that the server answers and a page's links are drawn at once."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from importlib import import_module
from threading import Event, Thread

from streamlit import logger

from graphtrace.app import status

MOST_FILES = 65_536
OWN_FILES = 64  # of the server itself
FILES_PER_SESSION = 4  # its socket, and the event loop of its thread
_ready = Event()


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Make room for visitors and begin loading when the server starts."""
    logger.get_logger(__name__).info("%s", room())
    begin()
    status.begin()
    yield


def room() -> str:
    """Allow as many open files as this process may have, and say for how many sessions that is."""
    try:
        import resource
    except ImportError:  # Windows counts other things
        return "open files: not counted on this system"
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    files = MOST_FILES if soft == resource.RLIM_INFINITY else soft
    return f"open files: {files:,}, for about {max(0, files - OWN_FILES) // FILES_PER_SESSION:,} sessions at once"


@cache
def begin() -> Thread:
    """Start loading, once per process, and return the thread that does."""
    thread = Thread(target=_load, name="graphtrace-load", daemon=True)
    thread.start()
    return thread


def is_ready() -> bool:
    """Return whether pages can be drawn; what only the Lab needs may still be loading."""
    begin()
    return _ready.is_set()


def wait() -> None:
    """Return when pages can be drawn."""
    begin()
    _ready.wait()


def _load() -> None:
    try:
        _load_pages()
    finally:
        _ready.set()
    _load_lab()


def _load_pages() -> None:
    from graphtrace import examples, layout, tracer
    from graphtrace.lab.parts.devices import use_one_thread
    from graphtrace.views import fold

    use_one_thread()
    layout.warm()
    import_module("pandas")  # Streamlit's first widget would wait for it
    import_module("plotly.graph_objs")  # and the first chart for these
    import_module("plotly.tools")
    built = examples.build(examples.OPENING)  # a trial run loads what torch and the layout load late
    graph = tracer.trace(built.root, model=built.model, params=built.params)
    layout.place(fold(graph, "concept"))
    del built, graph
    _keep()


def _load_lab() -> None:
    """Infer the shapes of a net once: torch loads its compiler and sympy for the first, which takes over a second."""
    from graphtrace import lab

    opening = lab.preset(lab.OPENING).spec
    assert opening is not None
    lab.survey(opening)
    _keep()


def _keep() -> None:
    """What is loaded stays. The garbage collector would look at it again: 90 ms of every click."""
    gc.collect()
    gc.freeze()
