"""The Lab of one browser session: its machine, its spec while it is edited, and what to tell the user.

The machine lives in session state and nowhere else: it is never cached, so sessions share nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from graphtrace import lab
from graphtrace.errors import TraceError
from graphtrace.lab.actions import Action

KEY = "lab"  # Lab: of this session
LINK = "lab"  # query parameter: the scene, see graphtrace.lab.share
PRESET = "preset"  # query parameter: name of a preset
REPLAYED = 50  # iterations that opening a link may run by itself


@dataclass(slots=True)
class Lab:
    """What one session has.

    Attributes:
        spec: As edited; may have problems. The machine keeps the last one that runs.
        preset: Name of the preset it began with.
        note: What to tell, once: what was rebuilt, or why something was refused.
        serial: Counts machines, so that widgets and pictures of an older one are not mistaken.
        newest: How many turns the latest press of a button was.
    """

    spec: lab.Spec
    machine: lab.Machine
    preset: str
    problems: tuple[str, ...] = ()
    note: str = ""
    serial: int = 0
    newest: int = 1

    def edit(self, spec: lab.Spec) -> None:
        """Take an edited spec: a new machine if it runs, else its problems and the last good net."""
        self.spec, self.problems = spec, lab.validate(spec)
        if not self.problems and spec != self.machine.spec:
            self.start(spec)

    def start(self, spec: lab.Spec) -> None:
        """Begin anew with a spec that runs; its first forward pass is done at once, to have something to see."""
        try:
            machine = lab.Machine(spec)
            machine.forward()
        except TraceError as error:
            self.note = str(error)
            return
        self.spec, self.machine, self.problems = spec, machine, ()
        self.serial += 1

    def do(self, *actions: Action) -> None:
        """Do actions; what was asked wrongly is told, and nothing is lost."""
        self.newest = len(actions)
        try:
            for action in actions:
                self.machine.do(action)
        except TraceError as error:
            self.note = str(error)


def opened() -> Lab:
    """Return this session's Lab, made from the address at the first run of a session."""
    if KEY not in st.session_state:
        st.session_state[KEY] = _made()
    found: Lab = st.session_state[KEY]
    return found


def _made() -> Lab:
    link = st.query_params.get(LINK)
    if link:
        try:
            return _rebuilt(lab.decode(link))
        except TraceError as error:
            return replace(_from_preset(lab.OPENING), note=str(error))
    name = st.query_params.get(PRESET, lab.OPENING)
    try:
        return _from_preset(name)
    except TraceError as error:
        return replace(_from_preset(lab.OPENING), note=str(error))


def _from_preset(name: str) -> Lab:
    spec = lab.preset(name).spec
    if spec is None:
        raise TraceError(f"preset is no net that can be built: {name!r} (open it on the graph page)")
    machine = lab.Machine(spec)
    machine.forward()
    return Lab(spec, machine, name)


def _rebuilt(scene: lab.Scene) -> Lab:
    """Do again what the link tells, so that the same frame stands there bit for bit."""
    machine = lab.Machine(scene.spec)
    actions = scene.actions[: scene.position] if scene.iterations <= REPLAYED else ()
    for action in actions:
        machine.do(action)
    if not actions:
        machine.forward()
    return Lab(scene.spec, machine, "", note="rebuilt")


def write_link(one: Lab) -> str | None:
    """Put the scene into the address; returns why it does not fit, or None."""
    machine = one.machine
    try:
        st.query_params[LINK] = lab.encode(lab.Scene(machine.spec, machine.actions, machine.position))
    except TraceError as error:
        st.query_params.pop(LINK, None)
        return str(error)
    return None
