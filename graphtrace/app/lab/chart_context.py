"""What every group of charts is given: the Lab, the moment, the theme; and how they are laid out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from graphtrace.app.lab.figures.style import Drawing, Style
from graphtrace.app.lab.session import Lab
from graphtrace.app.texts import say
from graphtrace.lab.showing import chart_data
from graphtrace.lab.showing.time_points import TimePoint, full_recording, tensors_at, time_point
from graphtrace.model import Recording

if TYPE_CHECKING:
    from graphtrace.lab.showing.chart_data import Numbers

_WHOLE = "lab_whole"  # tuple[str, Recording]: the story with whole tensors, and which one
_BUTTONS = {"displaylogo": False, "modeBarButtons": [["toImage", "resetScale2d"]]}


@dataclass(frozen=True, slots=True)
class ChartContext:
    """One moment to be charted.

    Attributes:
        cursor: Of the story, as the player shows it.
        at: The same place in the machine's time.
    """

    one: Lab
    lang: str
    cursor: int
    at: TimePoint
    look: Style

    def tensors(self) -> Mapping[str, Numbers]:
        """Return every tensor of the net at this moment."""
        return tensors_at(self.one.machine, self.at)

    def first(self) -> Mapping[str, Numbers]:
        """Return every tensor at the beginning of what is played."""
        return tensors_at(self.one.machine, time_point(self.one.machine, 0))

    def by_depth(self) -> tuple[tuple[str, float | None], ...]:
        """Return the gradient norms at this moment."""
        return chart_data.gradient_norms_by_depth(self.one.machine, self.tensors())

    def no_gradient(self) -> str:
        """Say what brings one, where none has arrived yet: it lies ahead, or a pass must be run."""
        turns = self.one.machine.history[self.at.actions : self.one.machine.position]
        ahead = [event for turn in turns if turn.recording is not None for event in turn.recording.events]
        waits = any(event.kind == "accumulate" for event in ahead[self.at.events :])
        return say("chart_go_on" if waits else "chart_press_backward", self.lang)

    def whole(self) -> Recording:
        """Return the story with whole tensors; recorded once, when first asked for."""
        kept = st.session_state.get(_WHOLE)
        if kept is None or kept[0] != self.one.identity:
            kept = st.session_state[_WHOLE] = self.one.identity, full_recording(self.one.machine)
        found: Recording = kept[1]
        return found


def draw(figures: Iterable[tuple[str, Drawing]], columns: int = 2) -> None:
    """Draw named figures in rows."""
    every = tuple(figures)
    for start in range(0, len(every), columns):
        for column, (name, figure) in zip(st.columns(columns), every[start : start + columns], strict=False):
            config = {**_BUTTONS, "toImageButtonOptions": {"filename": f"graphtrace_{name}", "scale": 2}}
            column.plotly_chart(figure, width="stretch", key=f"lab_chart_{name}", config=config)
