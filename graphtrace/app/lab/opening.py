"""From an address or a file to a Lab, and back: everything that was done is done again, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from graphtrace import lab
from graphtrace.app.lab.comparison import Comparison
from graphtrace.app.lab.session import AT, HIDE, HIDEABLE, KEY, LINK, PRESET, SPECS, VIEW, Lab, preset_of
from graphtrace.errors import SpecError, TraceError
from graphtrace.lab.showing import branches

REPLAYED = 2_000  # iterations that opening a link may run by itself


def opened() -> Lab:
    """Return this session's Lab, made from the address at the first run of a session."""
    if KEY not in st.session_state:
        st.session_state[KEY] = _made()
    found: Lab = st.session_state[KEY]
    found.settle()
    return found


def _made() -> Lab:
    found = _from_address()
    hidden = st.query_params.get(HIDE, "").split(",")
    return replace(found, hidden=frozenset(hidden) & frozenset(HIDEABLE))


def _from_address() -> Lab:
    link = st.query_params.get(LINK)
    if link:
        try:
            at, view = st.query_params.get(AT, ""), st.query_params.get(VIEW, "")
            return replace(from_scene(lab.decode(link), _number(at)), view=view[:20])
        except TraceError as error:
            return replace(_from_preset(lab.OPENING), note=str(error))
    name = st.query_params.get(PRESET, lab.OPENING)
    try:
        return _from_preset(name)
    except TraceError as error:
        return replace(_from_preset(lab.OPENING), note=str(error))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _from_preset(name: str) -> Lab:
    spec = SPECS.get(name) or lab.preset(name).spec
    if spec is None:
        raise TraceError(f"preset is no net that can be built: {name!r} (open it on the graph page)")
    machine = lab.Machine(spec)
    machine.forward()
    return Lab(spec, machine, name)


def from_scene(scene: lab.Scene, at: int | None = None, weights: Mapping[str, Any] | None = None) -> Lab:
    """Do again what a link or a file tells, so that the same frame stands there bit for bit.

    Raises:
        TraceError: It does not run here.
    """
    machine = lab.Machine(scene.spec)
    if weights is not None:
        machine.load(weights)
    short = scene.iterations <= REPLAYED
    if scene.actions and short:
        machine.replay(scene.actions)
        machine.go(scene.position)
    else:
        machine.forward()
    note = "rebuilt" if short else f"the link runs {scene.iterations:,} iterations (press Run n for them)"
    at = scene.cursor or None if at is None else at
    at = at if scene.actions and short else None
    kept = _kept(machine, scene) if scene.branch and short else None
    return Lab(scene.spec, machine, preset_of(scene.spec), note=note, cursor=at, loaded=weights is not None, kept=kept)


def _kept(machine: lab.Machine, scene: lab.Scene) -> Comparison:
    """Make the other branch again."""
    other = machine.branch(scene.fork)
    other.replay(scene.other)
    a, b = (machine, other) if scene.branch == "A" else (other, machine)
    return Comparison(branches.BranchPair(a, b, scene.fork), scene.apart)


def scene(one: Lab) -> lab.Scene:
    """Return what leads here: the spec and everything that was done."""
    actions = tuple(turn.action for turn in one.machine.history)
    found = lab.Scene(one.machine.spec, actions, one.machine.position, one.place or 0)
    return found if one.compared is None else _with_other(found, one.machine, one.compared)


def _with_other(found: lab.Scene, machine: lab.Machine, kept: Comparison) -> lab.Scene:
    """Add the branch that is not on the stage."""
    name = "A" if machine is kept.pair.a else "B"
    done = kept.machine("B" if name == "A" else "A").actions
    common = next((i for i, (one, two) in enumerate(zip(found.actions, done, strict=False)) if one != two), len(done))
    fork = min(kept.pair.fork, common, len(found.actions))
    apart = kept.apart if kept.apart.startswith("branch_") else ""
    return replace(found, branch=name, fork=fork, other=done[fork:], apart=apart)


def link(one: Lab) -> str:
    """Return the text of a link to this story; the place in it stands beside it, as `AT`.

    Raises:
        SpecError: It does not fit in an address, or weights came from a file.
    """
    if one.loaded:
        raise SpecError("weights from a file are in no link (save a file instead)")
    return lab.encode(replace(scene(one), cursor=0))
