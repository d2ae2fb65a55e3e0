"""The viewer as a Streamlit component: one element per page that survives every rerun."""

from __future__ import annotations

from typing import Any

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.data import Opened, Source, geometry_of
from graphtrace.app.texts import say
from graphtrace.style.theme import as_dict
from graphtrace.texts import section
from graphtrace.viewer import COMPONENT, CSS, HTML

_mount = st.components.v2.component("graphtrace_viewer", html=HTML, css=CSS, js=COMPONENT)
_PALETTE = {"light": as_dict("light"), "dark": as_dict("dark")}


def mount(key: str, data: dict[str, Any]) -> None:
    """Show the viewer of one page; what it is sent may change, the element stays."""
    data["patch"]["palette"] = _PALETTE
    _mount(data=data, key=key, on_picked_change=_nothing, on_opened_change=_nothing, on_cursor_change=_nothing)


def opened_paths(key: str, subject: str) -> Opened:
    """Return the modules that were opened in one view of one thing, None where none was touched."""
    state = st.session_state.get(key) or {}
    opened = state.get("opened") or {}
    if opened.get("of") != subject:
        return None
    return tuple(str(path) for path in opened.get("paths", ()))


def opened_boxes(source: Source, view: str) -> Opened:
    """Return the modules that were opened in this view of this graph, None where none was touched."""
    return opened_paths(keys.VIEWER, _subject(source, view))


def show(source: Source, view: str, saved: bool, language: str) -> None:
    """Draw a graph in the viewer, which fills the window."""
    opened = opened_boxes(source, view)
    geo = geometry_of(source.key, view, opened, saved, source)
    subject = _subject(source, view)
    words = {"title": source.title, "about": say("hint", language), "texts": section("viewer", language)}
    mount(keys.VIEWER, {"id": f"{subject}|{saved}|{opened}", "geo": {**geo, "of": subject}, "patch": words})


def _subject(source: Source, view: str) -> str:
    return f"{source.key}|{view}"


def _nothing() -> None:
    """A state of the component needs a callback to exist; the rerun itself does the work."""
