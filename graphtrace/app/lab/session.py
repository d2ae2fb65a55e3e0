"""The Lab of one browser session, never cached: its machine, the edited spec, and what to tell the user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from graphtrace import lab
from graphtrace.app.lab.background_run import PATIENCE, BackgroundRun
from graphtrace.app.lab.comparison import Comparison
from graphtrace.app.lab.prepared_playback import PreparedPlayback
from graphtrace.app.lab.session_parts import SPECS, DesignChoice, HeldNumber, OpenedIteration, preset_of
from graphtrace.app.payloads import Seek
from graphtrace.errors import TraceError
from graphtrace.lab.design import changes
from graphtrace.lab.records.actions import Action, Redesign
from graphtrace.lab.showing.story import stop_beside


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
        choice: The latest change of the design, as long as it can be done the other way; None for none.
        answered: Serial of the latest press of the toolbar that was carried out.
        opened: The iteration that was opened last; None for none.
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
    choice: DesignChoice | None = None
    opened: OpenedIteration | None = None

    @property
    def playback_id(self) -> str:
        """Identifies what the player plays. During a run it is what was prepared."""
        here = f"lab|{self.machine_count}|{self.press_count}|{self.machine.position}|{len(self.machine.history)}"
        return self.prepared.id if self.prepared is not None and self.run is not None else here

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
        """The comparison; it ends where both machines are not of one net."""
        if self.comparison is not None:
            a, b = self.comparison.machines
            if self.machine not in (a, b) or a.spec.layers != b.spec.layers:
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
        """Take an edited spec: the machine takes it if it runs; else its problems are shown beside the old one."""
        self.spec, self.problems, self.preset = spec, lab.validate(spec), preset_of(spec)
        if not self.problems and spec != self.machine.spec:
            self.redesign(spec)

    def rebuild(self, spec: lab.Spec) -> None:
        """Take a spec whose layers moved: the builder's fields start anew."""
        self.form_count += 1
        self.edit(spec)

    def redesign(self, spec: lab.Spec, keep: bool | None = None) -> None:
        """Make a change of the design an action of the machine.

        Args:
            spec: The new design; it runs.
            keep: Whether the weights stay; None for what is likelier, and where both are possible the user is asked.
        """
        self.stop_run()
        machine, before, steps = self.machine, self.machine.position, self.machine.trainer.steps
        asks = keep is None and steps > 0 and changes.weights_fit(machine.spec, spec)
        keep = changes.keeps_weights(machine.spec, spec) if keep is None else keep
        if self.comparison is not None and not keep:
            self.comparison = None
        with self.errors_as_note():
            machine.do(Redesign(spec, keep))
            if machine.loss is None:
                machine.forward()
            self.choice = DesignChoice(before, steps, keep) if asks else None
        self.take_new_state()

    def choose(self, keep: bool) -> None:
        """Do the latest change of the design the other way."""
        choice, spec = self.choice, self.machine.spec
        if choice is None:
            return
        with self.errors_as_note():
            self.machine.go(choice.position)
            self.redesign(spec, keep)
            self.choice = replace(choice, keep=keep)

    def take_new_state(self) -> None:
        """Show the machine as it is now, and its design in the builder."""
        self.newest, self.cursor = 0, None
        self.press_count += 1
        if self.spec != self.machine.spec or self.problems:
            self.spec, self.problems, self.preset = self.machine.spec, (), preset_of(self.machine.spec)
            self.form_count += 1

    def start(self, spec: lab.Spec) -> None:
        """Start with a spec that runs; what was done before can be undone."""
        if len(self.machine.history) > 1:
            return self.redesign(spec, keep=False)
        self.stop_run()
        with self.errors_as_note():
            machine = lab.Machine(spec)
            machine.forward()
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
        self.choice, before = None, self.machine.position
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
        self.choice = None
        self.run = BackgroundRun(self.machine, count, until)
        if self.run.wait(PATIENCE):
            self.finish_run()

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

    def move(self, by: int) -> None:
        """Undo (-1) or redo (1) what one press did. An edit that does not run is undone by itself."""
        self.stop_run()
        stop = self.machine.position if self.problems and by < 0 else stop_beside(self.machine, by)
        if stop is not None:
            self.go(stop)

    def go(self, position: int) -> None:
        """Go to a position of the machine's history."""
        self.stop_run()
        self.choice = None
        with self.errors_as_note():
            self.machine.go(position)
        self.take_new_state()

    @contextmanager
    def errors_as_note(self) -> Iterator[None]:
        """Turn a `TraceError` into the note."""
        try:
            yield
        except TraceError as error:
            self.note = str(error)
