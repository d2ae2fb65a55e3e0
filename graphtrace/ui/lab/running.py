"""A long run in the background: the page shows how far it is and can stop it; nothing else waits for it."""

from __future__ import annotations

import threading

import streamlit as st

from graphtrace import lab
from graphtrace.errors import TraceError
from graphtrace.ui.texts import say

PATIENCE = 0.4  # seconds that a press of a button waits for a run: most are over by then


class Run:
    """Iterations of one machine in a thread of their own, then one forward pass to see where it got to.

    The machine belongs to the run until `over` is true.

    Attributes:
        total: Iterations at most.
        done: Iterations so far.
        loss: Of the latest one.
        note: What went wrong, in words.
    """

    def __init__(self, machine: lab.Machine, total: int, until: float | None) -> None:
        self.total, self.done, self.loss, self.note = total, 0, float("nan"), ""
        self._machine, self._until = machine, until
        self._ending = threading.Event()
        self._raised: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="graphtrace-run", daemon=True)
        self._thread.start()

    @property
    def over(self) -> bool:
        """Whether the machine is free again."""
        return not self._thread.is_alive()

    def wait(self, seconds: float) -> bool:
        """Wait for the end; return whether it came."""
        self._thread.join(seconds)
        return self.over

    def stop(self) -> None:
        """End after the iteration that runs, and wait for that."""
        self._ending.set()
        self._thread.join()

    def settle(self) -> str:
        """Return what to tell of a run that is over; what was no mistake of the user's is raised."""
        if self._raised is not None:
            raise self._raised
        return self.note

    def _run(self) -> None:
        try:
            turn = self._machine.iterate(self.total, stop=self._after)
            self._machine.forward()
            self.note = turn.error or ""
        except TraceError as error:
            self.note = str(error)
        except BaseException as error:  # told in the page's own thread
            self._raised = error

    def _after(self, done: int, loss: float) -> bool:
        self.done, self.loss = done, loss
        return self._ending.is_set() or (self._until is not None and loss < self._until)


@st.fragment(run_every=0.3)
def progress(run: Run, lang: str) -> None:
    """Show how far a run is, until it is over."""
    if run.over:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", key="lab_progress"):
        text = say("lab_running", lang, done=f"{run.done:,}", total=f"{run.total:,}", loss=f"{run.loss:.4g}")
        st.progress(min(1.0, run.done / run.total), text=text)
        if st.button(say("lab_stop", lang), key="lab_stop", shortcut="Escape", icon=":material/stop:"):
            run.stop()
            st.rerun()
