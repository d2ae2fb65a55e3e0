"""The Lab of one browser session: its machine, the spec being edited, and what to tell the user.

The machine lives in Streamlit's session state and is never cached, so sessions share nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from graphtrace import lab
from graphtrace.app.lab.background_run import PATIENCE, BackgroundRun
from graphtrace.app.lab.comparison import Comparison
from graphtrace.app.lab.prepared_playback import PreparedPlayback
from graphtrace.app.payloads import Seek
from graphtrace.errors import TraceError
from graphtrace.lab import limits
from graphtrace.lab.records.actions import Action
from graphtrace.lab.showing.pulse import PACES, Pulse

KEY = "lab_session"  # LabSession: of this browser session
LINK = "lab"  # query parameter: the scene, see graphtrace.lab.writing.links
PRESET = "preset"  # query parameter: name of a preset
AT = "at"  # query parameter: cursor in the playback; the browser writes it, so that a step costs the server nothing
VIEW = "view"  # query parameter: the chosen view; the browser writes it, too
HIDE = "hide"  # query parameter: which controls are hidden, separated by commas
HIDEABLE = ("builder", "actions", "code", "all")
PARTS = ("graph", "charts", "code")
NOTHING = "nothing"  # entry of the preset menu: a net of one layer
SPECS = {NOTHING: lab.Spec((lab.layers.Linear(2, 1),), seed=1)} | {
    preset.name: preset.spec for preset in lab.PRESETS if preset.spec is not None
}


HeldNumber = tuple[str, tuple[int, ...]]


@dataclass(slots=True)
class LabSession:
    """State of one session.

    Attributes:
        spec: As edited; it may have problems. The machine keeps the last spec that runs.
        machine: The machine on the page. During a background run it belongs to the run.
        preset: Name of the preset that the spec is; empty for another spec.
        problems: Why the edited spec does not run.
        note: Message to show once.
        machine_count: How many machines there were before: the player tells pictures of different machines apart.
        form_count: How often the spec changed other than by the builder's fields, which then start anew.
        press_count: How many actions were pressed: doing one again after an undo is another picture.
        newest: How many actions the latest press of a button did; 0 after an undo and at the start.
        cursor: Last cursor that the player reported, None before its first report.
        view: The view that the player shows.
        edited_tensor: Name of the tensor whose numbers are being edited; empty for none.
        run: The background run, None if there is none.
        hidden: Which of `HIDEABLE` the address hides.
        weights_from_file: Whether the machine started from a file's weights.
        prepared: The playback as it was sent last.
        seek_request: Where the player shall go, None before the first request.
        held: Which number is held by hand: the name of its tensor, and its position; None for none.
        pace: Iterations a second when the net trains.
        comparison: Two branches, of which the machine is one; None if nothing is compared.
        part: Which part of the page is shown, one of `PARTS`.
        count: How many iterations the field beside Run says.
        answered: Serial of the latest press of the toolbar that was carried out.
    """

    spec: lab.Spec
    machine: lab.Machine
    preset: str
    problems: tuple[str, ...] = ()
    note: str = ""
    machine_count: int = 0
    form_count: int = 0
    press_count: int = 0
    newest: int = 0
    cursor: int | None = None
    view: str = ""
    edited_tensor: str = ""
    run: BackgroundRun | None = None
    hidden: frozenset[str] = frozenset()
    weights_from_file: bool = False
    prepared: PreparedPlayback | None = None
    seek_request: Seek | None = None
    comparison: Comparison | None = None
    held: HeldNumber | None = None
    part: str = "graph"
    count: int = 100
    answered: str = ""
    pace: float = 100.0

    @property
    def playback_id(self) -> str:
        """Identifies what the player plays. During a background run it keeps playing what was there before."""
        if self.run is not None and self.prepared is not None:
            return self.prepared.id
        return f"lab|{self.machine_count}|{self.press_count}|{self.machine.position}|{len(self.machine.history)}"

    @property
    def trains(self) -> bool:
        """Whether the net trains with pictures, until it is stopped."""
        return self.run is not None and self.run.pulse is not None

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was done since the page was opened: a player that is still in the browser may continue."""
        return self.machine_count == self.press_count == 0

    @property
    def shown_cursor(self) -> int | None:
        """Cursor of the player: the last one it reported, or where it starts; None if it plays nothing yet."""
        if self.prepared is None or self.prepared.id != self.playback_id:
            return None
        return self.prepared.start if self.cursor is None else self.cursor

    @property
    def active_comparison(self) -> Comparison | None:
        """The comparison; it ends when the machine is replaced by one of another net."""
        if self.comparison is not None and self.machine not in self.comparison.machines:
            self.comparison = None
        return self.comparison

    def seek(self, cursor: int) -> None:
        """Make the player go to a cursor."""
        serial = 0 if self.seek_request is None else self.seek_request["serial"]
        self.seek_request = {"to": cursor, "serial": serial + 1}

    def show_machine(self, machine: lab.Machine, cursor: int | None) -> None:
        """Show another machine, at a cursor of its playback; None for the start."""
        self.machine, self.cursor, self.newest = machine, cursor, 0
        self.machine_count += 1

    def edit(self, spec: lab.Spec) -> None:
        """Take an edited spec: it gets a new machine if it runs, else its problems are shown beside the old one."""
        self.spec, self.problems, self.preset = spec, lab.validate(spec), preset_of(spec)
        if not self.problems and spec != self.machine.spec:
            self.start(spec)

    def rebuild(self, spec: lab.Spec) -> None:
        """Take a spec whose layers moved: the builder's fields start anew."""
        self.form_count += 1
        self.edit(spec)

    def start(self, spec: lab.Spec) -> None:
        """Make a new machine of a spec that runs, and do its first forward pass, to have something to see."""
        self.stop_run()
        try:
            machine = lab.Machine(spec)
            machine.forward()
        except TraceError as error:
            self.note = str(error)
            return
        self.spec, self.problems, self.weights_from_file = spec, (), False
        self.show_machine(machine, None)

    def open_preset(self, preset: str) -> None:
        """Start with a preset."""
        self.preset = preset
        self.form_count += 1
        self.start(SPECS[preset])

    def restart(self) -> None:
        """Start again with the machine's spec."""
        self.form_count += 1
        self.start(self.machine.spec)

    def do(self, *actions: Action) -> None:
        """Do actions, one after the other; a wrong request ends them with a note."""
        self.stop_run()
        before = self.machine.position
        with self.errors_as_note():
            for action in actions:
                self.machine.do(action)
        self.newest, self.cursor = self.machine.position - before, None
        self.press_count += 1

    def start_run(self, count: int, until: float | None = None) -> None:
        """Run iterations without recording them, in the background if it takes long.

        Args:
            count: How many at most.
            until: Loss below which the run ends early.
        """
        self.stop_run()
        self.run = BackgroundRun(self.machine, count, until)
        if self.run.wait(PATIENCE):
            self.finish_run()

    def start_training(self) -> None:
        """Train in the background until `stop_run`, with pictures of how it goes."""
        self.stop_run()
        self.run = BackgroundRun(self.machine, limits.current().steps, None, Pulse(self.machine, self.pace))

    def set_pace(self, pace: float) -> None:
        """Train at another pace; 0 for as many iterations as possible."""
        self.pace = pace if pace in PACES else math.inf
        if self.run is not None and self.run.pulse is not None:
            self.run.pulse.pace = self.pace

    def stop_run(self) -> None:
        """End the background run, if any, and take the machine over from it."""
        if self.run is not None:
            self.run.stop()
            self.finish_run()

    def finish_run(self) -> None:
        """Take the machine over from a run that is over."""
        if self.run is not None and self.run.over:
            run, self.run = self.run, None
            self.newest, self.cursor = 0, None
            self.press_count += 1
            self.note = run.result_note()

    def paused_run(self) -> AbstractContextManager[None]:
        """Return the context to read the machine in: a background run pauses meanwhile."""
        return nullcontext() if self.run is None else self.run.paused()

    def unhide(self) -> None:
        """Show the controls that the address hides."""
        self.hidden = frozenset()

    def move(self, by: int) -> None:
        """Undo or redo so many actions."""
        self.stop_run()
        with self.errors_as_note():
            self.machine.go(self.machine.position + by)
        self.newest, self.cursor = 0, None

    @contextmanager
    def errors_as_note(self) -> Iterator[None]:
        """Turn a `TraceError` into the note."""
        try:
            yield
        except TraceError as error:
            self.note = str(error)


def preset_of(spec: lab.Spec) -> str:
    """Return the name of the preset that equals a spec, empty for none."""
    return next((name for name, preset in SPECS.items() if preset == spec), "")
