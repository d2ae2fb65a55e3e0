"""Recordings in the app: of an example, or opened from a file; played in the viewer.

All of torch's work is done inside one cached function whose result is frozen and holds no tensors.
"""

from __future__ import annotations

from functools import partial

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.component import mount, opened_modules, viewer_texts
from graphtrace.app.frame_downloads import frame_downloads
from graphtrace.app.parcels import Parcel, parcel
from graphtrace.app.pickers import pick_steps, pick_view
from graphtrace.app.sources import OpenedModules, RecordingSource
from graphtrace.app.texts import say
from graphtrace.literals import Language, ViewName
from graphtrace.model import Recording
from graphtrace.viewer.listing import with_listing


def pick_recorded(program: str, lang: Language) -> RecordingSource:
    """Let the user choose how many steps of an example to record, and record them."""
    from graphtrace import examples
    from graphtrace.examples.scripts import SCRIPTS

    steps = pick_steps(lang)
    example = examples.get(program)
    title, about = (example.title_zh, example.about_zh) if lang == "zh" else (example.title, example.about)
    script = SCRIPTS.get(program)
    code = "" if script is None else script.text(steps)
    return RecordingSource(f"step:{program}:{steps}", program, title, about, recorded_example(program, steps), code)


@st.cache_resource(max_entries=32, show_spinner=False)
def recorded_example(program: str, steps: int) -> Recording:
    """Run an example's own loop for some steps under the recorder."""
    from graphtrace.classroom.running import record_example  # torch's recorder, when it is needed

    return record_example(program, steps)


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
