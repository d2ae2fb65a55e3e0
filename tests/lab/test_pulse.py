"""The pulse: pictures of a run are of iterations that torch computed, and taking them changes no bit of the run."""

import math
from itertools import count
from types import SimpleNamespace

import pytest
import torch

from graphtrace import lab
from graphtrace.lab.records.actions import Backward, Forward, Step, ZeroGrad
from graphtrace.lab.running import history_entries
from graphtrace.lab.showing import pulse as module
from graphtrace.lab.showing.pulse import Pulse, layer_norms, picture, thinned
from graphtrace.lab.showing.surfaces import surface
from graphtrace.model import Recording
from graphtrace.player import Player

XOR = lab.preset("xor").spec


def trained(machine, count, pulse, **how):
    """Run iterations with a pulse at which someone looks after each; returns its pictures."""
    pictures = []

    def after(done, loss):
        pulse.after(done, loss)
        pulse._due = 0.0  # however slow this machine is
        pictures.append(pulse.look())
        return False

    machine.iterate(count, stop=after, pick=pulse.pick, **how)
    return pictures


@pytest.mark.parametrize("name", ["xor", "small_cnn", "attention", "deep_sigmoids"])
def test_pictures_change_no_bit_of_a_run(name):
    spec = lab.preset(name).spec
    plain, watched = lab.Machine(spec), lab.Machine(spec)
    plain.iterate(5)
    assert len(trained(watched, 5, Pulse(watched))) == 5
    assert watched.losses == plain.losses
    assert watched.fingerprint() == plain.fingerprint()
    assert watched.history[-1].measures == plain.history[-1].measures


def test_a_picture_shows_the_iteration_that_it_names():
    machine = lab.Machine(XOR)
    pictures = trained(machine, 6, Pulse(machine))
    by_hand = lab.Machine(XOR)
    for i, shown in enumerate(pictures, 1):
        for action in (ZeroGrad(), Forward(), Backward(), Step()):
            by_hand.do(action)
        assert (shown.iteration, shown.loss) == (i, by_hand.losses[-1])
        state = Player(shown.recording).seek(len(shown.recording))
        for name in by_hand.names():
            assert state.values[name].numbers() == by_hand.tensor(name).flatten().tolist()
            assert state.grads[name].value.numbers() == by_hand.tensor(f"{name}.grad").flatten().tolist()
        assert shown.norms == layer_norms(by_hand)
        assert shown.surface == surface(by_hand)
        assert [amount for _, amount in shown.curve] == list(by_hand.losses)


def test_a_picture_holds_the_calls_of_the_program_and_none_that_measure_it():
    machine, by_hand = lab.Machine(XOR), lab.Machine(XOR)
    (shown, _) = trained(machine, 2, Pulse(machine))
    by_hand.forward()
    assert [op.name for op in shown.recording.ops] == [op.name for op in by_hand.done[-1].recording.ops]


def test_recordings_of_pictures_obey_the_laws():
    machine = lab.Machine(lab.preset("small_cnn").spec)
    for shown in trained(machine, 3, Pulse(machine)):
        assert shown.recording.audit().ok
        assert len(shown.recording.graphs) == 1


def test_nothing_is_recorded_until_the_last_picture_was_looked_at():
    machine = lab.Machine(XOR)
    pulse = Pulse(machine)
    recorded = []

    def pick(done):
        take = pulse.pick(done)
        recorded.append(take is not None)
        return take

    def after(done, loss):
        pulse.after(done, loss)
        if done == 5:
            pulse._due = 0.0
            pulse.look()
        return False

    machine.iterate(8, stop=after, pick=pick)
    assert recorded == [True, False, False, False, False, True, False, False]
    assert pulse.latest.iteration == 6


def test_a_run_that_was_continued_has_one_curve():
    machine = lab.Machine(XOR)
    machine.iterate(4)
    machine.forward()
    shown = trained(machine, 3, Pulse(machine))[-1]
    assert shown.iteration == 8
    assert [done for done, _ in shown.curve] == list(range(1, 9))
    machine.undo()
    rest = picture(machine)
    assert (rest.iteration, rest.loss) == (5, machine.losses[-1])
    assert len(rest.curve) == 8  # what was undone stays in the curve, behind the present


def test_paces_are_kept(monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: clock[0])
    pulse = Pulse(lab.Machine(XOR), pace=10.0)
    assert pulse.rest() == pytest.approx(0.1)
    clock[0] += 0.16  # 0.06 late: the next one makes up for it
    assert pulse.rest() == pytest.approx(0.04)
    clock[0] += 3.0  # what was missed is not run at once
    assert pulse.rest() == 0.0
    assert pulse.rest() == pytest.approx(0.1)
    pulse.pace = math.inf
    clock[0] += 1.0
    assert pulse.rest() == 0.0
    assert not pulse.abandoned
    clock[0] += module.PATIENCE
    assert pulse.abandoned
    pulse.look()
    assert not pulse.abandoned


def test_a_pulse_is_charged_for_computing_not_for_waiting(monkeypatch):
    clocks = SimpleNamespace(monotonic=count(step=20).__next__, thread_time=count(step=7).__next__)
    monkeypatch.setattr(history_entries, "time", clocks)
    machine = lab.Machine(XOR)
    assert machine.iterate(9).end_reason == "time"
    assert len(machine.history[-1].losses) == 2
    assert machine.iterate(9, pick=lambda done: None).end_reason == "time"
    assert len(machine.history[-1].losses) == 5  # of 7 seconds each, where 30 are the limit


def test_a_thinned_curve_keeps_its_ends_and_the_present():
    curve = tuple((i, float(i)) for i in range(1, 10_001))
    less = thinned(curve, keep=777)
    assert len(less) <= module.MAX_POINTS + 3
    assert {1, 777, 10_000} <= {done for done, _ in less}
    assert thinned(curve[:50]) == curve[:50]


# ---- what the net gives for other inputs ----------------------------------------------------------


@pytest.mark.parametrize("name", ["xor", "moons", "spirals"])
def test_a_plane_is_what_the_net_gives(name):
    machine = lab.Machine(lab.preset(name).spec)
    machine.iterate(3)
    shown = surface(machine)
    assert shown.kind == "plane"
    side = math.isqrt(len(shown.outputs))
    axis = torch.linspace(shown.low, shown.high, side)
    for row, column in ((0, 0), (0, side - 1), (7, 3), (side - 1, side - 1)):
        out = machine.predict(torch.stack([axis[column], axis[row]])[None])[0]
        expected = out.argmax().item() if len(out) > 1 else out.item()
        assert shown.outputs[row * side + column] == pytest.approx(expected, rel=1e-5, abs=1e-6)
    assert shown.classes == (len(out) if len(out) > 1 else 0)
    targets = machine.trainer.y.reshape(len(machine.trainer.x), -1)
    assert [point[-1] for point in shown.points] == targets[: len(shown.points), 0].tolist()


def test_one_input_gives_a_line():
    machine = lab.Machine(lab.preset("deep_sigmoids").spec)
    shown = surface(machine)
    assert shown.kind == "line"
    assert shown.low < float(machine.trainer.x.min()) <= float(machine.trainer.x.max()) < shown.high
    ends = machine.predict(torch.tensor([[shown.low], [shown.high]])).flatten().tolist()
    assert [shown.outputs[0], shown.outputs[-1]] == pytest.approx(ends, rel=1e-4)


def test_other_classes_are_counted():
    machine = lab.Machine(lab.preset("small_cnn").spec)
    machine.iterate(30)
    shown = surface(machine)
    right = machine.predict(machine.trainer.x).argmax(1) == machine.trainer.y
    for i, share in enumerate(shown.outputs):
        mine = right[machine.trainer.y == i]
        assert share == pytest.approx(mine.double().mean().item()) if len(mine) else math.isnan(share)


def test_a_surface_changes_nothing():
    machine = lab.Machine(lab.preset("moons").spec)
    machine.iterate(2)
    before, training = machine.fingerprint(), machine.trainer.net.training
    surface(machine)
    assert (machine.fingerprint(), machine.trainer.net.training) == (before, training)


@pytest.mark.parametrize("preset", [preset for preset in lab.PRESETS if preset.buildable], ids=lambda one: one.name)
def test_every_preset_has_a_picture_at_rest(preset):
    machine = lab.Machine(preset.spec)
    shown = picture(machine)
    assert (shown.iteration, shown.loss, shown.recording) == (0, None, None)
    assert all(norm is None for _, norm in shown.norms)
    machine.forward()
    machine.backward()
    shown = picture(machine)
    assert shown.iteration == 1
    assert isinstance(shown.recording or Recording(), Recording)
