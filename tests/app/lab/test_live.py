"""Training with pictures on the page: what is sent, how it ends, and what can be done afterwards."""

import base64
import json
import struct
import time

import pytest

from graphtrace import lab
from graphtrace.app.lab.hand import held_number, move_number
from graphtrace.app.lab.iteration import leave_iteration, open_iteration
from graphtrace.app.lab.live_payload import MOST_NUMBERS, live_payload, thinned
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import SPECS
from graphtrace.app.lab.training import set_pace, start_training
from graphtrace.lab.records.actions import Backward, Edit, Forward, Iterate, Step, ZeroGrad
from graphtrace.lab.showing.playback import playback
from graphtrace.lab.showing.pulse import Pulse, picture
from graphtrace.model import TensorData, TensorMeta
from graphtrace.model.tensor_data import unpack


def numbers(tensor):
    return unpack(tensor["data"], tensor["dtype"])


def session_of(preset="xor"):
    machine = lab.Machine(SPECS[preset])
    machine.forward()
    return LabSession(machine.spec, machine, preset)


def trained(session, count):
    """Train until at least so many iterations are done, looking at the pictures; returns the last picture."""
    set_pace(session, 0)
    start_training(session)
    run = session.run
    while run.done < count:
        run.pulse.look()
        time.sleep(0.01)
    shown = run.pulse.look()
    session.stop_run()
    return shown


def test_a_pause_lands_on_an_iteration_that_can_be_stepped():
    session = session_of()
    trained(session, 20)
    machine = session.machine
    run, *last = [type(action) for action in machine.actions[1:]]
    assert (run, last) == (Iterate, [ZeroGrad, Forward, Backward, Step])
    assert session.run is None
    assert all(entry.recording is not None for entry in machine.done[-4:])
    plain = lab.Machine(machine.spec)
    plain.forward()
    plain.iterate(machine.actions[1].n + 1)
    for name in plain.names():
        assert machine.tensor(name).tolist() == plain.tensor(name).tolist()
    session.move(-1)  # before Step
    before = lab.Machine(machine.spec)
    before.replay(machine.actions)
    assert machine.fingerprint() == before.fingerprint()
    session.move(1)
    assert machine.tensor("0.weight").tolist() == plain.tensor("0.weight").tolist()


@pytest.mark.parametrize("preset", ["xor", "small_cnn", "attention", "deep_sigmoids", "lenet"])
def test_what_is_sent_is_small_strict_json_and_fits_the_picture_that_hangs(preset):
    session = session_of(preset)
    hanging = playback(session.machine).recording.graphs
    taken = trained(session, 3)
    sent = live_payload(taken, 100.0)
    text = json.dumps(sent, allow_nan=False)
    assert len(text) < 64_000
    overlay = sent["overlay"]
    names = set(session.machine.names())
    assert names == set(overlay["leaves"]) & names == set(overlay["grads"])
    assert (overlay["nodes"], overlay["edges"]) == (
        len(taken.recording.graphs[0].nodes),
        len(taken.recording.graphs[0].edges),
    )
    assert len(hanging[-1].edges) == overlay["edges"]
    assert all(
        place < len(overlay["tensors"])
        for part in ("values", "incoming", "delivered")
        for place in overlay[part].values()
    )
    name = session.machine.names()[0]
    grad = overlay["tensors"][overlay["grads"][name]]
    last = [event for event in taken.recording.events if event.kind == "accumulate" and event.param == name][-1]
    whole = last.tensor("after")
    assert grad["norm"] == whole.norm
    assert set(numbers(grad)) <= set(whole.numbers())


def test_a_net_at_rest_sends_no_overlay_and_little():
    session = session_of()
    sent = live_payload(picture(session.machine), float("inf"))
    assert (sent["overlay"], sent["pace"], sent["iteration"]) == (None, 0, 1)
    assert len(json.dumps(sent, allow_nan=False)) < 3_000


def test_numbers_that_json_lacks_travel_as_words():
    machine = lab.Machine(SPECS["xor"])
    machine.edit("0.weight", (0, 0), 1e30)
    machine.edit("2.weight", (0, 0), 1e30)
    machine.forward()
    sent = live_payload(picture(machine), 1.0)
    assert sent["loss"] in ("inf", "nan")
    json.dumps(sent, allow_nan=False)
    assert 255 in base64.b64decode(sent["surface"]["bytes"])


@pytest.mark.parametrize("shape", [(40, 50), (1000,), (8, 3, 5, 5), (1, 30, 30)])
def test_of_a_large_tensor_rows_and_columns_are_left_out(shape):
    count = 1
    for size in shape:
        count *= size
    data = base64.b64encode(struct.pack(f"<{count}f", *range(count))).decode()
    less = thinned(TensorData(TensorMeta(shape, "float32", "cpu"), data=data))
    assert len(less.numbers()) <= MOST_NUMBERS
    assert less.sample[0] * less.sample[1] == len(less.numbers())
    assert less.numbers() == sorted(less.numbers())
    assert less.numbers()[0] == 0.0


def test_training_ends_when_nobody_looks():
    session = session_of()
    set_pace(session, 1)
    start_training(session)
    run = session.run
    run.pulse._looked = float("-inf")
    assert run.wait(30)
    session.finish_run()
    assert session.machine.position > 1


def test_unknown_paces_are_refused():
    session = session_of()
    set_pace(session, 1e-9)
    assert session.pace == float("inf")
    set_pace(session, 10)
    assert session.pace == 10.0


def test_training_ends_at_the_limit(monkeypatch):
    monkeypatch.setenv("GRAPHTRACE_MAX_STEPS", "12")
    session = session_of()
    set_pace(session, 0)
    start_training(session)
    assert session.run.wait(60)
    session.finish_run()
    assert len(session.machine.losses) == 1 + 12


def test_an_error_ends_training_with_a_note():
    session = session_of("freeze_all")
    start_training(session)
    assert session.run.wait(60)
    session.finish_run()
    assert "does not require grad" in session.note


def test_the_pulse_is_of_the_machine_that_runs():
    machine = lab.Machine(SPECS["xor"])
    assert Pulse(machine).look() is None


# ---- a hand on a number ---------------------------------------------------------------------------


def test_a_number_is_held_set_and_let_go():
    session = session_of()
    value = session.machine.tensor("2.weight")[0, 1].item()
    assert held_number(session) is None
    assert move_number(session, {"do": "probe", "name": "2.weight", "index": [0, 1]})
    known = held_number(session)
    assert (known["name"], known["index"], known["value"]) == ("2.weight", [0, 1], value)
    json.dumps(known, allow_nan=False)
    assert move_number(session, {"do": "edit", "name": "2.weight", "index": [0, 1], "value": 0.75})
    assert session.machine.actions[-1] == Edit("2.weight", (0, 1), 0.75)
    assert held_number(session)["value"] == 0.75
    session.move(-1)
    assert held_number(session)["value"] == value
    assert move_number(session, {"do": "probe"})
    assert held_number(session) is None


@pytest.mark.parametrize(
    "report",
    [
        {"do": "probe", "name": "nothing", "index": [0]},
        {"do": "probe", "name": "2.weight", "index": [7, 7]},
        {"do": "probe", "name": "2.weight", "index": "0"},
        {"do": "edit", "name": "2.weight", "index": [0, 0], "value": "1"},
        {"do": "edit", "name": 5, "index": [0, 0], "value": 1.0},
        {"do": "edit", "name": "2.weight", "index": [0.5, 0], "value": 1.0},
    ],
)
def test_what_a_browser_makes_up_changes_nothing(report):
    session = session_of()
    before = session.machine.fingerprint()
    assert move_number(session, report)
    assert held_number(session) is None
    assert session.machine.fingerprint() == before


# ---- an iteration that is opened ------------------------------------------------------------------


def test_the_machine_goes_to_an_opened_iteration_and_undo_leads_back():
    session = session_of()
    session.machine.iterate(20)
    before, losses, actions = session.machine.fingerprint(), session.machine.losses, session.machine.actions
    for number in (7, 15):
        open_iteration(session, number)
        assert session.machine.losses == losses[:number]
        assert session.newest == 1
    assert leave_iteration(session)
    assert (session.machine.fingerprint(), session.machine.actions) == (before, actions)
    assert not leave_iteration(session)
    for number in (0, 99, "7", True, None):
        open_iteration(session, number)
        assert session.machine.fingerprint() == before
    open_iteration(session, 3)
    session.do(Step())  # an action goes on from there, and what lay behind it is gone
    assert session.machine.losses == losses[:3]
    assert not leave_iteration(session)
