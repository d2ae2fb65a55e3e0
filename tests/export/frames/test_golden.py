"""Ten states of the player as SVG, byte for byte: `pytest --overwrite` writes them anew; look at the difference.

Every number in them comes from literals that float32 holds exactly: no machine and no order of additions changes one.
"""

import math

import pytest
import torch
from torch import nn

import graphtrace as gt
from tests.support import recordings


class Refuses(torch.autograd.Function):
    """An operation whose backward raises: torch's own texts change from version to version."""

    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, grad):
        raise ValueError("no gradient from here")


def net():
    """One step of SGD with two layers: parameters, modules, an update."""
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[1.0, -2.0], [0.5, 0.25]]))
        model[0].bias.copy_(torch.tensor([0.0, -0.5]))
        model[2].weight.copy_(torch.tensor([[2.0, -1.0]]))
        model[2].bias.zero_()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    with gt.record(model, optimizer=optimizer) as rec:
        optimizer.zero_grad()
        (model(torch.tensor([[2.0, 0.5]])) - 4.0).square().sum().backward()
        optimizer.step()
    return rec.recording


def refused():
    """A backward pass that an operation of the user's own ends."""
    x = torch.tensor([1.0, -3.0], requires_grad=True)
    rec = gt.record(params={"x": x})
    with pytest.raises(ValueError, match="no gradient"), rec:
        Refuses.apply(x * x).sum().backward()
    return rec.recording


def last(kind, of=-1):
    """Find the event number after the last event of a kind, or after another of them."""

    def find(recording):
        return [number for number, event in enumerate(recording.events, 1) if event.kind == kind][of]

    return find


STATES = {
    "start": (net, lambda recording: 0, {"fold": "concept"}),
    "forward_dark": (net, last("forward_op", 2), {"fold": "concept", "theme": "dark"}),
    "gradient_arrives_zh": (recordings.fork, last("edge_add", 2), {"fold": "concept", "language": "zh"}),
    "backward_autograd": (net, last("node_in", 3), {"fold": "autograd"}),
    "backward_module_dark": (net, last("node_in", 5), {"fold": "module", "theme": "dark"}),
    "error": (refused, last("error"), {"fold": "autograd"}),
    "accumulated_bucket": (recordings.fork, last("accumulate"), {"fold": "concept"}),
    "freed_shelf_zh": (recordings.retained, last("node_out", 4), {"fold": "autograd", "language": "zh"}),
    "updated": (net, last("param_update"), {"fold": "module"}),
    "not_finite_dark": (recordings.not_finite, last("backward_end"), {"fold": "autograd", "theme": "dark"}),
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_drawn_as_it_was(golden, name):
    make, find, options = STATES[name]
    recording = make()
    golden(f"frames/{name}.svg", gt.frame(recording, find(recording), "svg", **options).decode())


def test_the_states_show_what_their_names_say():
    shown = {name: (make(), find) for name, (make, find, _) in STATES.items()}
    state = {name: gt.Player(recording).seek(find(recording)) for name, (recording, find) in shown.items()}
    assert state["start"].cursor == 0
    assert state["forward_dark"].phase == "forward"
    assert {state[name].phase for name in ("backward_autograd", "backward_module_dark")} == {"backward"}
    assert state["error"].error is not None
    assert state["accumulated_bucket"].grads["y"].count == 2
    assert "freed" in state["freed_shelf_zh"].saved.values()
    assert len(state["updated"].params) == 4
    assert math.isnan(state["not_finite_dark"].grads["x"].value.norm)
