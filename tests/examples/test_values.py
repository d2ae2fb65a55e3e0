"""Values and gradients of the programs without a training loop, against rules before numbers."""

import pytest
import torch
from torch.nn import functional as F
from torch.testing import assert_close

from graphtrace import examples


def same(actual, expected, **tolerance):
    assert_close(actual, torch.as_tensor(expected, dtype=actual.dtype), **tolerance)


def backward(name):
    built = examples.build(name)
    for tensor in built.tensors.values():
        if tensor.requires_grad:
            tensor.retain_grad()
    built.root.backward(built.grad_output)
    return built


def test_mean_square_gives_the_numbers_of_the_tutorial():
    built = backward("mean_square")
    x, y, z = built.params["x"], built.tensors["y"], built.tensors["z"]
    assert built.root.item() == 64.5
    same(y, [[3, 4], [5, 6]])
    same(z, [[27, 48], [75, 108]])
    same(x.grad, 1.5 * (x.detach() + 2))
    same(x.grad, [[4.5, 6], [7.5, 9]])


def test_doubling_scales_v_by_two_to_the_number_of_steps():
    built = backward("doubling")
    x, v = built.params["x"], built.grad_output
    same(built.root, [512, 1024, 1536])
    assert (v.dtype, x.grad.dtype) == (torch.float32, torch.float64)
    same(x.grad, 2**9 * v.double())
    same(x.grad, [51.2, 512, 0.0512], rtol=1e-6, atol=0)


def test_doubling_needs_a_v_of_the_right_length():
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for scalar outputs"):
        examples.build("doubling").root.backward()
    with pytest.raises(RuntimeError, match="Mismatch in shape"):
        examples.build("doubling").root.backward(torch.ones(2))


@pytest.mark.parametrize("name", ["accumulate", "accumulate_transposed"])
def test_gradients_add_up_until_they_are_zeroed(name):
    built = examples.build(name)
    inp, v = built.params["inp"], built.grad_output
    once = 2 + 2 * inp.detach()  # 4 on the diagonal, 2 elsewhere
    built.root.backward(v, retain_graph=True)
    same(inp.grad, once)
    built.root.backward(v, retain_graph=True)
    same(inp.grad, 2 * once)
    built.zero()
    built.root.backward(v)
    same(inp.grad, once)
    with pytest.raises(RuntimeError, match="second time"):
        built.root.backward(v)


@pytest.mark.parametrize("name", ["logits", "logits_batch"])
def test_the_gradient_of_a_logit_is_its_sigmoid_over_their_number(name):
    built = backward(name)
    w, b, z = built.params["w"], built.params["b"], built.tensors["z"].detach()
    assert len(z.unique()) == 3
    same(b.grad, torch.sigmoid(z).reshape(3) / 3)
    assert torch.equal(w.grad, b.grad.expand(5, 3))


@pytest.mark.parametrize(
    ("name", "leaf", "gradient"),
    [
        ("fan_out", "y", 8),
        ("square", "a", 4),
        ("double_sum", "a", 2),
        ("fan_out_middle", "x", 18),
        ("broadcast", "a", [1, 1, 1]),
        ("broadcast", "b", 3),
    ],
)
def test_gradients_of_a_fork_add(name, leaf, gradient):
    same(backward(name).params[leaf].grad, gradient)


def test_the_gradient_of_a_fork_in_the_middle_is_complete_before_it_goes_on():
    built = backward("fan_out_middle")
    same(built.tensors["h"].grad, 3 + 2 * built.tensors["h"].detach())
    same(built.tensors["h"].grad, 9)


THIRD = 1 / 3


@pytest.mark.parametrize(
    ("name", "loss", "gradient"),
    [
        ("loss_mse", 1.75, [0.6667, -1.3333, -0.3333]),
        ("loss_l1", 1.1667, [THIRD, -THIRD, -THIRD]),
        ("loss_cross_entropy", 1.7413, [0.7856, 0.0391, -0.8247]),
        ("loss_kl_div", 0.8617, [0.5856, -0.2609, -0.3247]),
    ],
)
def test_four_losses_on_one_prediction(name, loss, gradient):
    built = backward(name)
    assert built.root.item() == pytest.approx(loss, abs=5e-5)
    same(built.params["p"].grad.flatten(), gradient, atol=6e-5, rtol=0)


def test_cross_entropy_sends_softmax_minus_one_hot():
    built = backward("loss_cross_entropy")
    p = built.params["p"]
    same(p.grad, torch.softmax(p.detach(), 0) - F.one_hot(built.tensors["t"], 3))


def test_kl_divergence_sends_softmax_minus_target_for_batchmean_only():
    built = backward("loss_kl_div")
    p, t = built.params["p"].detach(), built.tensors["t"]
    same(built.params["p"].grad, torch.softmax(p, 1) - t)
    with pytest.warns(UserWarning, match="batchmean"):
        mean = F.kl_div(F.log_softmax(p, 1), t)
    assert mean.item() == pytest.approx(built.root.item() / 3)
    assert mean.item() == pytest.approx(0.2872, abs=5e-5)
    fed_probabilities = F.kl_div(torch.softmax(p, 1), t, reduction="batchmean")
    assert fed_probabilities.item() == pytest.approx(-1.286, abs=5e-4)


def test_l1_sends_nothing_where_the_residual_is_zero():
    built = examples.build("loss_l1")
    p, t = built.params["p"], built.tensors["t"]
    with torch.no_grad():
        p[0] = t[0]
    F.l1_loss(p, t).backward()
    same(p.grad, [0, -THIRD, -THIRD])


def test_mazurs_net_gives_the_published_numbers():
    built = backward("mazur")
    numbers = {name: tensor.item() for name, tensor in built.tensors.items()}
    assert numbers["h1"] == pytest.approx(0.593269992, abs=5e-10)
    assert numbers["h2"] == pytest.approx(0.596884378, abs=5e-10)
    assert numbers["o1"] == pytest.approx(0.751365070, abs=5e-10)
    assert numbers["o2"] == pytest.approx(0.772928465, abs=5e-10)
    assert built.root.item() == pytest.approx(0.298371109, abs=5e-10)
    assert built.params["w5"].grad.item() == pytest.approx(0.082167041, abs=5e-10)
    built.step()
    assert built.params["w5"].item() == pytest.approx(0.358916480, abs=5e-10)
    assert built.params["w1"].item() == pytest.approx(0.149780716, abs=5e-10)


def test_mazurs_gradients_agree_with_finite_differences():
    built = backward("mazur")
    for w in built.params.values():
        with torch.no_grad():
            w += 1e-6
            above = built.forward().item()
            w -= 2e-6
            below = built.forward().item()
            w += 1e-6
        assert w.grad.item() == pytest.approx((above - below) / 2e-6, rel=1e-6)


def test_the_blackboard_holds_integers_and_one_closed_gate():
    built = backward("blackboard")
    t, p = built.tensors, built.params
    same(t["h"], [[2, 1], [-0.5, 2]])
    same(t["y_pred"], [[3], [-2]])
    assert built.root.item() == 8
    same(t["y_pred"].grad, [[4], [-4]])
    same(t["h_relu"].grad, [[8, -4], [-8, 4]])
    same(t["h"].grad, [[8, -4], [0, 4]])
    same(p["w1"].grad, [[8, -8], [16, -4]])
    same(p["w2"].grad, [[8], [-4]])


def test_ordered_layers_and_attributes_name_the_parameters():
    ordered = dict(examples.build("ordered_dict").model.named_parameters())
    assert list(ordered) == ["hidden.weight", "hidden.bias", "out.weight", "out.bias"]
    subclass = dict(examples.build("clamp_module").model.named_parameters())
    assert list(subclass) == ["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"]


@pytest.mark.parametrize(("name", "graded"), [("freeze_first", "2"), ("freeze_last", "0")])
def test_only_the_layer_that_is_not_frozen_gets_gradients(name, graded):
    named = backward(name).model.named_parameters()
    assert [key for key, p in named if p.grad is not None] == [f"{graded}.weight", f"{graded}.bias"]


def test_a_step_over_frozen_parameters_changes_nothing():
    built = examples.build("freeze_all")
    before = [p.clone() for p in built.model.parameters()]
    built.step()
    assert all(torch.equal(a, b) for a, b in zip(before, built.model.parameters(), strict=True))
