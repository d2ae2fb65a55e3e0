"""Two recordings joined on node keys."""

import torch
from torch import nn

import graphtrace as gt


def run(seed: int, *, lr: float = 0.1, hidden: int = 3, extra: bool = False) -> gt.Recording:
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(2, hidden), nn.ReLU(), nn.Linear(hidden, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    with gt.record(net, optimizer=optimizer) as rec:
        out = net(torch.ones(4, 2))
        (out.square().mean() + (out.abs().sum() if extra else 0)).backward()
        optimizer.step()
    return rec.recording


def test_the_same_program_twice_differs_in_nothing():
    found = gt.diff(run(0), run(0))
    assert found.same
    assert (found.only_a, found.only_b) == ((), ())


def test_another_seed_differs_in_numbers_only():
    found = gt.diff(run(0), run(1))
    assert not found.same
    assert (found.only_a, found.only_b) == ((), ())
    assert {one.key for one in found.params} == {"0.weight", "0.bias", "2.weight", "2.bias"}
    ratio = next(one for one in found.leaves if one.key == "2.weight")
    assert ratio.norm_ratio == ratio.b.norm / ratio.a.norm


def test_another_learning_rate_differs_in_parameters_only():
    found = gt.diff(run(0), run(0, lr=0.2))
    assert (found.gradients, found.leaves) == ((), ())
    assert len(found.params) == 4


def test_another_structure_names_the_nodes_of_one_side():
    found = gt.diff(run(0), run(0, extra=True))
    assert found.only_a == ()
    assert any(key.startswith("Abs") for key in found.only_b)
