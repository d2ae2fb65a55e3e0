"""From an address or a file to a session, and back: everything that was done is done again, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from graphtrace import lab
from graphtrace.app import server_settings
from graphtrace.app.lab.comparison import BRANCHES, Comparison
from graphtrace.app.lab.exercise import TRIED, try_exercise
from graphtrace.app.lab.lesson_place import stand
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import (
    AT,
    CHARTS_GROUP,
    HIDE,
    HIDEABLE,
    KEY,
    LINK,
    PART,
    PARTS,
    PRESET,
    SPECS,
    VIEW,
    preset_of,
)
from graphtrace.app.wanted import wanted
from graphtrace.errors import SpecError, TraceError
from graphtrace.lab import limits
from graphtrace.lab.running.budget import Budget
from graphtrace.lab.showing.branches import BranchPair
from graphtrace.lab.showing.chart_data import Numbers
from graphtrace.lab.showing.story import stops
from graphtrace.lab.writing.links import since_start_again
from graphtrace.lessons import Lesson

_OWN = "lab_own"  # while a lesson's session is drawn: that of the Lab's page, and its exercise
SECONDS = 10  # that rebuilding a link or a file may take, both of its branches together


def lend(session: LabSession, exercise: Lesson | None = None) -> None:
    """Let the Lab's parts draw a lesson's session; that of the Lab's page waits, with its exercise.

    Args:
        session: The lesson's.
        exercise: The lesson whose exercise is done in it; None for a step.
    """
    state = st.session_state
    if _OWN not in state:
        own: LabSession | None = state.get(KEY)
        if own is not None:
            own.stop_run()
        state[_OWN] = (own, state.get(TRIED, ...))
    state[KEY] = session
    try_exercise(exercise)


def give_back() -> None:
    """Let the Lab's parts draw the session of the Lab's page again."""
    state = st.session_state
    if _OWN not in state:
        return
    state[KEY].stop_run()
    stand(None)
    for key, value in zip((KEY, TRIED), state.pop(_OWN), strict=True):
        if value is None or value is ...:
            state.pop(key, None)
        else:
            state[key] = value


def current_session() -> LabSession:
    """Return the session of the Lab's page, made from the address at its first run."""
    give_back()
    if KEY not in st.session_state:
        open_address(st.query_params.to_dict())
    session: LabSession = st.session_state[KEY]
    session.finish_run()
    return session


def open_address(query: Mapping[str, str]) -> LabSession:
    """Make this browser session's Lab from the query of an address, in place of what it had."""
    hidden = frozenset(query.get(HIDE, "").split(",")) & frozenset(HIDEABLE)
    opened, part = _from_address(query), query.get(PART)
    session = replace(opened, hidden=hidden, part=part if part in PARTS else PARTS[0])
    st.session_state[KEY] = session
    if opened.comparison is not None and part == "charts":
        st.session_state[CHARTS_GROUP] = "compare"
    return session


def _from_address(query: Mapping[str, str]) -> LabSession:
    link = query.get(LINK)
    if link:
        try:
            server_settings.require_links()
            cursor, view = _cursor(query.get(AT, "")), query.get(VIEW, "")
            return replace(from_scene(lab.decode(link), cursor), view=view[:20])
        except TraceError as error:
            return replace(_from_preset(lab.OPENING), note=str(error))
    try:
        return _from_preset(query.get(PRESET, lab.OPENING))
    except TraceError as error:
        return replace(_from_preset(lab.OPENING), note=str(error))


def _cursor(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _from_preset(name: str) -> LabSession:
    spec = SPECS.get(name) or lab.preset(name).spec
    if spec is None:
        raise TraceError(f"preset is no net that can be built: {name!r} (open it on the graph page)")
    machine = lab.Machine(spec)
    machine.forward()
    return LabSession(spec, machine, name)


def from_scene(scene: lab.Scene, cursor: int | None = None, weights: Mapping[str, Numbers] | None = None) -> LabSession:
    """Do again what a scene describes.

    Args:
        scene: From a link or a file.
        cursor: Where the player shall start; None for the scene's own cursor.
        weights: Parameters and buffers to start from instead of the seed's.

    Raises:
        TraceError: It does not run here.
    """
    budget = Budget(min(SECONDS, limits.current().seconds), wanted)
    machine = lab.Machine(scene.spec)
    if weights is not None:
        machine.load(weights)
    done = bool(scene.actions) and scene.iterations <= limits.current().steps
    if done:
        note = _replay(machine, scene, budget)
    else:
        machine.forward()
        note = _too_long(scene)
    cursor = scene.cursor or None if cursor is None else cursor
    return LabSession(
        machine.spec,
        machine,
        preset_of(machine.spec),
        note=note,
        cursor=cursor if done else None,
        weights_from_file=weights is not None,
        comparison=_comparison(machine, scene, budget) if scene.branch and done else None,
    )


def _replay(machine: lab.Machine, scene: lab.Scene, budget: Budget) -> str:
    """Do again what a scene says; returns the note about it."""
    machine.replay(scene.actions, budget)
    done, everything = len(machine.history), len(scene.actions)
    place = next((place for place in stops(machine.history) if place >= max(1, scene.position)), done)
    if place < done:
        machine.go(place)
    if tuple(entry.action for entry in machine.history) == scene.actions:
        return "rebuilt"
    if not done:
        machine.forward()  # there is always a graph
    seconds = min(SECONDS, limits.current().seconds)
    return (
        f"rebuilt in part: {done:,} of {everything:,} actions in {seconds} s (ask for a shorter link, or open a file)"
    )


def _too_long(scene: lab.Scene) -> str:
    """Return the note about a scene that is not done again."""
    if not scene.actions:
        return "rebuilt"
    most = limits.current().steps
    return f"the link runs {scene.iterations:,} iterations, and at most {most:,} are run again (press Run n for them)"


def _comparison(machine: lab.Machine, scene: lab.Scene, budget: Budget) -> Comparison:
    """Make the other branch of a scene."""
    other = machine.branch(scene.fork)
    other.replay(scene.other, budget)
    a, b = (machine, other) if scene.branch == "A" else (other, machine)
    return Comparison(BranchPair(a, b, scene.fork), scene.apart)


def scene_of(session: LabSession) -> lab.Scene:
    """Return the spec and everything that was done."""
    machine = session.machine
    actions = tuple(entry.action for entry in machine.history)
    scene = lab.Scene(machine.start_spec, actions, machine.position, session.shown_cursor or 0)
    comparison = session.active_comparison
    return scene if comparison is None else _with_other_branch(scene, comparison.index_of(machine), comparison)


def _with_other_branch(scene: lab.Scene, branch: int, comparison: Comparison) -> lab.Scene:
    """Add the branch that the scene is not of."""
    other = comparison.machines[1 - branch].actions
    pairs = zip(scene.actions, other, strict=False)
    common = next((i for i, (mine, theirs) in enumerate(pairs) if mine != theirs), len(other))
    fork = min(comparison.pair.fork, common, len(scene.actions))
    difference = comparison.difference if comparison.difference.startswith("branch_") else ""
    return replace(scene, branch=BRANCHES[branch], fork=fork, other=other[fork:], apart=difference)


def link(session: LabSession) -> tuple[str, int]:
    """Return the text of a link to this machine, and how many actions it leaves out.

    The cursor is a query parameter of its own, `AT`. Where the text is too long, what came before the latest start is
    left out: nothing of it is left in the state.

    Raises:
        SpecError: It does not fit in an address, or weights came from a file.
    """
    scene = replace(scene_of(session), cursor=0)
    shorter = since_start_again(scene)
    if session.weights_from_file:
        if shorter is None:
            raise SpecError("weights from a file are in no link (save a file instead)")
        return lab.encode(shorter), len(scene.actions) - len(shorter.actions)
    try:
        return lab.encode(scene), 0
    except SpecError:
        if shorter is None:
            raise
        return lab.encode(shorter), len(scene.actions) - len(shorter.actions)
