"""The viewer as a Streamlit component: one element per page that survives every rerun."""

from __future__ import annotations

from functools import cache

from graphtrace.app import assets, keys
from graphtrace.app.data import geometry_of
from graphtrace.app.parcels import Parcel, parcel
from graphtrace.app.payloads import GraphPayload, RecordingPayload, as_mapping, component_state
from graphtrace.app.sources import GraphSource, OpenedModules
from graphtrace.app.texts import say
from graphtrace.literals import THEMES, Language, ViewName
from graphtrace.style.theme import as_dict
from graphtrace.texts import section


@cache
def palette() -> Parcel:
    """Return the colours of both themes."""
    return parcel({name: as_dict(name) for name in THEMES})


@cache
def viewer_texts(language: Language) -> Parcel:
    """Return the viewer's words."""
    return parcel(section("viewer", language))


def mount(key: str, payload: GraphPayload | RecordingPayload) -> None:
    """Show the viewer of one page. Its payload may change; the element stays."""
    payload["patch"]["palette"] = palette()
    nothing = assets.no_callback
    assets.mount(
        "graphtrace_viewer",
        key,
        data=payload,
        on_picked_change=nothing,
        on_opened_change=nothing,
        on_cursor_change=nothing,
    )


def opened_modules(key: str, subject: str) -> OpenedModules:
    """Return the modules that the user opened.

    Args:
        key: Of the component.
        subject: What it shows, and in which view.
    """
    opened = as_mapping(component_state(key).get("opened"))
    paths = opened.get("paths", ())
    if opened.get("of") != subject or not isinstance(paths, list | tuple):
        return None
    return tuple(str(path) for path in paths)


def modules_opened_in(source: GraphSource, view: ViewName) -> OpenedModules:
    """Return the modules that the user opened in this view of this graph."""
    return opened_modules(keys.VIEWER, _subject(source, view))


def show_graph(source: GraphSource, view: ViewName, saved: bool, language: Language) -> None:
    """Draw a graph in the viewer, which fills the window.

    Args:
        source: The graph.
        view: ``concept``, ``autograd`` or ``module``.
        saved: Whether cards show saved tensors.
        language: Of the viewer's texts.
    """
    opened = modules_opened_in(source, view)
    subject = _subject(source, view)
    mount(
        keys.VIEWER,
        {
            "id": f"{subject}|{saved}|{opened}",
            "of": subject,
            "geo": geometry_of(source.key, view, opened, saved, source),
            "patch": {"title": source.title, "about": say("hint", language), "texts": viewer_texts(language)},
            "keyboard": True,
        },
    )


def _subject(source: GraphSource, view: ViewName) -> str:
    return f"{source.key}|{view}"
