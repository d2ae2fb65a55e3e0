"""A state is decided once: Python's player and the browser's say the same, at any cursor of any recording."""

import copy
import random

import pytest

from graphtrace.viewer.wire import to_wire
from tests.support.programs import recorded
from tests.support.steps import RECORDINGS
from tests.support.v8_states import Browser, Python

SEEDS, AT_ONCE, CURSORS = 500, 25, 5


@pytest.fixture(scope="module")
def browser():
    found = Browser()
    yield found
    found.close()


def difference(browser, recording, wire, cursors):
    """The first field that is not the same in both, None if all are."""
    return first_difference(browser, recording, wire, Python(recording).states(cursors, wire["operands"]))


def first_difference(browser, recording, wire, ours):
    """The same for states that are known."""
    cursors = [state["cursor"] for state in ours]
    for state, drawn in zip(ours, browser.states(recording, wire, cursors), strict=True):
        assert state.keys() == drawn.keys()
        for name in state:
            if state[name] != drawn[name]:
                return state["cursor"], name, state[name], drawn[name]
    return None


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_random_recordings_have_one_state_at_any_cursor(browser, first):
    for seed in range(first, first + AT_ONCE):
        recording = recorded(seed)
        cursors = [0, len(recording), *random.Random(seed).choices(range(len(recording) + 1), k=CURSORS)]
        assert difference(browser, recording, to_wire(recording, ()), cursors) is None, f"seed {seed}"


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_cursor_of_a_step_has_one_state(browser, name):
    recording = RECORDINGS[name]()
    assert difference(browser, recording, to_wire(recording, ()), range(len(recording) + 1)) is None


@pytest.fixture(scope="module")
def rich():
    """A recording in which everything changes, what the browser is sent of it, and Python's state at every cursor."""
    for seed in range(SEEDS):
        recording = recorded(seed)
        wire = to_wire(recording, ())
        if len(wire["graphs"]) > 1 and all(_part(wire, path) for path in (*HISTORIES, *COLUMNS)) and _ends_late(wire):
            return recording, wire, Python(recording).states(range(len(recording) + 1), wire["operands"])
    return None


def _ends_late(wire):
    """Whether what changed last can be told from what was before: a step after the first, a gradient on top."""
    changes = [len(wire["events"]["step"]["cursors"]), sum(wire["drawn"]["cursors"])]
    return all(change > 1 for change in changes) and wire["grads"]["first"][-1] < wire["grads"]["end"][-1]


def _part(wire, path):
    for name in path.split("."):
        wire = wire[int(name) if name.isdigit() else name]
    return wire["cursors"] if isinstance(wire, dict) else wire


GRAPH = [f"graphs.0.{name}" for name in ("nodes", "delivered", "incoming", "parts", "saved")]
EVENTS = [f"events.{name}" for name in ("step", "graph", "node", "edge", "op", "leaf")]
HISTORIES = [*GRAPH, *EVENTS, "shown", "running", "error", "grads", "params", "skipped", "drawn", "outputs"]
GRADS = [f"grads.{name}" for name in ("first", "end", "zero", "count")]
COLUMNS = ["events.kind", "operands.tensor", *GRADS, "graphs.0.parts.input_nr"]
POSITIONS = [*COLUMNS, *(f"{path}.values" for path in HISTORIES)]


@pytest.mark.parametrize("path", HISTORIES)
def test_a_change_that_comes_too_early_or_too_late_is_seen(browser, rich, path):
    recording, wire, ours = rich
    for by in (-1, 1):
        damaged = copy.deepcopy(wire)
        cursors = _part(damaged, path)
        cursors[-1] += by
        assert first_difference(browser, recording, damaged, ours), f"{path} moved by {by}"


@pytest.mark.parametrize("path", POSITIONS)
def test_a_wrong_value_is_seen(browser, rich, path):
    recording, wire, ours = rich
    damaged = copy.deepcopy(wire)
    values = _part(damaged, path)
    values[-1] = _other(values[-1], values)
    assert first_difference(browser, recording, damaged, ours), path


def _other(value, values):
    """A value of the same kind that is not the same."""
    if isinstance(value, str):
        return f"{value}!"
    if isinstance(value, bool):
        return not value
    if isinstance(value, list | tuple):
        return [_other(part, value) for part in value]
    return value - 1 if value else 1


@pytest.mark.parametrize("name", ["start", "end", "counted"])
def test_a_wrong_timeline_is_seen(browser, rich, name):
    recording, wire, ours = rich
    damaged = copy.deepcopy(wire)
    run = next(run for run in damaged["runs"] if run["counted"])
    if name == "counted":
        run["counted"].pop()
    else:
        run[name] += 1
    assert first_difference(browser, recording, damaged, ours)
