"""The line of time: where undo stops, what is folded, and a graph wherever one goes."""

from dataclasses import replace

import pytest

import graphtrace as gt
from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab.records.actions import Backward, Forward, Iterate, Redesign, Step, ZeroGrad
from graphtrace.lab.records.layers import Linear, Tanh
from graphtrace.lab.records.spec import SGD, Adam, Loss
from graphtrace.lab.showing.playback import playback
from graphtrace.lab.showing.story import stop_beside, stops, story
from graphtrace.lab.writing.links import since_start_again

XOR = lab.preset("xor").spec
ADAM = replace(XOR, optimizer=Adam(0.01))
WIDER = replace(XOR, layers=(Linear(2, 5), Tanh(), Linear(5, 1)))
ROUND = (ZeroGrad(), Forward(), Backward(), Step())


def machine_after(*actions):
    machine = lab.Machine(XOR)
    machine.replay(actions)
    return machine


def test_a_run_and_what_it_shows_are_one_stop_of_undo():
    machine = machine_after(Forward(), Backward(), Iterate(100), Forward(), Forward())
    assert stops(machine.history) == (0, 1, 2, 4, 5)
    machine.go(stop_beside(machine, -1))
    assert machine.position == 4
    assert machine.losses[-1] == machine.losses[-1]
    machine.go(stop_beside(machine, -1))
    assert machine.position == 2
    fresh = machine_after(Forward(), Backward())
    assert machine.fingerprint() == fresh.fingerprint()
    assert playback(machine).recording.graphs
    machine.go(stop_beside(machine, 1))
    assert machine.position == 4
    assert stops(machine_after(Forward(), Iterate(9), *ROUND, *ROUND).history) == (0, 1, 6, 7, 8, 9, 10)
    assert stop_beside(machine_after(Forward()), -1) is None
    assert stop_beside(machine_after(Forward()), 1) is None


def test_a_new_optimizer_is_a_stop_of_its_own_and_a_new_net_comes_with_its_forward_pass():
    machine = machine_after(Forward(), Redesign(ADAM, True), Forward(), Redesign(WIDER), Forward())
    assert stops(machine.history) == (0, 1, 2, 3, 5)


@pytest.mark.parametrize("position", range(1, 9))
def test_there_is_a_graph_wherever_one_goes(position):
    machine = machine_after(
        *(Forward(), Backward(), Iterate(50), Forward(), Redesign(ADAM, True), Redesign(WIDER), Forward(), Iterate(3))
    )
    machine.go(position)
    if position != 6:  # between a new net and its first forward pass, where nobody stops
        assert playback(machine).recording.graphs


def test_equal_presses_are_folded_up_to_where_the_machine_is():
    machine = machine_after(Forward(), *(ROUND * 30), Iterate(40), Forward(), Redesign(ADAM, True), Forward())
    entries = story(machine)
    assert [(entry.actions, entry.times) for entry in entries] == [
        ((Forward(),), 1),
        (ROUND, 30),
        ((Iterate(40), Forward()), 1),
        ((Redesign(ADAM, True),), 1),
        ((Forward(),), 1),
    ]
    assert [(entry.first, entry.last) for entry in entries] == [(0, 1), (1, 121), (121, 123), (123, 124), (124, 125)]
    assert entries[1].loss == machine.history[118].losses[-1]
    machine.go(1 + 4 * 12)
    assert [(entry.times, entry.last) for entry in story(machine)[:3]] == [(1, 1), (12, 49), (18, 121)]


def test_an_entry_says_that_torch_raised():
    entries = story(machine_after(Forward(), Backward(), Backward()))
    assert [entry.failed for entry in entries] == [False, False, True] or entries[-1].failed


@pytest.mark.parametrize("spec", [ADAM, replace(XOR, loss=Loss("L1Loss")), replace(XOR, seed=3), WIDER])
@pytest.mark.parametrize("keep", [True, False])
def test_a_change_of_the_design_is_undone_and_redone_and_in_links_to_the_bit(spec, keep):
    machine = machine_after(Forward(), *(ROUND * 3))
    if keep and spec is WIDER:
        with pytest.raises(SpecError, match="the weights do not fit the new net"):
            machine.do(Redesign(spec, keep))
        return
    states = {}
    for action in (None, Redesign(spec, keep), *ROUND, None):
        if action is not None:
            machine.do(action)
        states[machine.position] = machine.fingerprint(), machine.spec
    for position in (13, 14, 16, 18, 13, 18):
        machine.go(position)
        assert (machine.fingerprint(), machine.spec) == states[position]
    opened = lab.decode(lab.encode(lab.Scene(machine.start_spec, machine.actions, machine.position)))
    other = lab.Machine(opened.spec)
    other.replay(opened.actions)
    assert other.fingerprint() == machine.fingerprint()
    assert all(entry.recording is None or entry.recording.audit().ok for entry in machine.history)


def test_weights_gradients_and_steps_stay_where_they_are_kept():
    machine = machine_after(Forward(), *(ROUND * 3))
    before = {name: machine.tensor(name) for name in (*machine.names(), "0.weight.grad")}
    machine.do(Redesign(replace(XOR, layers=(XOR.layers[0], Tanh(), XOR.layers[2])), True))
    assert all(machine.tensor(name).equal(tensor) for name, tensor in before.items())
    assert (machine.trainer.steps, machine.loss) == (3, None)
    assert dict(machine.trainer.passes.counts) == dict.fromkeys(machine.names(), 1)
    machine.do(Redesign(XOR, False))
    assert machine.trainer.steps == 0
    assert machine.tensor("0.weight").equal(lab.Machine(XOR).tensor("0.weight"))


def test_only_a_new_optimizer_leaves_the_graph_to_run_on():
    machine = machine_after(Forward())
    machine.do(Redesign(replace(XOR, optimizer=SGD(0.5)), True))
    recording = machine.backward()
    assert machine.history[-1].error is None
    assert recording.graphs[0].nodes[0].op is not None
    step = machine.step()
    assert next(event for event in step.events if event.kind == "step_begin").fact("optimizer") == "SGD"
    assert machine.trainer.torch_optimizer.param_groups[0]["lr"] == 0.5


def test_a_link_may_begin_where_the_program_started_again():
    machine = machine_after(Forward(), *(ROUND * 3), Redesign(WIDER), Forward(), Backward())
    scene = lab.Scene(machine.start_spec, machine.actions, machine.position)
    short = since_start_again(scene)
    assert (short.spec, short.actions, short.position) == (WIDER, (Forward(), Backward()), 2)
    other = lab.Machine(short.spec)
    other.replay(short.actions)
    assert other.fingerprint() == machine.fingerprint()
    assert since_start_again(replace(scene, position=4)) is None


def test_a_replayed_history_plays_measures_and_counts_as_the_first_one():
    actions = (Forward(), *(ROUND * 40))
    machine = lab.Machine(XOR)
    for action in actions:
        machine.do(action)
    other = machine_after(*actions)
    assert sum(entry.recording is None for entry in other.history) > 100
    assert other.losses == machine.losses
    assert other.fingerprint() == machine.fingerprint()
    for one, again in zip(machine.history, other.history, strict=True):
        for mine, theirs in ((one.measures.grads, again.measures.grads), (one.measures.ratios, again.measures.ratios)):
            assert [sample.forward for sample in mine] == [sample.forward for sample in theirs]
            for sample, measured in zip(mine, theirs, strict=True):
                assert dict(sample.norms) == pytest.approx(dict(measured.norms))
    events = [[event.tensors for event in playback(one).recording.events] for one in (machine, other)]
    assert events[0] == events[1]
    assert gt.Player(playback(other).recording).seek(-1).grads["0.bias"].count == 1


@pytest.mark.parametrize("iteration", [1, 2, 40, 128, 129, 130, 299, 300])
@pytest.mark.parametrize("zero", ["none", "zeros", "never"])
def test_an_iteration_of_a_run_is_opened_exactly_and_the_rest_is_redone(iteration, zero):
    machine = machine_after(Forward(), Iterate(300, zero), Forward(), Backward())
    end, losses = machine.fingerprint(), machine.losses
    plain = machine_after(Forward(), *([Iterate(iteration - 1, zero)] if iteration > 1 else []))
    for action in (*({"none": [ZeroGrad()], "zeros": [ZeroGrad(False)], "never": []}[zero]), Forward(), Backward()):
        plain.do(action)
    machine.open_iteration(1, iteration)
    assert machine.fingerprint() == plain.fingerprint()
    assert machine.losses == losses[: len(machine.losses)] == plain.losses
    recording = playback(machine).recording
    assert [event.tensors for event in recording.events] == [e.tensors for e in playback(plain).recording.events]
    machine.go(len(machine.history))
    assert (machine.fingerprint(), machine.losses) == (end, losses)
    machine.go(2)
    machine.go(len(machine.history))
    assert machine.fingerprint() == end
    opened = lab.decode(lab.encode(lab.Scene(machine.start_spec, machine.actions, machine.position)))
    other = lab.Machine(opened.spec)
    other.replay(opened.actions)
    assert other.fingerprint() == end


def test_what_is_no_iteration_of_a_run_is_not_opened():
    machine = machine_after(Forward(), Iterate(3))
    for index, iteration in ((0, 1), (1, 0), (1, 4)):
        with pytest.raises(SpecError, match="no such iteration"):
            machine.open_iteration(index, iteration)
