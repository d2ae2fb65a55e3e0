"""Presets: the numbers of the seeds, and one list that says which programs the Lab can build."""

from dataclasses import replace

import pytest

from graphtrace import examples, lab
from graphtrace.errors import SpecError
from graphtrace.lab import datasets


def trained(name, steps):
    machine = lab.Machine(lab.preset(name).spec)
    machine.iterate(steps)
    return machine


def test_every_program_of_the_seeds_is_in_the_list_and_says_whether_it_can_be_built():
    names = [preset.name for preset in lab.PRESETS]
    assert set(examples.names()) <= set(names)
    assert len(set(names)) == len(names)
    assert lab.preset("sequential").buildable
    assert not lab.preset("doubling").buildable
    assert lab.preset(lab.OPENING).buildable


def test_an_unknown_preset_is_an_error_in_words():
    with pytest.raises(SpecError, match="unknown preset: 'nothing'"):
        lab.preset("nothing")


# LeNet's data is drawn in another order here, and with all layers frozen nothing trains
TRAINED = [
    name for name in examples.names() if lab.preset(name).buildable and name[:5] != "lenet" and name != "freeze_all"
]


@pytest.mark.parametrize("name", TRAINED)
def test_a_seed_has_the_losses_of_the_example_of_its_name(name):
    expected = list(examples.build(name).train(3))
    assert trained(name, 3).losses == pytest.approx(expected, rel=1e-6)


def test_seed_e_by_hand():
    losses = trained("sequential", 500).losses
    assert losses[:2] == pytest.approx((647.66, 600.80), abs=0.01)
    assert losses[499] == pytest.approx(1.78e-6, rel=0.01)


def test_lenet_has_81194_parameters_and_learns_in_five_steps():
    found = lab.survey(lab.preset("lenet").spec)
    assert found.parameters == 81_194
    losses = trained("lenet", 5).losses
    assert list(losses) == sorted(losses, reverse=True)


def test_mazur():
    machine = lab.Machine(lab.preset("mazur").spec)
    recording = machine.forward()
    outs = {recording.ops[e.op].module: e.tensor("out:0").numbers() for e in recording.events if e.op is not None}
    assert outs["h"] == pytest.approx([0.593269992, 0.596884378], abs=1e-9)
    assert outs["o"] == pytest.approx([0.751365070, 0.772928465], abs=1e-9)
    assert machine.losses == pytest.approx([0.298371109], abs=1e-9)
    machine.backward()
    assert machine.tensor("out.weight.grad")[0, 0].item() == pytest.approx(0.082167041, abs=1e-9)
    machine.step()
    assert machine.tensor("out.weight")[0, 0].item() == pytest.approx(0.358916480, abs=1e-9)
    assert machine.tensor("hidden.weight")[0, 0].item() == pytest.approx(0.149780716, abs=1e-9)
    assert machine.tensor("hidden.bias").tolist() == [0.35, 0.35]


def test_blackboard():
    machine = lab.Machine(lab.preset("blackboard").spec)
    machine.forward()
    machine.backward()
    assert machine.trainer.output.tolist() == [[3], [-2]]
    assert machine.tensor("w1.weight.grad").t().tolist() == [[8, -8], [16, -4]]
    assert machine.tensor("w2.weight.grad").t().tolist() == [[8], [-4]]
    assert trained("blackboard", 4).losses == pytest.approx([8, 4.46, 3.32, 2.67], abs=0.005)
    assert trained("blackboard_big_step", 4).losses == pytest.approx([8, 8.03, 4.23, 0.76], abs=0.005)


def test_the_gradient_dies_along_twenty_sigmoids():
    machine = lab.Machine(lab.preset("deep_sigmoids").spec)
    machine.forward()
    machine.backward()
    first, last = (machine.tensor(f"chain.{k}.0.weight.grad").abs().item() for k in (0, 19))
    assert first == pytest.approx(3.9e-14, rel=0.01)
    assert last / first == pytest.approx(2.6e12, rel=0.01)


def test_tied_layers_share_one_parameter():
    machine = lab.Machine(lab.preset("weight_tying").spec)
    assert machine.names() == ("embed.weight",)
    assert machine.trainer.net.get_parameter("out.weight") is machine.trainer.net.get_parameter("embed.weight")


@pytest.mark.parametrize(
    ("name", "below"), [("moons", 0.1), ("spirals", 0.3), ("small_cnn", 0.2), ("residual", 0.1), ("rnn", 0.1)]
)
def test_the_nets_of_the_lab_learn_their_data(name, below):
    losses = trained(name, 300).losses
    assert losses[-1] < below < losses[0]


def test_drawn_digits_are_ten_and_no_two_look_the_same():
    spec = replace(lab.preset("small_cnn").spec, data=datasets.Digits(200, noise=0.0))
    live = lab.Machine(spec).trainer
    looks = {}
    for image, digit in zip(live.x, live.y.tolist(), strict=True):
        looks.setdefault(tuple((image > 0).flatten().tolist()), set()).add(digit)
    assert set().union(*looks.values()) == set(range(10))
    assert all(len(digits) == 1 for digits in looks.values())
