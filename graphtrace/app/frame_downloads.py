"""Files that a browser cannot make by itself: the server draws them, when their button is pressed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import streamlit as st

from graphtrace.app import keys
from graphtrace.model import Recording
from graphtrace.player import PHASES
from graphtrace.texts import say

_MIME = {
    "png": "image/png",
    "pdf": "application/pdf",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class FrameRequest:
    """What is to be drawn: a recording at a step, as the player shows it."""

    recording: Recording
    name: str
    step: int
    look: tuple[tuple[str, Any], ...]

    def options(self) -> dict[str, Any]:
        """Return the options of `graphtrace.frame`."""
        return dict(self.look)


def shot(recording: Recording, *, name: str, title: str, view: str, opened: Any, lang: str, theme: str) -> FrameRequest:
    """Return the shot at the cursor that the player on this page has told."""
    told = (st.session_state.get(keys.PLAYER) or {}).get("cursor") or 0
    step = min(max(0, int(told)), len(recording)) if isinstance(told, int | float) else 0
    look = {"title": title, "name": name, "fold": view or None, "opened": opened, "language": lang, "theme": theme}
    return FrameRequest(recording, name, step, tuple(look.items()))


def frame_downloads(recording: Recording, **more: Any) -> None:
    """Let the user choose a file and make it; `more` as for `shot`, without a theme."""
    from graphtrace.export.frames import MOST_STEPS

    lang = more["lang"]
    with st.expander(_word("frames", lang)):
        kinds = choices(len(recording) < MOST_STEPS)
        kind = st.selectbox(_word("frames_what", lang), kinds, format_func=lambda one: _word(one, lang), key="_frames")
        theme = _theme(lang)
        wanted = shot(recording, theme=theme, **more)
        suffix = _suffix(kind)
        st.download_button(
            _word("frames_make", lang),
            data=lambda: content(wanted, kind),
            file_name=file_name(wanted, kind),
            mime=_MIME[suffix],
            on_click="ignore",
            width="stretch",
            key="_frames_make",
        )
        if len(recording) >= MOST_STEPS:
            st.caption(_word("frames_many", lang, steps=len(recording), most=MOST_STEPS))


def choices(short: bool) -> tuple[str, ...]:
    """Name the files that can be made: of a long recording only this step, MP4 where its package is."""
    every = ["all_pdf", "all_gif", "all_webp", *["all_mp4"] * (find_spec("av") is not None), "all_zip"]
    return ("step_png", "step_pdf", *(every if short else ()), "worksheet")


def file_name(wanted: FrameRequest, kind: str) -> str:
    """Return a name that sorts by program, then step."""
    if kind.startswith("all_"):
        return f"{wanted.name}_steps.{_suffix(kind)}"
    digits, event = max(2, len(str(len(wanted.recording)))), wanted.recording.events[: wanted.step][-1:]
    phase = PHASES.get(event[0].kind, "") or "other" if event else "start"
    sheet = "_worksheet" if kind == "worksheet" else ""
    return f"{wanted.name}_step{wanted.step:0{digits}}_{phase}{sheet}.{_suffix(kind)}"


def content(wanted: FrameRequest, kind: str) -> bytes:
    """Draw one file."""
    from graphtrace.export.frames import all_frames, frame, worksheet

    look = wanted.options()
    makers: dict[str, Callable[[], bytes]] = {
        "step": lambda: frame(wanted.recording, wanted.step, _suffix(kind), **look),
        "all": lambda: all_frames(wanted.recording, _suffix(kind), picture="png", **{**look, "width": 1280}),
        "worksheet": lambda: worksheet(wanted.recording, wanted.step, **look).pdf(),
    }
    return makers[kind.partition("_")[0]]()


def _theme(lang: str) -> str:
    seen = st.context.theme.type or "light"
    order = ("dark", "light") if seen == "dark" else ("light", "dark")
    return str(
        st.segmented_control(
            _word("frames_theme", lang),
            order,
            default=order[0],
            format_func=lambda one: _word(one, lang),
            key="_ftheme",
        )
        or order[0]
    )


def _suffix(kind: str) -> str:
    return "pdf" if kind == "worksheet" else kind.partition("_")[2]


def _word(name: str, lang: str, **values: object) -> str:
    return say(f"frames.{name}", lang, **values)
