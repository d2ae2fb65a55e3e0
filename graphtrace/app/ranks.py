"""Recordings of several processes (``torchrun``), from one folder: gradients side by side, or one rank played."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.data import opened_file
from graphtrace.app.recordings import play_recording
from graphtrace.app.sources import RecordingSource
from graphtrace.app.texts import say
from graphtrace.app.uploads import upload_folder
from graphtrace.compare import SharedGradient, shared_gradients
from graphtrace.literals import LANGUAGES, Language
from graphtrace.model import TensorData

_ENDINGS = ["json", "gz"]
_ALL = (None, *(say("ranks_all", language) for language in LANGUAGES))


def pick_folder(lang: Language) -> list[tuple[str, bytes]]:
    """Let the user choose a folder of ranks, and return names (``rank-0``) and contents of its files."""
    files = upload_folder(say("choose_ranks", lang), _ENDINGS, keys.RANKS, lang)
    return sorted((PurePath(file.name).name.split(".")[0], file.getvalue()) for file in files)


def is_table() -> bool:
    """Return whether the table of all ranks is shown: it has margins, a player has none."""
    return bool(st.session_state.get(keys.RANKS)) and st.session_state.get(keys.RANK) in _ALL


def show_ranks(files: Sequence[tuple[str, bytes]], lang: Language) -> None:
    """Show the gradients of all ranks, or play one of them.

    Raises:
        TraceError: A file is damaged, hostile or of a newer schema.
    """
    opened = [opened_file(*file) for file in files]
    sources = [source for source in opened if isinstance(source, RecordingSource)]
    if len(sources) < len(opened):
        st.warning(say("ranks_only_recordings", lang))
        return
    with st.sidebar:
        every = say("ranks_all", lang)
        options = [every, *(source.title for source in sources)]
        chosen = st.segmented_control(say("rank", lang), options, default=every, key=keys.RANK)
    source = next((source for source in sources if source.title == chosen), None)
    if source is not None:
        play_recording(source, lang)
        return
    st.subheader(say("ranks_title", lang, count=len(sources)), anchor=False)
    st.caption(say("ranks_about", lang))
    shared = shared_gradients([source.recording for source in sources])
    names = [source.title for source in sources]
    st.dataframe([row(one, names, lang) for one in shared], hide_index=True, width="stretch")


def row(shared: SharedGradient, ranks: Sequence[str], lang: Language) -> dict[str, object]:
    """Return one line of the table: norms of every rank before and after, each with a mark where ranks differ."""
    before, after = say("ranks_before", lang), say("ranks_after", lang)
    return {
        say("ranks_step", lang): shared.step,
        say("ranks_leaf", lang): shared.param,
        **{f"{before} · {name}": _norm(value) for name, value in zip(ranks, shared.before, strict=True)},
        before: "≠" if shared.differs_before else "=",
        **{f"{after} · {name}": _norm(value) for name, value in zip(ranks, shared.after, strict=True)},
        after: "≠" if shared.differs_after else "=",
    }


def _norm(value: TensorData | None) -> float | None:
    return None if value is None else value.norm
