"""Every seed program that the Lab can build: what its page draws is what the seeds' own list of true results says."""

import base64
import json
import struct
from collections import Counter
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

from graphtrace import lab
from graphtrace.app.lab.session_parts import KEY
from tests.support import wire
from tests.support.lab_page import press, run_n, sent_data, unfold

ROOT = Path(__file__).parents[3]
LENET = {
    **{"AccumulateGrad": 10, "ReluBackward0": 4, "AddmmBackward0": 3, "TBackward0": 3, "ConvolutionBackward0": 2},
    **{"MaxPool2DWithIndicesBackward0": 2, "ViewBackward0": 1, "MseLossBackward0": 1},
}


class Page:
    """The Lab's page, and what its player was given."""

    def __init__(self, preset: str) -> None:
        self.at = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
        self.at.switch_page("pages/3_Lab.py")
        self.at.query_params["preset"] = preset
        self.at.run()

    def press(self, *names: str) -> "Page":
        for name in names:
            press(unfold(self.at, "more") if name.startswith("rare_") else self.at, name)
        return self

    def train(self, count: int) -> "Page":
        run_n(self.at, count)
        going = self.at.session_state[KEY].run
        if going is not None:
            assert going.wait(60)
            self.at.run()
        return self

    @property
    def data(self) -> dict:
        return sent_data(self.at)

    @property
    def loss(self) -> float:
        """The loss that stands over the picture."""
        return float(self.data["patch"]["title"].split()[1])

    def types(self) -> Counter:
        """Count the nodes of the drawn graph by their autograd names."""
        found = self.data["play"]["views"][0]
        return Counter(node["type"] for nodes in found["details"][found["of"][-1][1]] for node in nodes)

    def contents(self, kind: str) -> dict[str, dict | None]:
        """Return, per parameter, what its latest event of a kind left behind."""
        return wire.contents(self.data["play"]["recording"], kind)


def unpacked(content: dict) -> list[float]:
    raw = base64.b64decode(content["data"])
    size, letter = (4, "f") if content["dtype"] == "float32" else (8, "d")
    return list(struct.unpack(f"<{len(raw) // size}{letter}", raw))


@pytest.mark.parametrize(
    ("name", "first", "second", "last"),
    [
        ("sequential", 647.66, 600.80, 1.78e-6),
        ("sequential_sgd", 647.66, 600.80, 1.784e-6),
        ("sequential_adam", 647.66, 631.20, 1.5e-7),
    ],
)
def test_seed_e_falls_as_the_list_says(name, first, second, last):
    page = Page(name)
    assert page.loss == pytest.approx(first, rel=1e-4)
    page.press("iterate", "Forward")
    assert page.loss == pytest.approx(second, rel=1e-4)
    assert page.train(498).loss == pytest.approx(last, rel=0.05)


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("linear_linear", {"MseLossBackward0": 1, "AddmmBackward0": 2, "TBackward0": 2, "AccumulateGrad": 4}),
        ("two_layer_net", {"MseLossBackward0": 1, "MmBackward0": 2, "TBackward0": 2, "AccumulateGrad": 2}),
        ("lenet", LENET),
        ("lenet_5x5", LENET),
    ],
)
def test_the_drawn_graph_has_the_nodes_of_the_list(name, types):
    assert Page(name).types() == types


def test_the_batch_by_hand_starts_where_the_list_says():
    page = Page("batch_by_hand")
    assert page.loss == pytest.approx(1.0354, abs=5e-4)
    assert page.train(1000).loss == pytest.approx(0.9622, abs=5e-4)


def test_twenty_epochs_of_adam_beat_a_thousand_by_hand():
    assert Page("batch_adam").train(19).loss == pytest.approx(0.7093, abs=5e-4)


def plain_lenet() -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """LeNet as any tutorial writes it, with the preset's seeds."""
    spec = lab.preset("lenet").spec
    torch.manual_seed(spec.seed)
    net = nn.Sequential(
        *(nn.Conv2d(1, 6, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(576, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )
    torch.manual_seed(spec.data.seed)
    return net, torch.randn(1, 1, 32, 32), torch.randn(1, 10)


def test_lenets_numbers_on_the_page_are_those_of_the_plain_program():
    page = Page("lenet").press("Backward")
    net, x, y = plain_lenet()
    loss = nn.functional.mse_loss(net(x), y)
    loss.backward()
    assert page.loss == pytest.approx(loss.item(), rel=1e-3)
    drawn = page.contents("accumulate")
    names = [name for name, _ in page.at.session_state[KEY].machine.trainer.net.named_parameters()]
    assert sum(parameter.numel() for parameter in net.parameters()) == 81_194
    for name, parameter in zip(names, net.parameters(), strict=True):
        assert drawn[name]["norm"] == pytest.approx(parameter.grad.norm().item(), rel=1e-5), name
    assert unpacked(drawn["conv1.bias"]) == pytest.approx(net[0].bias.grad.tolist(), rel=1e-6)


def test_lenets_first_bucket_is_none_then_values_then_none_or_zeros():
    page = Page("lenet").press("Backward")
    sent = page.data["play"]["recording"]
    leaf = sent["leaves"].index("conv1.bias")
    (change,) = [i for i, (_, key, _) in enumerate(wire.changes(sent["grads"])) if key == leaf]
    assert sent["grads"]["added"][leaf] == [sent["grads"]["values"][change]], "nothing was in it before"
    page.press("Zero grad")
    assert page.contents("grad_zero")["conv1.bias"] is None
    page.press("Forward", "Backward", "rare_ZeroGrad")
    assert unpacked(page.contents("grad_zero")["conv1.bias"]) == [0] * 6


def test_five_steps_lower_lenets_loss_each_time():
    page, losses = Page("lenet"), []
    for _ in range(5):
        losses.append(page.loss)
        page.press("iterate", "Forward")
    assert [*losses, page.loss] == sorted([*losses, page.loss], reverse=True)


def test_frozen_layers_leave_the_graph_as_the_list_says():
    first, last = Page("freeze_first").press("Backward"), Page("freeze_last").press("Backward")
    assert set(first.contents("accumulate")) == {"2.weight", "2.bias"}
    assert first.types()["ReluBackward0"] == 0, "the branch is gone"
    assert set(last.contents("accumulate")) == {"0.weight", "0.bias"}
    assert last.types()["ReluBackward0"] == 1, "the gradient passes through"
    frozen = Page("freeze_all").press("Backward")
    error = frozen.data["play"]["recording"]["error"]["values"]
    assert "element 0 of tensors does not require grad" in json.dumps(error)


def test_names_and_nodes_of_the_two_ways_to_write_a_net():
    assert set(Page("ordered_dict").press("Backward").contents("accumulate")) == {
        f"{layer}.{name}" for layer in ("hidden", "out") for name in ("weight", "bias")
    }
    clamped = Page("clamp_module").types()
    assert (clamped["ClampBackward1"], clamped["ReluBackward0"]) == (1, 0)


def test_the_blackboard_falls_and_one_step_is_too_big():
    losses = []
    for name in ("blackboard", "blackboard_big_step"):
        page = Page(name)
        for _ in range(3):
            losses.append(page.loss)
            page.press("iterate", "Forward")
        losses.append(page.loss)
    assert losses == pytest.approx([8, 4.46, 3.32, 2.67, 8, 8.03, 4.23, 0.76], abs=0.006)
