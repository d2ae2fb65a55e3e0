"""What every group of charts needs: the session, the point in time, the theme; and how figures are laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from graphtrace.app.lab.figures.style import Drawing, Style
from graphtrace.app.lab.session import LabSession
from graphtrace.app.texts import say
from graphtrace.lab.showing import chart_data
from graphtrace.lab.showing.time_points import TimePoint, full_recording, tensors_at, time_point
from graphtrace.literals import Language
from graphtrace.model import Recording

if TYPE_CHECKING:
    from graphtrace.lab.showing.chart_data import Numbers

_FULL = "lab_whole"  # tuple[str, Recording]: a playback's id, and its recording with all numbers
_BUTTONS = {"displaylogo": False, "modeBarButtons": [["toImage", "resetScale2d"]]}


@dataclass(frozen=True, slots=True)
class ChartContext:
    """One point in time to be charted.

    Attributes:
        cursor: Of the player.
        at: The point in the machine's time that it stands for.
    """

    session: LabSession
    lang: Language
    cursor: int
    at: TimePoint
    style: Style

    def tensors(self) -> Mapping[str, Numbers]:
        """Return every tensor of the net at this point."""
        return tensors_at(self.session.machine, self.at)

    def tensors_at_start(self) -> Mapping[str, Numbers]:
        """Return every tensor of the net at the beginning of the playback."""
        return tensors_at(self.session.machine, time_point(self.session.machine, 0))

    def gradient_norms_by_depth(self) -> tuple[tuple[str, float | None], ...]:
        """Return the gradient norms at this point, from the input to the loss."""
        return chart_data.gradient_norms_by_depth(self.session.machine, self.tensors())

    def no_gradient_hint(self) -> str:
        """Return the hint shown if there is no gradient yet: step on, or press Backward."""
        entries = self.session.machine.done[self.at.actions :]
        events = [event for entry in entries if entry.recording is not None for event in entry.recording.events]
        arrives = any(event.kind == "accumulate" for event in events[self.at.events :])
        return say("chart_go_on" if arrives else "chart_press_backward", self.lang)

    def full_recording(self) -> Recording:
        """Return the playback's recording with all numbers; recorded once, when it is first needed."""
        cached: tuple[str, Recording] | None = st.session_state.get(_FULL)
        if cached is None or cached[0] != self.session.playback_id:
            cached = st.session_state[_FULL] = self.session.playback_id, full_recording(self.session.machine)
        return cached[1]


def draw(
    figures: Iterable[tuple[str, Drawing]], columns: int = 2, clicked: Mapping[str, Callable[[str], None]] | None = None
) -> None:
    """Draw named figures in rows.

    Args:
        figures: Names and figures.
        columns: In a row.
        clicked: By name, what to do when a point of a figure is clicked; it is given the key of the chart.
    """
    listed = tuple(figures)
    for start in range(0, len(listed), columns):
        for column, (name, figure) in zip(st.columns(columns), listed[start : start + columns], strict=False):
            config = {**_BUTTONS, "toImageButtonOptions": {"filename": f"graphtrace_{name}", "scale": 2}}
            key, act = f"lab_chart_{name}", (clicked or {}).get(name)
            if act is None:
                column.plotly_chart(figure, width="stretch", key=key, config=config)
            else:
                select = partial(act, key)
                column.plotly_chart(
                    figure, width="stretch", key=key, config=config, on_select=select, selection_mode="points"
                )
