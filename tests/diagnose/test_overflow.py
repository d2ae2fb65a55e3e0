"""Training with too long steps: what overflowed is named, where it happened, with a tenth of the learning rate."""

import pytest
import torch
from torch import nn

import graphtrace as gt


def trained(lr, count, loss=nn.functional.mse_loss):
    """Record each of some steps of a small net; returns the recordings."""
    torch.manual_seed(0)
    net = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    x, y = torch.ones(4, 2), torch.zeros(4, 1)
    recordings = []
    for _ in range(count):
        with gt.record(net, optimizer=optimizer) as rec:
            optimizer.zero_grad()
            out = loss(net(x), y)
            out.backward()
            optimizer.step()
        recordings.append(rec.recording)
    return recordings


def test_the_first_number_that_is_not_finite_is_named_wherever_it_is_born():
    found = [gt.diagnose(recording) for recording in trained(1e6, 9)]
    first = next(i for i, one in enumerate(found) if one is not None)
    assert first >= 2, "large numbers alone are no mistake"
    assert {one.mistake for one in found[first:]} == {"non_finite"}
    assert all(one.repair.startswith("lr=100000") for one in found[first:-1])
    assert "mse_loss" in found[first].cause
    assert found[-1].cause.startswith(("weight already holds", "bias already holds"))
    assert found[-1].node in ("weight", "bias")


def test_a_step_that_leaves_the_range_is_named_at_its_line():
    net = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=1e38)
    with gt.record(net, optimizer=optimizer) as rec:
        (net(torch.ones(1, 1)) * 100).sum().backward()
        optimizer.step()
    found = gt.diagnose(rec.recording)
    assert found.mistake == "non_finite"
    assert found.source.text.strip() == "optimizer.step()"
    assert found.node in ("weight", "bias")


@pytest.mark.parametrize("lr", [0.01, 0.1])
def test_training_that_converges_gets_no_diagnosis(lr):
    assert [gt.diagnose(recording) for recording in trained(lr, 5)] == [None] * 5
