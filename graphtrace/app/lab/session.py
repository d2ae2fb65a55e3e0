"""The Lab of one browser session: its machine, its spec while it is edited, and what to tell the user.

The machine lives in session state and nowhere else: it is never cached, so sessions share nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from graphtrace import lab
from graphtrace.app.lab.background_run import PATIENCE, BackgroundRun
from graphtrace.app.lab.comparison import Comparison
from graphtrace.errors import TraceError
from graphtrace.lab.records.actions import Action

KEY = "lab_session"  # Lab: of this session
LINK = "lab"  # query parameter: the scene, see graphtrace.lab.writing.links
PRESET = "preset"  # query parameter: name of a preset
AT = "at"  # query parameter: cursor in the story; the browser writes it, so that a step costs the server nothing
VIEW = "view"  # query parameter: the picture chosen; written by the browser, too
HIDE = "hide"  # query parameter: which controls are hidden, with commas between
HIDEABLE = ("builder", "actions", "code", "all")
NOTHING = "nothing"  # entry of the preset menu: one layer, the rest is the user's
SPECS = {NOTHING: lab.Spec((lab.layers.Linear(2, 1),), seed=1)} | {
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
        hidden: Which of `HIDEABLE` the address hides.
        loaded: Whether the machine started from a file's weights.
        sent: The story as the player gets it, with what it belongs to and where it starts.
        sought: Where the player is to go once, as it stands: a cursor, and a number of its own for each time.
        kept: The two branches that are compared; the machine is one of them.
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
    going: BackgroundRun | None = None
    hidden: frozenset[str] = frozenset()
    loaded: bool = False
    sent: tuple[str, dict[str, Any], int] | None = None
    sought: tuple[int, int] | None = None
    kept: Comparison | None = None

    @property
    def identity(self) -> str:
        """What is to be played, as a text: another one is another story. During a run it is the one before."""
        if self.going is not None and self.sent is not None:
            return self.sent[0]
        return f"lab|{self.serial}|{self.presses}|{self.machine.position}|{len(self.machine.history)}"

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

    @property
    def compared(self) -> Comparison | None:
        """What is compared; nothing once the machine is another net's."""
        if self.kept is not None and self.machine not in (self.kept.pair.a, self.kept.pair.b):
            self.kept = None
        return self.kept

    @property
    def seeking(self) -> dict[str, int] | None:
        """What the player is told of `sought`."""
        return None if self.sought is None else {"to": self.sought[0], "serial": self.sought[1]}

    def seek(self, cursor: int) -> None:
        """Have the player on the stage go to a cursor, without a new one."""
        self.sought = cursor, 1 + (self.sought[1] if self.sought else 0)

    def edit(self, spec: lab.Spec) -> None:
        """Take an edited spec: a new machine if it runs, else its problems and the last good net."""
        self.spec, self.problems, self.preset = spec, lab.validate(spec), preset_of(spec)
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
        self.spec, self.machine, self.problems, self.loaded = spec, machine, (), False
        self.serial += 1
        self.newest, self.cursor = 0, None

    def open(self, preset: str) -> None:
        """Begin anew with a preset."""
        self.preset = preset
        self.forms += 1
        self.start(SPECS[preset])

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
        self.going = BackgroundRun(self.machine, count, until)
        if self.going.wait(PATIENCE):
            self.settle()

    def still(self) -> AbstractContextManager[None]:
        """Return what to read the machine in: a run that goes on rests meanwhile."""
        return nullcontext() if self.going is None else self.going.resting()

    def unhide(self) -> None:
        """Show what the link has hidden."""
        self.hidden = frozenset()

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
        """HistoryEntry what is refused into a note."""
        try:
            yield
        except TraceError as error:
            self.note = str(error)


def preset_of(spec: lab.Spec) -> str:
    """Return the name of the preset that a spec is, empty for one's own."""
    return next((name for name, known in SPECS.items() if known == spec), "")
