"""A hand on a number: losses for other values are those after an edit, and the slopes agree with autograd."""

import pytest
import torch

from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab.records.layers import Dropout, Linear, ReLU
from graphtrace.lab.records.spec import Loss, Spec
from graphtrace.lab.showing.probes import POINTS, probe

XOR = lab.preset("xor").spec


def edited_loss(machine, name, index, value):
    other = machine.branch()
    other.edit(name, index, value)
    other.forward()
    return other.losses[-1]


@pytest.mark.parametrize(("name", "index"), [("0.weight", (1, 0)), ("2.bias", (0,)), ("x", (3, 1)), ("y", (2, 0))])
def test_the_loss_for_another_value_is_that_after_an_edit(name, index):
    machine = lab.Machine(XOR)
    machine.iterate(3)
    machine.forward()
    shown = probe(machine, name, index)
    assert shown.value == machine.tensor(name)[index].item()
    assert shown.loss == pytest.approx(machine.losses[-1], rel=1e-5)
    assert len(shown.values) == POINTS
    assert shown.values[POINTS // 2] == shown.value
    for i in (0, 7, POINTS - 1):
        assert shown.losses[i] == pytest.approx(edited_loss(machine, name, index, shown.values[i]), rel=1e-4)


@pytest.mark.parametrize("preset", [one for one in lab.PRESETS if one.buildable], ids=lambda one: one.name)
def test_both_slopes_are_the_gradient_of_torch(preset):
    machine = lab.Machine(preset.spec)
    machine.forward()
    machine.backward()
    for name in machine.names()[:2]:
        index = (0,) * machine.tensor(name).dim()
        shown = probe(machine, name, index)
        if shown.gradient is None:
            assert machine.trainer.net.get_parameter(name).grad is None
            continue
        grad = machine.tensor(f"{name}.grad")
        scale = max(1e-6, grad.abs().max().item())
        assert shown.gradient == pytest.approx(grad[index].item(), rel=1e-3, abs=1e-3 * scale)
        assert shown.dtype == "float64"
        assert shown.difference == (shown.above - shown.below) / (2 * shown.step)
        assert shown.difference == pytest.approx(shown.gradient, rel=1e-4, abs=1e-5 * max(1.0, scale))


def test_a_kink_and_a_detached_layer_tell_the_slopes_apart():
    machine = lab.Machine(XOR)
    machine.hook("0", "detach")
    machine.forward()
    shown = probe(machine, "0.weight", (0, 0))
    assert shown.gradient is None  # autograd sees no way
    assert shown.difference != 0  # the loss depends on it all the same


def test_nothing_changes():
    machine = lab.Machine(Spec((Linear(2, 4), ReLU(), Dropout(), Linear(4, 1)), data=XOR.data, loss=Loss("MSELoss")))
    machine.forward()
    machine.backward()
    before, history, loss = machine.fingerprint(), machine.history, machine.loss
    first, second = probe(machine, "0.weight", (0, 0)), probe(machine, "0.weight", (0, 0))
    assert first == second  # one dropout mask for all values
    assert (machine.fingerprint(), machine.history) == (before, history)
    assert machine.loss is loss
    machine.step()
    assert machine.history[-1].error is None


@pytest.mark.parametrize(
    ("name", "index"),
    [("0.weight", (9, 9)), ("0.weight", (0,)), ("0.weight", (-1, 0)), ("nothing", ()), ("0.weight.grad", (0, 0))],
)
def test_what_is_no_number_is_refused(name, index):
    machine = lab.Machine(XOR)
    machine.forward()
    machine.backward()
    with pytest.raises(SpecError):
        probe(machine, name, index)


def test_classes_are_no_smooth_numbers():
    machine = lab.Machine(lab.preset("small_cnn").spec)
    with pytest.raises(SpecError, match="smoothly"):
        probe(machine, "y", (0,))
    assert torch.is_grad_enabled()
