"""What a session of the Lab is made of: the names of the page's address, the presets, and small records."""

from __future__ import annotations

from dataclasses import dataclass

from graphtrace import lab

KEY = "lab_session"  # LabSession: of this browser session
LINK = "lab"  # query parameter: the scene, see graphtrace.lab.writing.links
PRESET = "preset"  # query parameter: name of a preset
EXERCISE = "exercise"  # query parameter: id of the lesson whose exercise is done here
AT = "at"  # query parameter: cursor in the playback; the browser writes it, so that a step costs the server nothing
VIEW = "view"  # query parameter: the chosen view; the browser writes it, too
HIDE = "hide"  # query parameter: which controls are hidden, separated by commas
PART = "show"  # query parameter: which part of the page is shown
CHARTS_GROUP = "lab_charts_group"  # str, session state: the group of charts that is shown
HIDEABLE = ("builder", "actions", "code", "all")
PARTS = ("graph", "charts", "code")
NOTHING = "nothing"  # entry of the preset menu: a net of one layer
SPECS = {NOTHING: lab.Spec((lab.layers.Linear(2, 1),), seed=1)} | {
    preset.name: preset.spec for preset in lab.PRESETS if preset.spec is not None
}
HeldNumber = tuple[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class DesignChoice:
    """A change of the design after some training.

    Attributes:
        position: Of the machine before it.
        steps: Optimizer steps done by then.
        keep: Whether the weights stayed.
    """

    position: int
    steps: int
    keep: bool


@dataclass(frozen=True, slots=True)
class OpenedIteration:
    """An iteration that was opened, as long as nothing else is done.

    Attributes:
        press_count: Of the session as it was opened; `machine_count` likewise.
        back: Position of the machine before.
    """

    press_count: int
    machine_count: int
    back: int


def preset_of(spec: lab.Spec) -> str:
    """Return the name of the preset that equals a spec, empty for none."""
    return next((name for name, preset in SPECS.items() if preset == spec), "")
