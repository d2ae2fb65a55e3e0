"""Any iteration that was done can be opened again, exactly, with every event of it."""

import pytest

from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab.showing.iterations import at_iteration
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
def test_an_iteration_is_what_it_was(number):
    machine = trained()
    before = machine.fingerprint()
    branch = at_iteration(machine, number)
    assert branch.losses[-1] == machine.losses[number - 1]
    assert len(branch.losses) == number
    assert machine.fingerprint() == before
    plain = lab.Machine(machine.spec)
    plain.forward()
    if number > 1:
        plain.backward()
        plain.step()
        plain.iterate(min(number, 151) - 1)
        assert branch.tensor("0.weight").tolist() == plain.tensor("0.weight").tolist()


def test_its_events_can_be_played():
    branch = at_iteration(trained(), 60)
    kinds = [event.kind for event in playback(branch).recording.events]
    assert {"forward_op", "node_in", "accumulate", "param_update"} <= set(kinds)
    assert branch.done[-2].recording.audit().ok


def test_what_is_undone_can_be_opened():
    machine = trained()
    losses = machine.losses
    machine.go(1)
    assert at_iteration(machine, 100).losses[-1] == losses[99]


def test_a_net_with_dropout_draws_the_same_numbers():
    machine = lab.Machine(lab.preset("residual").spec)
    machine.iterate(6)
    assert at_iteration(machine, 4).losses == machine.losses[:4]


@pytest.mark.parametrize("number", [0, -3, 153])
def test_other_iterations_are_refused(number):
    with pytest.raises(SpecError, match="no such iteration"):
        at_iteration(trained(), number)
