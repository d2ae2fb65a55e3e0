"""Recordings in the app: of an example, or opened from a file; played in the viewer.

All of torch's work is done inside one cached function whose result is frozen and holds no tensors.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.component import mount, opened_modules, viewer_texts
from graphtrace.app.frame_downloads import frame_downloads
from graphtrace.app.listing import with_listing
from graphtrace.app.parcels import Parcel, parcel
from graphtrace.app.pickers import pick_steps, pick_view
from graphtrace.app.sources import OpenedModules, RecordingSource
from graphtrace.app.texts import say
from graphtrace.literals import Language, ViewName
from graphtrace.model import Recording

if TYPE_CHECKING:
    from graphtrace.examples import Built


def recordable_programs() -> tuple[str, ...]:
    """Return the names of the examples that have a backward pass to record."""
    from graphtrace import examples

    return tuple(name for name in examples.names() if examples.get(name).has_graph)


def pick_recorded(program: str, lang: Language) -> RecordingSource:
    """Let the user choose how many steps of an example to record, and record them."""
    from graphtrace import examples
    from graphtrace.examples.scripts import SCRIPTS

    steps = pick_steps(lang)
    example = examples.get(program)
    title, about = (example.title_zh, example.about_zh) if lang == "zh" else (example.title, example.about)
    st.caption(about)
    script = SCRIPTS.get(program)
    code = "" if script is None else script.text(steps)
    return RecordingSource(f"step:{program}:{steps}", program, title, about, recorded_example(program, steps), code)


@st.cache_resource(max_entries=32, show_spinner=False)
def recorded_example(program: str, steps: int) -> Recording:
    """Run an example's own loop for some steps under the recorder."""
    from graphtrace import examples
    from graphtrace.examples.scripts import SCRIPTS
    from graphtrace.recorder import record

    script = SCRIPTS.get(program)
    if script is not None:
        with record() as rec:
            script.run(script.text(steps))
        return rec.recording
    built = examples.build(program)
    if built.forward is None and built.model is None:
        return _without_loop(program, steps)
    optimizer = built.optimizer() if built.optimizer is not None else None
    with record(built.model, optimizer=optimizer, params=built.params or None) as rec:
        for _ in range(steps):
            _iterate(built)
    return rec.recording


def _iterate(built: Built) -> None:
    """Zero the gradients, run forward and backward, update: those of these that the program has."""
    if built.zero is not None:
        built.zero()
    if built.forward is not None:
        root = built.forward()
    else:
        assert built.model is not None, "other programs are recorded without a loop"
        root = built.model(built.tensors["input"])
    root.backward(built.grad_output)  # type: ignore[no-untyped-call]
    if built.step is not None:
        built.step()


def _without_loop(program: str, passes: int) -> Recording:
    """Record how the program is built: leaves then have the names of the program's variables."""
    from graphtrace import examples
    from graphtrace.recorder import record

    with record() as rec:
        built = examples.build(program)
        root = built.root if not isinstance(built.root, tuple) else built.root[0]
        for i in range(passes):
            root.backward(built.grad_output, retain_graph=i < passes - 1)  # type: ignore[no-untyped-call]
        if built.zero is not None:
            built.zero()
    return rec.recording


def play_recording(source: RecordingSource, lang: Language) -> None:
    """Play a recording in the viewer, with its controls in the sidebar."""
    recording = source.recording
    with st.sidebar:
        view = pick_view(lang) if recording.graphs else None
        subject = f"{source.key}|{view or ''}"
        opened = opened_modules(keys.PLAYER, subject)
        st.caption(say("recorded", lang, events=len(recording), passes=len(recording.graphs)))
    mount(
        keys.PLAYER,
        {
            "id": f"{subject}|{opened}",
            "of": subject,
            "recording": source.key,
            "play": _payload(source.key, view, opened, source),
            "patch": {
                "title": source.title,
                "name": source.name,
                "language": lang,
                "texts": viewer_texts(lang),
            },
            "keyboard": True,
        },
    )
    with st.sidebar:
        _downloads(source)
        frame_downloads(source, view, opened, lang)


@st.cache_resource(max_entries=32, show_spinner=False)
def _payload(key: str, view: ViewName | None, opened: OpenedModules, _source: RecordingSource) -> Parcel:
    """Return the recording for the viewer; sessions share it."""
    from graphtrace.viewer import play

    played = play(_source.recording, (view,) if view else (), opened=opened)
    code = _source.code
    return parcel(with_listing(played, _source.recording, f"{_source.name}.py", code) if code else played)


def _downloads(source: RecordingSource) -> None:
    makers = {"html": _html, "json.gz": _json}
    for column, (suffix, make) in zip(st.columns(2), makers.items(), strict=True):
        with column:
            st.download_button(
                suffix.upper(),
                data=partial(make, source),
                file_name=f"{source.name}.{suffix}",
                mime="text/html" if suffix == "html" else "application/gzip",
                on_click="ignore",
                width="stretch",
                key=f"download_{suffix}",
            )


def _html(source: RecordingSource) -> bytes:
    from graphtrace.export import to_html

    return to_html(source.recording, title=source.title).encode()


def _json(source: RecordingSource) -> bytes:
    from graphtrace.model import dumps

    return dumps(source.recording, compress=True)
