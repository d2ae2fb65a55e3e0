"""Constructing a module inside the block is one event, no operations; a run stays bit for bit what it was."""

import pytest
import torch
from torch import nn

import graphtrace as gt
from graphtrace.explain import sentences
from graphtrace.model import dumps, loads_any


class Scaled(nn.Module):
    """Parameters made by hand, a layer, and a dry run that finds a size."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.empty(3))
        self.layer = nn.Linear(2, 3)
        nn.init.uniform_(self.scale)
        with torch.no_grad():
            self.size = self.layer(torch.zeros(1, 2)).numel()

    def forward(self, x):
        return self.layer(x) * self.scale


def trained(make, inputs):
    """The weights after one step of a net that is made and trained here."""
    torch.manual_seed(0)
    net = make()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    net(inputs).sum().backward()
    optimizer.step()
    return net.state_dict()


MODULES = {
    "linear": (lambda: nn.Linear(2, 3), torch.ones(1, 2), ["Linear(2, 3)"]),
    "no bias": (lambda: nn.Linear(2, 3, bias=False), torch.ones(1, 2), ["Linear(2, 3, bias=False)"]),
    "sequential": (
        lambda: nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)),
        torch.ones(1, 2),
        ["Linear(2, 3)", "Linear(3, 1)"],
    ),
    "convolution": (
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)),
        torch.ones(1, 1, 5, 5),
        ["Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))", "BatchNorm2d(2, eps=1e-05"],
    ),
    "own": (Scaled, torch.ones(1, 2), ["Scaled()", "Linear(2, 3)"]),
}


WRITTEN = {"empty", "zeros", "kaiming_uniform_", "uniform_", "tensor"}


@pytest.mark.parametrize("name", MODULES)
def test_a_constructor_is_one_event_and_the_numbers_are_those_without_a_recording(name):
    make, inputs, told = MODULES[name]
    plain = trained(make, inputs)
    with gt.record() as rec:
        recorded = trained(make, inputs)
    assert all(torch.equal(plain[key], recorded[key]) for key in plain)
    events = [event for event in rec.recording.events if event.kind == "module_init"]
    assert len(events) == len(told)
    assert all(event.fact("module").startswith(text) for event, text in zip(events, told, strict=True))
    assert not {op.name for op in rec.recording.ops} & {
        "empty",
        "nn.init.kaiming_uniform_",
        "nn.init.uniform_",
        "zeros",
    }
    assert rec.recording.audit().ok
    assert loads_any(dumps(rec.recording)) == rec.recording


def test_the_event_holds_the_first_values_and_comes_before_the_forward_pass():
    with gt.record() as rec:
        net = nn.Linear(2, 1)
        first = {name: tensor.flatten().tolist() for name, tensor in net.named_parameters()}
        net(torch.ones(1, 2))
    event = rec.recording.events[0]
    assert {name: data.numbers() for name, data in event.tensors} == {f"param:{k}": v for k, v in first.items()}
    assert sentences(rec.recording)[0].startswith("Linear(2, 1) is initialised: weight [")
    assert sentences(rec.recording, "zh")[0].startswith("Linear(2, 1) 已初始化: weight [")
    assert gt.Player(rec.recording).seek(1).phase == "start"
    assert "empty" not in " ".join(sentences(rec.recording))


def test_a_module_at_the_end_of_a_block_is_told_too():
    with gt.record() as rec:
        net = nn.Linear(2, 1)
    assert [event.kind for event in rec.recording.events] == ["module_init"]
    assert net.in_features == 2


def test_what_the_program_initialises_by_hand_stays_an_operation():
    with gt.record() as rec:
        weight = torch.empty(2, 2)
        nn.init.uniform_(weight)
    assert [op.name for op in rec.recording.ops] == ["empty", "nn.init.uniform_"]


def test_gradients_inside_a_constructor_are_operations():
    class Early(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.ones(2))
            (self.w * 2).sum().backward()

    with gt.record() as rec:
        made = Early()
    kinds = [event.kind for event in rec.recording.events]
    assert kinds[:3] == ["module_init", "forward_op", "forward_op"]
    assert "backward_end" in kinds
    assert made.w.grad.tolist() == [2, 2]
