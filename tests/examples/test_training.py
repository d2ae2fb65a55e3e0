"""The programs with a loop: losses by hand and by optimizer, and LeNet's bookkeeping."""

import math
from itertools import pairwise

import pytest
import torch
from torch.nn import functional as F

from graphtrace import examples
from graphtrace.examples.two_layer import manual_gradients, manual_losses, two_layer_tensors


def losses(name, steps):
    return list(examples.build(name).train(steps))


def test_autograds_gradients_equal_those_by_hand_bit_for_bit():
    built = examples.build("two_layer")
    built.root.backward()
    for name in ("w1", "w2"):
        assert torch.equal(built.params[name].grad, built.tensors[f"grad_{name}"])


def test_autograds_gradients_equal_those_by_hand_in_float64():
    x, y, w1, w2 = two_layer_tensors(torch.float64)
    loss, *by_hand = manual_gradients(x, y, w1, w2)
    weights = [w1.requires_grad_(), w2.requires_grad_()]
    traced = (x.mm(w1).clamp(min=0).mm(w2) - y).pow(2).sum()
    assert torch.equal(traced, loss)
    assert all(map(torch.equal, torch.autograd.grad(traced, weights), by_hand))


def test_training_by_autograd_gives_every_loss_of_training_by_hand():
    built = examples.build("two_layer_training")
    run = list(built.train(500))
    assert run == list(manual_losses(500))
    stated = {0: 29428664, 1: 2.27e7, 2: 2.06e7, 99: 427.8, 199: 1.448}
    assert {step: run[step] for step in stated} == pytest.approx(stated, rel=2e-3)
    assert run[499] == pytest.approx(3.0e-5, rel=0.05)  # what is left is rounding: it depends on threads
    assert all(w.is_leaf and w._version == 500 for w in built.params.values())


def test_without_zeroing_the_loss_falls_faster_and_ends_as_nan():
    run = losses("two_layer_no_zero", 500)
    zeroed = losses("two_layer_training", 3)
    assert run[:2] == zeroed[:2]
    assert run[2] < zeroed[2] / 2
    stated = {2: 8.19e6, 5: 1.17e7, 10: 3.1e6, 20: 2.6e6, 99: 1.6e6}
    assert {step: run[step] for step in stated} == pytest.approx(stated, rel=2e-2)
    assert math.isnan(run[499])


def test_gradient_descent_by_hand_is_what_sgd_does():
    by_hand, sgd = losses("sequential", 500), losses("sequential_sgd", 500)
    assert by_hand[:2] == pytest.approx([647.66, 600.80], abs=5e-3)
    assert by_hand[499] == pytest.approx(1.78e-6, rel=5e-3)
    assert sgd == pytest.approx(by_hand, rel=1e-3)  # 500 steps of float32 rounding


def test_adam_on_the_same_net_ends_lower():
    run = losses("sequential_adam", 500)
    assert run[:2] == pytest.approx([647.66, 631.20], abs=5e-3)
    assert run[499] == pytest.approx(1.5e-7, rel=0.1)


def test_the_mean_loss_times_its_elements_is_the_sum():
    built = examples.build("sequential")
    mean = F.mse_loss(built.model(built.tensors["x"]), built.tensors["y"])
    assert mean.item() * 640 == pytest.approx(built.root.item(), rel=1e-6)


@pytest.mark.parametrize("name", ["linear_linear", "two_layer_net"])
def test_two_linear_layers_fit_the_data_by_adam(name):
    built = examples.build(name)
    run = list(built.train(300))
    assert run[299] < 1e-6 < 100 < run[0]
    count = 4 if name == "linear_linear" else 2
    assert len([p for _, p in built.model.named_parameters() if p.requires_grad]) == count


def test_twenty_epochs_of_adam_beat_three_thousand_by_hand():
    by_hand, adam = losses("batch_by_hand", 3001), losses("batch_adam", 20)
    stated = {0: 1.0354, 1000: 0.9622, 2000: 0.8986, 3000: 0.8420}
    assert {epoch: by_hand[epoch] for epoch in stated} == pytest.approx(stated, abs=6e-5)
    assert adam[0] == by_hand[0]
    assert adam[19] == pytest.approx(0.7093, abs=6e-5)
    assert adam[19] < by_hand[3000]


def test_updates_through_data_do_not_move_the_version_counter():
    data, no_grad = examples.build("batch_by_hand"), examples.build("sequential")
    for built in (data, no_grad):
        list(built.train(3))
    assert {p._version for p in data.model.parameters()} == {p._version - 3 for p in no_grad.model.parameters()}


def test_lenet_has_the_parameters_of_the_tutorial():
    built, wide = examples.build("lenet"), examples.build("lenet_5x5")
    sizes = [p.numel() for p in built.model.parameters()]
    assert (len(sizes), sum(sizes)) == (10, 81194)
    assert (built.model.fc1.in_features, wide.model.fc1.in_features) == (576, 400)
    assert built.model(built.tensors["input"]).shape == (1, 10)


def test_lenets_bias_gradient_comes_and_goes():
    net_output = examples.build("lenet_output")
    net, bias = net_output.model, net_output.model.conv1.bias
    assert bias.grad is None
    net_output.root.backward(net_output.grad_output)
    assert bias.grad.shape == (6,)
    assert bias.grad.any()
    net.zero_grad(set_to_none=False)
    assert torch.equal(bias.grad, torch.zeros(6))
    net_output.zero()
    assert bias.grad is None


def test_the_optimizer_clears_lenets_gradients_to_none():
    built = examples.build("lenet")
    built.root.backward()
    assert built.model.conv1.bias.grad is not None
    built.optimizer().zero_grad()
    assert built.model.conv1.bias.grad is None


def test_five_steps_lower_lenets_loss_each_time():
    run = losses("lenet", 6)
    assert all(after < before for before, after in pairwise(run))
    assert run[1:] == pytest.approx([0.976, 0.954, 0.933, 0.913, 0.895], abs=6e-4)


PATHS = {
    "parabola_sgd": ([0.6, 1.08, 1.464, 1.7712, 2.01696], set()),
    "parabola_momentum": ([0.6, 1.62, 2.814, 3.9258, 4.74126], {"momentum_buffer"}),
    "parabola_nesterov": ([1.14, 2.3328, 3.325056, 3.974469, 4.247153], {"momentum_buffer"}),
    "parabola_adagrad": ([0.1, 0.169502, 0.225641, 0.273849, 0.31666], {"step", "sum"}),
    "parabola_rmsprop": ([1.0, 1.55663, 1.931005, 2.199445, 2.397487], {"step", "square_avg"}),
    "parabola_adam": ([0.1, 0.199897, 0.299618, 0.399086, 0.498221], {"step", "exp_avg", "exp_avg_sq"}),
    "parabola_no_zero": ([0.6, 1.68, 3.024, 4.3632, 5.42976], set()),
}


def path(built, steps):
    return [built.params["w"].item() for _ in built.train(steps)]


@pytest.mark.parametrize("name", PATHS)
def test_an_optimizer_takes_the_stated_path_and_keeps_the_stated_state(name):
    expected, state = PATHS[name]
    built = examples.build(name)
    assert path(built, 5) == pytest.approx(expected, abs=1e-6)
    kept = built.optimizer().state[built.params["w"]]
    assert {key for key, value in kept.items() if value is not None} == state


def test_never_zeroing_is_momentum_one_and_swings_for_ever():
    built = examples.build("parabola_no_zero")
    run = path(built, 400)
    w = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=1.0)
    by_momentum = []
    for _ in range(400):
        optimizer.zero_grad()
        ((w - 3) ** 2).backward()
        optimizer.step()
        by_momentum.append(w.item())
    assert run == by_momentum
    assert min(run[200:]) < 0.1
    assert max(run[200:]) > 5.9


def test_nesterov_without_momentum_is_refused_by_torch():
    w = examples.build("parabola_sgd").params["w"]
    with pytest.raises(ValueError, match="Nesterov momentum requires a momentum and zero dampening"):
        torch.optim.SGD([w], lr=0.1, nesterov=True)


def test_small_steps_on_the_blackboard_lower_the_loss():
    assert losses("blackboard", 4) == pytest.approx([8, 4.46, 3.32, 2.67], abs=6e-3)


def test_a_step_too_big_raises_the_loss_and_lands_on_the_corner_of_the_clamp():
    built = examples.build("blackboard_big_step")
    run = [next(built.train(1)), built.forward().item()]
    assert run == pytest.approx([8, 8.0272], abs=1e-5)
    assert (built.tensors["x"] @ built.params["w1"])[0, 0] == 0
    corner = torch.zeros(1, requires_grad=True)
    corner.clamp(min=0).backward()
    rest = [4.2269, 0.7595] if corner.grad.item() == 1 else [1.1687, 1.0085]
    assert list(built.train(3))[1:] == pytest.approx(rest, abs=1e-4)
