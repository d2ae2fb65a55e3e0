"""Recordings in the app: recorded from an example or opened from a file, then played in the viewer.

All of torch's work is done inside one cached function whose result is frozen and free of torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.component import mount, opened_paths
from graphtrace.app.data import Opened
from graphtrace.app.frame_downloads import frame_downloads
from graphtrace.app.pickers import pick_steps, pick_view
from graphtrace.app.texts import say
from graphtrace.model import Recording
from graphtrace.texts import section

if TYPE_CHECKING:
    from graphtrace.examples import Built


@dataclass(frozen=True, slots=True)
class Played:
    """A recording and where it comes from; fields as in `graphtrace.app.data.Source`."""

    key: str
    name: str
    title: str
    about: str
    recording: Recording


def programs() -> tuple[str, ...]:
    """Return the names of the examples that have a backward pass to record."""
    from graphtrace import examples

    return tuple(name for name in examples.names() if examples.get(name).has_graph)


def pick_recorded(program: str, lang: str) -> Played:
    """Let the user choose how many steps to record of an example, and record them."""
    from graphtrace import examples

    steps = pick_steps(lang)
    found = examples.get(program)
    title, about = (found.title_zh, found.about_zh) if lang == "zh" else (found.title, found.about)
    st.caption(about)
    return Played(f"step:{program}:{steps}", program, title, about, _recorded(program, steps))


@st.cache_resource(max_entries=32, show_spinner=False)
def _recorded(program: str, steps: int) -> Recording:
    """Run an example's own loop for some steps under the recorder."""
    from graphtrace import examples
    from graphtrace.recorder import record

    built = examples.build(program)
    if built.forward is None and built.model is None:
        return _without_loop(program, steps)
    optimizer = built.optimizer() if built.optimizer is not None else None
    with record(built.model, optimizer=optimizer, params=built.params or None) as rec:
        for _ in range(steps):
            _turn(built)
    return rec.recording


def _turn(built: Built) -> None:
    """Zero the gradients, run forward and backward, update: what the program has of it."""
    if built.zero is not None:
        built.zero()
    root = _root(built)
    root.backward(built.grad_output)
    if built.step is not None:
        built.step()


def _root(built: Built) -> Any:
    """Run the program forward once more, from the same leaves."""
    if built.forward is not None:
        return built.forward()
    return built.root if built.model is None else built.model(built.tensors["input"])


def _without_loop(program: str, passes: int) -> Recording:
    """Record the building itself: leaves are then named after the program's variables."""
    from graphtrace import examples
    from graphtrace.recorder import record

    with record() as rec:
        built = examples.build(program)
        root = built.root if not isinstance(built.root, tuple) else built.root[0]
        for number in range(passes):
            retain = number < passes - 1
            root.backward(built.grad_output, retain_graph=retain)  # type: ignore[no-untyped-call]
        if built.zero is not None:
            built.zero()
    return rec.recording


def play(played: Played, lang: str) -> None:
    """Play a recording in the viewer, with its controls in the sidebar."""
    with st.sidebar:
        view = pick_view(lang) if played.recording.graphs else ""
        subject = f"{played.key}|{view}"
        opened = opened_paths(keys.PLAYER, subject)
        st.caption(say("recorded", lang, events=len(played.recording), passes=len(played.recording.graphs)))
    sent = _sent(played.key, view, opened, played)
    patch = {"title": played.title, "name": played.name, "language": lang, "texts": section("viewer", lang)}
    data = {"id": f"{subject}|{opened}", "of": subject, "recording": played.key, "play": sent, "patch": patch}
    mount(keys.PLAYER, data)
    with st.sidebar:
        _downloads(played)
        kept = {"name": played.name, "title": played.title, "view": view, "opened": opened, "lang": lang}
        frame_downloads(played.recording, **kept)


@st.cache_resource(max_entries=32, show_spinner=False)
def _sent(key: str, view: str, opened: Opened, _played: Played) -> dict[str, Any]:
    """Return the recording as JSON for the viewer; shared by sessions, so never change it."""
    from graphtrace.viewer import play as as_json

    return as_json(_played.recording, (view,) if view else (), opened=opened)


def _downloads(played: Played) -> None:
    makers = {"html": _html, "json.gz": _json}
    for column, (suffix, make) in zip(st.columns(2), makers.items(), strict=True):
        with column:
            st.download_button(
                suffix.upper(),
                data=partial(make, played),
                file_name=f"{played.name}.{suffix}",
                mime="text/html" if suffix == "html" else "application/gzip",
                on_click="ignore",
                width="stretch",
                key=f"download_{suffix}",
            )


def _html(played: Played) -> bytes:
    from graphtrace.export import to_html

    return to_html(played.recording, title=played.title).encode()


def _json(played: Played) -> bytes:
    from graphtrace.model import dumps

    return dumps(played.recording, compress=True)
