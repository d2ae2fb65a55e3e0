"""Where a visitor is among the scenes. The address is the only place that knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from graphtrace.app import keys
from graphtrace.app.address import write_query
from graphtrace.literals import Language
from graphtrace.scenes import ErrorScene, SceneProgram, all_scenes, is_here

Run = Literal["", "wrong", "right"]
_RUNS: tuple[Run, ...] = ("", "wrong", "right")


@dataclass(frozen=True, slots=True)
class ScenePlace:
    """A scene.

    Attributes:
        scene: The scene.
        case: Which of its programs, from 0.
        run: Which program ran last: the one as it was, the repaired one, or none yet.
    """

    scene: ErrorScene
    case: int
    run: Run

    @property
    def program(self) -> SceneProgram:
        """The program that is shown."""
        return self.scene.programs[self.case]


def where() -> ScenePlace | None:
    """Return the scene that the address names; None for the gallery."""
    asked = st.query_params
    scene = next((one for one in all_scenes() if one.mistake == asked.get(keys.SCENE)), None)
    if scene is None:
        return None
    number = asked.get(keys.CASE, "1")
    case = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 3 else 0
    case = case if 0 <= case < len(scene.programs) else 0
    here = is_here(scene.programs[case].needs)
    run = next((one for one in _RUNS if here and one == asked.get(keys.RUN)), _RUNS[0])
    return ScenePlace(scene, case, run)


def go(place: ScenePlace | None) -> None:
    """Go to a scene; to the gallery without one."""
    state = st.session_state
    state[keys.SCENE_VISIT] = state.get(keys.SCENE_VISIT, 0) + 1
    st.query_params.from_dict(_address(place))


def write_address(place: ScenePlace | None, lang: Language) -> None:
    """Write the address, so that it can be shared."""
    parameters = {**_address(place), keys.LANGUAGE: lang}
    write_query(parameters)


def _address(place: ScenePlace | None) -> dict[str, str]:
    if place is None:
        return {}
    case = {keys.CASE: str(place.case + 1)} if place.case else {}
    run = {keys.RUN: place.run} if place.run else {}
    return {keys.SCENE: place.scene.mistake, **case, **run}
