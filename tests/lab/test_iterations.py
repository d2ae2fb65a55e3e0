"""Any iteration that was done can be opened again, exactly, with every event; the run is whole again afterwards."""

import pytest

from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab.showing.iterations import go_to_iteration
from graphtrace.lab.showing.playback import playback


def trained(preset="xor"):
    machine = lab.Machine(lab.preset(preset).spec)
    machine.forward()
    machine.backward()
    machine.step()
    machine.iterate(150)
    machine.forward()
    return machine


@pytest.mark.parametrize("number", [1, 2, 60, 151, 152])
def test_an_iteration_is_what_it_was_and_what_came_after_it_can_be_redone(number):
    machine = trained()
    before, losses = machine.fingerprint(), machine.losses
    go_to_iteration(machine, number)
    assert machine.losses == losses[:number]
    plain = lab.Machine(machine.spec)
    plain.forward()
    if number > 1:
        plain.backward()
        plain.step()
        if number > 2:
            plain.iterate(min(number - 2, 150))
        assert machine.tensor("0.weight").tolist() == plain.tensor("0.weight").tolist()
    machine.go(len(machine.history))
    assert (machine.fingerprint(), machine.losses) == (before, losses)


def test_its_backward_pass_can_be_played():
    machine = trained()
    go_to_iteration(machine, 60)
    kinds = [event.kind for event in playback(machine).recording.events]
    assert {"forward_op", "node_in", "accumulate"} <= set(kinds)
    assert kinds[-1] == "backward_end"
    assert machine.done[-1].recording.audit().ok


@pytest.mark.parametrize("numbers", [(60, 7), (2, 151), (151, 2), (152, 60), (60, 60)])
def test_one_iteration_after_another_leaves_the_run_in_one_piece(numbers):
    machine = trained()
    before, actions, losses = machine.fingerprint(), machine.actions, machine.losses
    for number in numbers:
        go_to_iteration(machine, number)
        assert machine.losses == losses[:number]
    machine.rejoin()
    assert tuple(entry.action for entry in machine.history) == actions
    for position in (*range(len(actions) + 1), len(actions)):
        machine.go(position)
    assert (machine.fingerprint(), machine.losses) == (before, losses)


def test_another_action_inside_an_iteration_leaves_nothing_to_join():
    machine = trained()
    go_to_iteration(machine, 60)
    machine.step()
    machine.forward()
    losses, actions = machine.losses, machine.actions
    machine.rejoin()
    assert (machine.losses, machine.actions) == (losses, actions)
    assert len(losses) == 61


def test_what_is_undone_can_be_opened():
    machine = trained()
    losses = machine.losses
    machine.go(1)
    go_to_iteration(machine, 100)
    assert machine.losses[-1] == losses[99]


def test_a_net_with_dropout_draws_the_same_numbers():
    machine = lab.Machine(lab.preset("residual").spec)
    machine.iterate(6)
    losses = machine.losses
    go_to_iteration(machine, 4)
    assert machine.losses == losses[:4]


@pytest.mark.parametrize("number", [0, -3, 153])
def test_other_iterations_are_refused(number):
    machine = trained()
    before = machine.fingerprint()
    with pytest.raises(SpecError, match="no such iteration"):
        go_to_iteration(machine, number)
    assert (machine.fingerprint(), machine.position) == (before, len(machine.history))
