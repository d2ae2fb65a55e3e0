"""The Lab of one browser session: its machine, its spec while it is edited, and what to tell the user.

The machine lives in session state and nowhere else: it is never cached, so sessions share nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from graphtrace import lab
from graphtrace.errors import TraceError
from graphtrace.lab.actions import Action
from graphtrace.ui.lab.running import PATIENCE, Run

KEY = "lab_session"  # Lab: of this session
LINK = "lab"  # query parameter: the scene, see graphtrace.lab.share
PRESET = "preset"  # query parameter: name of a preset
AT = "at"  # query parameter: cursor in the story; the browser writes it, so that a step costs the server nothing
VIEW = "view"  # query parameter: the picture chosen; written by the browser, too
REPLAYED = 2_000  # iterations that opening a link may run by itself
NOTHING = "nothing"  # entry of the preset menu: one layer, the rest is the user's
_SPECS = {NOTHING: lab.Spec((lab.layers.Linear(2, 1),), seed=1)} | {
    preset.name: preset.spec for preset in lab.PRESETS if preset.spec is not None
}


@dataclass(slots=True)
class Lab:
    """What one session has.

    Attributes:
        spec: As edited; may have problems. The machine keeps the last one that runs.
        preset: Name of the preset it began with.
        note: What to tell, once: what was rebuilt, or why something was refused.
        serial: Counts machines, so that pictures of an older one are not mistaken.
        forms: Counts changes that did not come from the builder's own fields, which then start anew.
        presses: Counts actions, so that doing one again after an undo is another picture.
        newest: How many turns the latest press of a button was; 0 after an undo or at the start.
        cursor: Where the user was in the story when last told; None before that.
        view: The picture that the address opened on.
        editing: Name of the tensor whose numbers are being set by hand; empty for none.
        going: The run in the background; the machine is its own until it is settled.
        sent: The story as the player gets it, with what it belongs to and where it starts.
    """

    spec: lab.Spec
    machine: lab.Machine
    preset: str
    problems: tuple[str, ...] = ()
    note: str = ""
    serial: int = 0
    forms: int = 0
    presses: int = 0
    newest: int = 0
    cursor: int | None = None
    view: str = ""
    editing: str = ""
    going: Run | None = None
    sent: tuple[str, dict[str, Any], int] | None = None

    @property
    def identity(self) -> str:
        """What is to be played, as a text: another one is another story. During a run it is the one before."""
        if self.going is not None and self.sent is not None:
            return self.sent[0]
        return f"lab|{self.serial}|{self.presses}|{self.machine.position}|{len(self.machine.turns)}"

    @property
    def fresh(self) -> bool:
        """Whether the session is as it was opened: a picture that still stands in the browser may go on."""
        return self.serial == self.presses == 0

    @property
    def place(self) -> int | None:
        """Cursor of the story on the stage, as far as it was told; None where there is none yet."""
        if self.sent is None or self.sent[0] != self.identity:
            return None
        return self.sent[2] if self.cursor is None else self.cursor

    def edit(self, spec: lab.Spec) -> None:
        """Take an edited spec: a new machine if it runs, else its problems and the last good net."""
        self.spec, self.problems, self.preset = spec, lab.validate(spec), _preset_of(spec)
        if not self.problems and spec != self.machine.spec:
            self.start(spec)

    def rebuild(self, spec: lab.Spec) -> None:
        """Take a spec whose layers stand elsewhere: the forms follow them."""
        self.forms += 1
        self.edit(spec)

    def start(self, spec: lab.Spec) -> None:
        """Begin anew with a spec that runs; its first forward pass is done at once, to have something to see."""
        self.stop()
        try:
            machine = lab.Machine(spec)
            machine.forward()
        except TraceError as error:
            self.note = str(error)
            return
        self.spec, self.machine, self.problems = spec, machine, ()
        self.serial += 1
        self.newest, self.cursor = 0, None

    def open(self, preset: str) -> None:
        """Begin anew with a preset."""
        self.preset = preset
        self.forms += 1
        self.start(_SPECS[preset])

    def again(self) -> None:
        """Begin anew with the net on the stage."""
        self.forms += 1
        self.start(self.machine.spec)

    def do(self, *actions: Action) -> None:
        """Do actions; what was asked wrongly is told, and nothing is lost."""
        self.stop()
        before = self.machine.position
        with self.told():
            for action in actions:
                self.machine.do(action)
        self.newest, self.cursor = self.machine.position - before, None
        self.presses += 1

    def run(self, count: int, until: float | None = None) -> None:
        """Run many iterations without watching, in the background if it takes long.

        Args:
            count: How many at most.
            until: Loss below which it ends early.
        """
        self.stop()
        self.going = Run(self.machine, count, until)
        if self.going.wait(PATIENCE):
            self.settle()

    def stop(self) -> None:
        """End the run that is going on, if any: whatever is done next finds a free machine."""
        if self.going is not None:
            self.going.stop()
            self.settle()

    def settle(self) -> None:
        """Take over from a run that is over."""
        if self.going is not None and self.going.over:
            going, self.going = self.going, None
            self.newest, self.cursor = 0, None
            self.presses += 1
            self.note = going.settle()

    def go(self, by: int) -> None:
        """Undo or redo."""
        self.stop()
        with self.told():
            self.machine.go(self.machine.position + by)
        self.newest, self.cursor = 0, None

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn what is refused into a note."""
        try:
            yield
        except TraceError as error:
            self.note = str(error)


def opened() -> Lab:
    """Return this session's Lab, made from the address at the first run of a session."""
    if KEY not in st.session_state:
        st.session_state[KEY] = _made()
    found: Lab = st.session_state[KEY]
    found.settle()
    return found


def _made() -> Lab:
    link = st.query_params.get(LINK)
    if link:
        try:
            at, view = st.query_params.get(AT, ""), st.query_params.get(VIEW, "")
            return replace(_rebuilt(lab.decode(link), _number(at)), view=view[:20])
        except TraceError as error:
            return replace(_from_preset(lab.OPENING), note=str(error))
    name = st.query_params.get(PRESET, lab.OPENING)
    try:
        return _from_preset(name)
    except TraceError as error:
        return replace(_from_preset(lab.OPENING), note=str(error))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _from_preset(name: str) -> Lab:
    spec = _SPECS.get(name) or lab.preset(name).spec
    if spec is None:
        raise TraceError(f"preset is no net that can be built: {name!r} (open it on the graph page)")
    machine = lab.Machine(spec)
    machine.forward()
    return Lab(spec, machine, name)


def _rebuilt(scene: lab.Scene, at: int | None) -> Lab:
    """Do again what the link tells, so that the same frame stands there bit for bit."""
    machine = lab.Machine(scene.spec)
    short = scene.iterations <= REPLAYED
    if scene.actions and short:
        machine.replay(scene.actions)
        machine.go(scene.position)
    else:
        machine.forward()
    note = "rebuilt" if short else f"the link runs {scene.iterations:,} iterations (press Run n for them)"
    at = scene.cursor or None if at is None else at
    return Lab(scene.spec, machine, _preset_of(scene.spec), note=note, cursor=at if scene.actions and short else None)


def _preset_of(spec: lab.Spec) -> str:
    return next((name for name, known in _SPECS.items() if known == spec), "")


def link(one: Lab) -> str:
    """Return the text of a link to this story; the place in it stands beside it, as `AT`.

    Raises:
        SpecError: It does not fit in an address.
    """
    machine = one.machine
    return lab.encode(lab.Scene(machine.spec, tuple(turn.action for turn in machine.turns), machine.position))
