"""What the viewer's component is sent from pages, and how its state is read.

The keys are read by the viewer's JavaScript, which mounts it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Required, TypedDict

import streamlit as st

from graphtrace.app.parcels import Parcel
from graphtrace.literals import Language

Payload = Mapping[str, object] | Parcel  # a graph's geometry or a recording, see `graphtrace.viewer`


class Patch(TypedDict, total=False):
    """Words and colours of the viewer; they may change while the picture stays."""

    title: Required[str]
    texts: Required[Parcel]
    name: str  # begins the names of files
    about: str  # shown while nothing is selected
    language: Language
    palette: Parcel


class GraphPayload(TypedDict):
    """A graph to look around in; another `id` is another picture."""

    id: str
    of: str
    geo: Payload
    patch: Patch
    keyboard: bool


class RecordingPayload(TypedDict):
    """A recording to play; the cursor stays while `recording` stays, whichever view `of` it is shown."""

    id: str
    of: str
    recording: str
    play: Payload
    patch: Patch
    keyboard: bool  # keys pressed anywhere on the page are the viewer's


class Seek(TypedDict):
    """A request to go to a cursor; another `serial` is another request."""

    to: int
    serial: int


def component_state(key: str) -> Mapping[str, object]:
    """Return the state that a component has reported; empty before its first report."""
    return as_mapping(st.session_state.get(key))


def as_mapping(reported: object) -> Mapping[str, object]:
    """Return what a browser reported as a mapping; empty if it is none."""
    return reported if isinstance(reported, Mapping) else {}
