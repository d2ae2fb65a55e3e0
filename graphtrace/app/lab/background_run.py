"""A long run in the background: the page shows its progress and can stop it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import streamlit as st

from graphtrace import lab
from graphtrace.app.fair_queue import Ticket, server_queue
from graphtrace.app.texts import say
from graphtrace.app.wanted import is_open, session_id
from graphtrace.errors import TraceError
from graphtrace.lab.records.actions import Backward, Forward, Step, ZeroGrad
from graphtrace.lab.showing.pulse import Pulse
from graphtrace.literals import Language

LOOP = (ZeroGrad(), Forward(), Backward(), Step())  # one iteration
_LOOK = 0.25  # seconds between two looks at whether the tab is open
PATIENCE = 0.4  # seconds that a press of a button waits for a run: most are over by then


class BackgroundRun:
    """Iterations of one machine in a thread of its own, and one recorded forward pass after them.

    With a pulse, it goes on until it is stopped, and all of its last iteration is recorded, to be stepped through.

    The machine belongs to the run until `over` is true; others read it only while the run is paused.

    Attributes:
        total: Iterations at most.
        done: Iterations so far.
        loss: Of the latest iteration.
        note: What went wrong, as text.
        pulse: Makes pictures of it as it goes; None for a run that is not watched.
    """

    def __init__(self, machine: lab.Machine, total: int, until: float | None, pulse: Pulse | None = None) -> None:
        self.pulse = pulse
        self.total, self.done, self.loss, self.note = total, 0, float("nan"), ""
        self._machine, self._until = machine, until
        self._ticket, self._tab = Ticket(server_queue()), session_id()
        self._looked, self._left = time.monotonic(), False
        self._ending = threading.Event()
        self._busy, self._gate = threading.Lock(), threading.Lock()
        self._reader: int | None = None
        self._raised: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="graphtrace-run", daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        """Whether the machine is free again."""
        return not self._thread.is_alive()

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the run; returns whether it came."""
        self._thread.join(seconds)
        return self.over

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Pause the run between two iterations.

        A thread that reads ``.grad`` while another one frees it would end the whole process.
        """
        with self._gate:  # whoever waits here is next: the run passes the gate after every iteration
            self._busy.acquire()
        self._reader = threading.get_ident()
        try:
            yield
        finally:
            self._release()

    @property
    def queued(self) -> int:
        """Its place in the server's queue, from 1; 0 while it runs."""
        return self._ticket.position

    def stop(self) -> None:
        """End the run after the present iteration, and wait for that."""
        self._ending.set()
        self._release()
        self._thread.join()

    def _release(self) -> None:
        """Let the run continue, if this thread paused it."""
        if self._reader == threading.get_ident():
            self._reader = None
            self._busy.release()

    def result_note(self) -> str:
        """Return the note of a run that is over; an error that is no mistake of the user is raised."""
        if self._raised is not None:
            raise self._raised
        return self.note

    def _run(self) -> None:
        """Run when its turn comes."""
        try:
            if self.pulse is not None or self._ticket.turn(self._ends):
                with self._busy:
                    self._iterate()
        finally:
            self._ticket.leave()

    def _ends(self) -> bool:
        """Return whether it is to end: it was stopped, or its tab is closed."""
        if time.monotonic() - self._looked > _LOOK:
            self._looked, self._left = time.monotonic(), not is_open(self._tab)
        return self._ending.is_set() or self._left

    def _iterate(self) -> None:
        try:
            self.note = self._train(self.pulse) if self.pulse else self._run_unwatched()
        except TraceError as error:
            self.note = str(error)
        except BaseException as error:  # raised again in the page's own thread
            self._raised = error

    def _run_unwatched(self) -> str:
        entry = self._machine.iterate(self.total, stop=self._after_iteration, pick=_unrecorded)
        self._machine.forward()
        return entry.error or ""

    def _train(self, pulse: Pulse) -> str:
        """Train with pictures; returns what went wrong, as text."""
        entry = self._machine.iterate(self.total - 1, stop=self._after_iteration, pick=pulse.pick)
        if entry.error is None:
            for action in LOOP:
                self._machine.do(action)
        return entry.error or ""

    def _after_iteration(self, done: int, loss: float) -> bool:
        self.done, self.loss = done, loss
        if self.pulse is not None:
            self.pulse.after(done, loss)
        self._busy.release()
        self._wait_for_turn()
        with self._gate:
            self._busy.acquire()
        abandoned = self.pulse is not None and self.pulse.abandoned
        return self._ends() or abandoned or (self._until is not None and loss < self._until)

    def _wait_for_turn(self) -> None:
        """Rest as long as the pace asks for, without a place; at full speed others come first after each turn."""
        if self.pulse is not None and not math.isinf(self.pulse.pace):
            self._ticket.leave()
            self._ending.wait(self.pulse.rest())
        else:
            self._ticket.turn(self._ends)


def _unrecorded(done: int) -> None:
    """Pick no iteration to be recorded: a run that is picked from is charged for computing, not for waiting."""


def paused(run: BackgroundRun | None) -> AbstractContextManager[None]:
    """Return the context to read a session's machine in: a run, if there is one, pauses meanwhile."""
    return nullcontext() if run is None else run.paused()


@st.fragment(run_every=0.3)
def run_progress(run: BackgroundRun, lang: Language) -> None:
    """Show the progress of a run until it is over."""
    if run.over:
        st.rerun()
    place = run.queued
    with st.container(horizontal=True, vertical_alignment="center", key="lab_progress"):
        waits = say("lab_queued", lang, place=place) if place else ""
        text = waits or say("lab_running", lang, done=f"{run.done:,}", total=f"{run.total:,}", loss=f"{run.loss:.4g}")
        st.progress(min(1.0, run.done / run.total), text=text)
        if st.button(say("lab_stop", lang), key="lab_stop", shortcut="Escape", icon=":material/stop:"):
            run.stop()
            st.rerun()
