"""What the programs of scenes did. They run once per process; what is kept is frozen and holds no tensors."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from graphtrace.app.parcels import Parcel, parcel
from graphtrace.scenes import Document, Ran, Told, all_scenes, document, get, is_here, run_program, tell
from graphtrace.viewer import play, views_of

Side = Literal["wrong", "right"]


@st.cache_resource(max_entries=128, show_spinner=False)
def ran(mistake: str, case: int) -> Ran:
    """Run a program of a scene as it was."""
    return run_program(get(mistake).programs[case].code, f"{mistake}.py")


@st.cache_resource(max_entries=128, show_spinner=False)
def told(mistake: str, case: int) -> Told:
    """Run a program of a scene, and its repair."""
    scene = get(mistake)
    return tell(scene, scene.programs[case], ran(mistake, case))


@st.cache_resource(max_entries=128, show_spinner=False)
def played(mistake: str, case: int, side: Side) -> Parcel:
    """Return one of the two for the viewer; the card of the mistake shows the repair as the scene has it."""
    one = told(mistake, case)
    recording = (one.wrong if side == "wrong" else one.right).recording
    payload = play(recording, views_of(recording)[:1])
    wire = payload["recording"]
    if wire["diagnosis"] is not None:
        wire = {**wire, "diagnosis": {**wire["diagnosis"], "diff": list(one.changed)}}
    return parcel({**payload, "recording": wire})


@st.cache_resource(max_entries=1, show_spinner=False)
def documents() -> tuple[Document, ...]:
    """Return what is searched: everything that is said and that torch says of every program that can run here."""
    found = []
    for scene in all_scenes():
        cases = [i for i, program in enumerate(scene.programs) if is_here(program.needs)]
        found.append(document(scene, [ran(scene.mistake, case) for case in cases]))
    return tuple(found)
