"""The line of time above the charts: everything that was done, folded; a press goes there."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from graphtrace.app.lab.session import LabSession
from graphtrace.app.texts import say
from graphtrace.lab.records.actions import Action, Iterate, Redesign
from graphtrace.lab.showing.story import StoryEntry, story
from graphtrace.literals import Language

Kind = Literal["primary", "secondary", "tertiary"]
MOST = 12  # entries that are shown: those around where the machine is


def story_strip(session: LabSession, lang: Language) -> None:
    """Draw the latest entries up to where the machine is, and what can be redone."""
    entries, at = story(session.machine), session.machine.position
    last = sum(entry.last <= at for entry in entries)
    first = max(0, min(last - MOST // 2, len(entries) - MOST))
    with st.container(horizontal=True, gap="small", key="lab_story"):
        for i, entry in enumerate(entries[first : first + MOST]):
            kind: Kind = "primary" if entry.last == at else "secondary" if entry.last < at else "tertiary"
            told = None if entry.loss is None else f"loss {entry.loss:.4g}"
            st.button(
                _label(entry, lang), key=f"lab_story_{i}", type=kind, help=told, on_click=session.go, args=(entry.last,)
            )


def _label(entry: StoryEntry, lang: Language) -> str:
    names = " · ".join(_name(action, lang) for action in entry.actions[:4])
    return f"{names}{'…' if len(entry.actions) > 4 else ''}{f' ×{entry.times:,}' if entry.times > 1 else ''}"


def _name(action: Action, lang: Language) -> str:
    if isinstance(action, Iterate):
        return say("story_run", lang, count=f"{action.n:,}")
    return say("story_design", lang) if isinstance(action, Redesign) else type(action).__name__
