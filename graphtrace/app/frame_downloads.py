"""Files that a browser cannot make by itself: the server draws them when their button is pressed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TypedDict

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.fair_queue import turn_of
from graphtrace.app.payloads import component_state
from graphtrace.app.sources import OpenedModules, RecordingSource
from graphtrace.app.wanted import is_open, session_id
from graphtrace.errors import TraceError
from graphtrace.export.frames.drawing import ALL, MOST_FRAMES, AllFormat, OneFormat
from graphtrace.literals import Language, ThemeName, ViewName
from graphtrace.model import Recording, phases_of
from graphtrace.texts import say
from graphtrace.workers import WorkerLimits, call

_MIME = {
    "png": "image/png",
    "pdf": "application/pdf",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "zip": "application/zip",
}


_ONE: dict[str, OneFormat] = {"step_png": "png", "step_pdf": "pdf"}
_ALL: dict[str, AllFormat] = {f"all_{format}": format for format in ALL}
DRAWING = WorkerLimits(seconds=300)  # for a file of all events


class FrameOptions(TypedDict):
    """How a frame looks, see `graphtrace.frame`."""

    title: str
    name: str
    fold: ViewName | None
    opened: OpenedModules
    language: Language
    theme: ThemeName


@dataclass(frozen=True, slots=True)
class FrameRequest:
    """A recording after `event` events, to be drawn as the player shows it."""

    recording: Recording
    event: int
    options: FrameOptions


def frame_downloads(source: RecordingSource, view: ViewName | None, opened: OpenedModules, lang: Language) -> None:
    """Let the user choose a file and make it.

    Args:
        source: The recording that the player on this page plays.
        view: The view it shows, None where there is no graph.
        opened: Modules that the view draws open.
        lang: Language of the page and of the file.
    """
    recording = source.recording
    with st.expander(_say("frames", lang)):
        kinds = file_kinds(len(recording) < MOST_FRAMES)
        kind = st.selectbox(_say("frames_what", lang), kinds, format_func=lambda kind: _say(kind, lang), key="_frames")
        options: FrameOptions = {
            "title": source.title,
            "name": source.name,
            "fold": view,
            "opened": opened,
            "language": lang,
            "theme": _pick_theme(lang),
        }
        request = FrameRequest(recording, _cursor(recording), options)
        st.download_button(
            _say("frames_make", lang),
            data=partial(content, request, kind, session_id()),
            file_name=file_name(request, kind),
            mime=_MIME[_suffix(kind)],
            on_click="ignore",
            width="stretch",
            key="_frames_make",
        )
        if len(recording) >= MOST_FRAMES:
            st.caption(_say("frames_many", lang, steps=len(recording), most=MOST_FRAMES))


def _cursor(recording: Recording) -> int:
    """Return the cursor that the player on this page reported last."""
    reported = component_state(keys.PLAYER).get("cursor") or 0
    return min(max(0, int(reported)), len(recording)) if isinstance(reported, int | float) else 0


def file_kinds(short: bool) -> tuple[str, ...]:
    """Return the files that can be made: of a long recording only this event, MP4 if its package is installed."""
    of_all_events = ["all_pdf", "all_gif", "all_webp", *["all_mp4"] * (find_spec("av") is not None), "all_zip"]
    return ("step_png", "step_pdf", *(of_all_events if short else ()), "worksheet")


def file_name(request: FrameRequest, kind: str) -> str:
    """Return a name that sorts by program, then event: ``lenet_step07_backward.png``."""
    name = request.options["name"]
    if kind.startswith("all_"):
        return f"{name}_steps.{_suffix(kind)}"
    digits = max(2, len(str(len(request.recording))))
    phase = ["start", *phases_of(request.recording.events)][request.event]
    worksheet = "_worksheet" if kind == "worksheet" else ""
    return f"{name}_step{request.event:0{digits}}_{phase}{worksheet}.{_suffix(kind)}"


def content(request: FrameRequest, kind: str, tab: str = "") -> bytes:
    """Draw one file; one of all events in a process of its own, when its turn comes, while its tab is open.

    Raises:
        TraceError: It takes too long, or the tab was closed.
    """
    from graphtrace.export.frames import frame, worksheet

    recording, event, options = request.recording, request.event, request.options
    if kind == "worksheet":
        return worksheet(recording, event, **options).pdf()
    if kind in _ALL:
        return _all_events(request, _ALL[kind], tab)
    return frame(recording, event, _ONE[kind], **options)


def _all_events(request: FrameRequest, format: AllFormat, tab: str) -> bytes:
    from graphtrace.export.frames import all_frames

    with turn_of(lambda: not is_open(tab)):
        wanted = partial(_require_open, tab)
        wanted()
        return call(
            all_frames, DRAWING, wanted, request.recording, format, picture="png", width=1280, **request.options
        )


def _require_open(tab: str) -> None:
    if not is_open(tab):
        raise TraceError("the file is not drawn: its tab was closed (open the page and press again)")


def _pick_theme(lang: Language) -> ThemeName:
    themes: tuple[ThemeName, ...] = ("dark", "light") if st.context.theme.type == "dark" else ("light", "dark")
    label, name_of = _say("frames_theme", lang), lambda theme: _say(theme, lang)
    chosen = st.segmented_control(label, themes, default=themes[0], format_func=name_of, key="_ftheme")
    return chosen or themes[0]


def _suffix(kind: str) -> str:
    return "pdf" if kind == "worksheet" else kind.partition("_")[2]


def _say(name: str, lang: Language, **values: object) -> str:
    return say(f"frames.{name}", lang, **values)
