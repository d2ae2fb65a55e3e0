"""The builder on the Lab's page: the net that is edited in the list of layers is the one that torch runs."""

import re
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from graphtrace import lab
from graphtrace.app.lab.session_parts import NOTHING
from graphtrace.lab.parts import devices as devices_module
from graphtrace.lab.parts.devices import Device, devices
from graphtrace.lab.records.actions import Backward, Forward
from tests.support.lab_page import (
    add,
    address,
    change,
    chosen_data,
    component,
    edit,
    listed,
    misfits,
    press,
    report,
    rows,
    session,
    training,
    unfold,
)

ROOT = Path(__file__).parents[3]


def opened(**query: str) -> AppTest:
    """Open the page with an address, as a browser without a session does."""
    at = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    at.switch_page("pages/3_Lab.py")
    at.query_params.update(query)
    return at.run()


def machine(at: AppTest) -> lab.Machine:
    return session(at).machine


def kinds(at: AppTest) -> list[str]:
    return [type(layer).__name__ for layer in machine(at).spec.layers]


def named(at: AppTest) -> list[str]:
    return [name for name, _ in machine(at).trainer.net.named_parameters()]


def repair(at: AppTest, *path: int) -> AppTest:
    return edit(at, "repair", *path)


def test_rows_say_what_goes_in_and_out():
    at = opened()
    assert [(row["kind"], row["detail"]) for row in rows(at).values()] == [
        ("Linear", "2 → 3"),
        ("ReLU", ""),
        ("Linear", "3 → 1"),
    ]
    assert listed(at)["x"] == "4×2"
    assert (listed(at)["loss"]["name"], listed(at)["loss"]["shape"]) == ("MSELoss", "4×1")
    assert rows(at)[1,]["shapes"] == "4×3 → 4×3"


def test_a_changed_width_propagates_to_the_next_layer_with_a_note():
    at = change(opened(), 0, out_features=5)
    assert misfits(at) == []
    assert [row["detail"] for row in rows(at).values()] == ["2 → 5", "", "5 → 1"]
    assert machine(at).trainer.net[2].in_features == 5
    assert listed(at)["note"] == "Linear · 2: in_features 3 → 5"
    assert rows(at)[2,]["followed"] == "3 → 5"
    edit(at, "loss", field="name", value="L1Loss")
    assert listed(at)["note"] == "", "what followed an earlier edit is no news"


def test_a_width_propagates_through_convolution_pooling_and_flatten():
    at = change(opened(preset="lenet"), 0, out_channels=8)
    net = machine(at).trainer.net
    assert misfits(at) == []
    assert net.conv2.in_channels == 8
    change(at, 3, out_channels=4)
    net = machine(at).trainer.net
    assert net.fc1.in_features == 4 * 6 * 6
    assert listed(at)["note"] == "Linear · fc1: in_features 576 → 144"


def test_a_layer_that_does_not_fit_is_marked_and_repaired_and_the_last_good_net_stays():
    at = opened()
    good = machine(at)
    change(at, 2, in_features=7)
    (problem,) = rows(at)[2,]["problems"]
    assert problem["text"] == lab.validate(session(at).spec)[0]
    assert (
        problem["text"] == "layer 2 Linear wants 7 inputs: it gets 3 (set in_features to 3, or change layer 0 Linear)"
    )
    assert problem["repair"] == "Set in_features to 3"
    assert machine(at) is good
    assert not at.error, "no banner"
    press(at, "Backward")
    assert good.history[-1].error is None
    repair(at, 2)
    assert misfits(at) == []
    assert machine(at).spec == lab.preset("xor").spec


def test_a_width_that_was_set_wrong_by_hand_stays_while_others_follow():
    at = change(opened(), 2, in_features=7)
    change(at, 0, out_features=5)
    assert "layer 2 Linear wants 7 inputs: it gets 5" in misfits(at)[0]
    repair(at, 2)
    assert [row["detail"] for row in rows(at).values()] == ["2 → 5", "", "5 → 1"]


def test_an_output_that_torch_repeats_is_marked_at_the_loss_and_set_with_one_button():
    at = change(opened(), 2, out_features=3)
    (problem,) = listed(at)["loss"]["problems"]
    assert "MSELoss compares 4×3 with 4×1 as 4×3" in problem["text"]
    assert not problem["blocks"]
    assert machine(at).spec.layers[2].out_features == 3, "torch runs it"
    assert problem["repair"] == "Set out_features of layer 2 to 1"
    repair(at)
    assert listed(at)["loss"]["problems"] == []
    assert machine(at).spec == lab.preset("xor").spec


def test_classes_that_are_missing_are_repaired_at_the_last_layer():
    at = edit(opened(), "loss", field="name", value="CrossEntropyLoss")
    assert misfits(at) == [
        "CrossEntropyLoss wants an output for each of 2 classes: it gets 1 (set the outputs of the last layer to 2)"
    ]
    repair(at)
    assert misfits(at) == []
    assert machine(at).trainer.net[2].out_features == 2


def test_layers_are_added_removed_moved_duplicated_renamed_and_frozen():
    at = add(opened(), "Tanh")
    assert kinds(at) == ["Linear", "ReLU", "Linear", "Tanh"]
    edit(at, "shift", 3, by=-1)
    assert kinds(at) == ["Linear", "ReLU", "Tanh", "Linear"]
    edit(at, "remove", 1)
    assert kinds(at) == ["Linear", "Tanh", "Linear"]
    edit(at, "duplicate", 1)
    assert kinds(at) == ["Linear", "Tanh", "Tanh", "Linear"]
    edit(at, "move", 0, to=[3])
    assert kinds(at) == ["Tanh", "Tanh", "Linear", "Linear"]
    assert misfits(at) == []
    change(change(at, 2, name="hidden"), 3, frozen=True)
    assert named(at)[:2] == ["hidden.weight", "hidden.bias"]
    press(at, "Backward")
    net = machine(at).trainer.net
    assert [name for name, one in net.named_parameters() if one.grad is not None] == ["hidden.weight", "hidden.bias"]


def test_layers_inside_a_residual_block_are_added_moved_renamed_frozen_and_removed():
    at = add(opened(preset="residual"), "Linear", 1, 3)
    assert "does not take 100×8 and 100×4" in rows(at)[1,]["problems"][0]["text"], "marked at the block"
    change(at, 1, 3, out_features=8)
    block = lambda: [type(layer).__name__ for layer in machine(at).spec.layers[1].block]  # noqa: E731
    assert block() == ["Linear", "Tanh", "Linear", "Linear"]
    edit(edit(at, "shift", 1, 3, by=-1), "shift", 1, 2, by=-1)
    assert block() == ["Linear", "Linear", "Tanh", "Linear"]
    change(at, 1, 1, name="middle", frozen=True)
    edit(at, "remove", 1, 3)
    assert block() == ["Linear", "Linear", "Tanh"]
    assert not machine(at).trainer.net.get_parameter("res.block.middle.weight").requires_grad
    press(at, "Backward")
    learned = {name for name, one in machine(at).trainer.net.named_parameters() if one.grad is not None}
    assert "res.block.middle.weight" not in learned
    assert "res.block.0.weight" in learned


def test_layers_are_moved_into_a_block_and_out_of_it():
    at = edit(opened(preset="residual"), "move", 1, 1, to=[3])
    assert kinds(at) == ["Linear", "Residual", "Linear", "Tanh"]
    edit(at, "move", 3, to=[1, 0])
    assert [row["kind"] for path, row in rows(at).items() if len(path) == 2] == ["Tanh", "Linear", "Linear"]
    before = machine(at).spec
    edit(at, "move", 1, to=[1, 0])
    assert "does not fit into itself" in at.toast[0].value
    assert machine(at).spec == before


def test_a_parallel_block_grows_branches_and_each_branch_layers():
    at = opened()
    edit(edit(at, "remove", 2), "remove", 1)
    add(add(at, "Parallel"), "Linear")
    assert misfits(at) == [], "it takes the sizes that arrive"
    edit(at, "branches", 1, more=True)
    add(at, "Sigmoid", 1, 2, 1)
    branches = machine(at).spec.layers[1].branches
    assert [[type(layer).__name__ for layer in branch] for branch in branches] == [
        ["Linear", "Tanh"],
        ["Linear"],
        ["Linear", "Sigmoid"],
    ]
    assert [block["title"] for block in rows(at)[1,]["blocks"]] == ["branch 0", "branch 1", "branch 2"]
    change(at, 1, join="cat")
    assert machine(at).trainer.net[2].in_features == 9, "the next layer follows"
    edit(edit(at, "branches", 1, more=False), "branches", 1, more=False)
    assert misfits(at) == []
    assert named(at)[2:4] == ["1.branches.0.0.weight", "1.branches.0.0.bias"]


def test_a_repeated_block_is_edited_once_and_built_as_often_as_it_says():
    at = add(opened(), "Repeat")
    change(at, 3, times=3)
    edit(at, "remove", 3, 1)
    assert [name for name in named(at) if name.startswith("3.")] == [
        f"3.{k}.0.{name}" for k in range(3) for name in ("weight", "bias")
    ]
    add(add(at, "Residual", 3, 1), "Parallel", 3, 1, 2)
    assert not rows(at)[3, 1, 2]["blocks"][0]["nests"], "no deeper"
    add(at, "Residual", 3, 1, 2, 0, 0)
    assert "too deep" in at.toast[0].value
    assert misfits(at) == []


def test_a_misfit_of_the_second_repetition_is_at_its_row_and_has_no_button():
    at = add(opened(), "Repeat")
    change(at, 3, 0, out_features=2)
    (problem,) = rows(at)[3, 0]["problems"]
    assert "layer 3.1.0 Linear wants 1 inputs: it gets 2" in problem["text"]
    assert problem["repair"] == "", "another size would not fit the first repetition"


def test_an_output_is_hooked_and_let_go_in_the_builder():
    at = edit(opened(), "hook", name="1", value="retain_grad")
    press(at, "Forward", "Backward")
    net = machine(at)
    assert [entry.action.does for entry in net.history if hasattr(entry.action, "does")] == ["retain_grad"]
    assert rows(at)[1,]["hook"] == "retain_grad"
    assert net.trainer.hooks.does == {"1": "retain_grad"}
    edit(at, "hook", name="1", value="nothing")
    assert rows(at)[1,]["hook"] == "nothing"


def test_a_hostile_layer_name_is_marked_in_words():
    at = change(opened(), 0, name="<script>$x")
    assert "name" in rows(at)[0,]["problems"][0]["text"]
    assert machine(at).spec == lab.preset("xor").spec


@pytest.mark.parametrize(
    "kind",
    ["Conv2d", "BatchNorm1d", "LayerNorm", "Dropout", "GELU", "Residual", "Flatten", "Attention", "RNN", "Parallel"],
)
def test_every_kind_of_layer_can_be_added_and_says_so_where_it_does_not_fit(kind):
    at = add(opened(), kind)
    assert type(session(at).spec.layers[-1]).__name__ == kind
    assert misfits(at) == list(lab.validate(session(at).spec))


def test_every_kind_is_in_the_menu_once_the_common_ones_first():
    common, others = listed(opened())["kinds"]
    assert sorted(common + others) == sorted(lab.layers.KINDS)
    assert common[:3] == ["Linear", "ReLU", "Conv2d"]


def test_a_net_is_built_from_nothing():
    at = edit(opened(preset=NOTHING), "remove", 0)
    for kind in ("Linear", "Tanh", "Linear"):
        add(at, kind)
    change(at, 2, out_features=1)
    assert misfits(at) == []
    assert machine(at).trainer.net(machine(at).trainer.x).shape == (4, 1)


def test_loss_optimizer_scheduler_data_seed_and_dtype_are_the_machines():
    at = unfold(opened(), "training", "data")
    edit(at, "loss", field="name", value="L1Loss")
    training(at, "kind").set_value("Adam").run()
    training(at, "scheduler").set_value("StepLR").run()
    chosen_data(at, "seed").set_value(7).run()
    chosen_data(at, "dtype").set_value("float64").run()
    spec = machine(at).spec
    assert (spec.loss.name, type(spec.optimizer).__name__, spec.seed, spec.dtype) == ("L1Loss", "Adam", 7, "float64")
    press(at, "Backward", "Step")
    live = machine(at).trainer
    assert isinstance(live.criterion, torch.nn.L1Loss)
    assert isinstance(live.torch_optimizer, torch.optim.Adam)
    assert live.x.dtype == torch.float64
    chosen_data(at, "kind").set_value("Moons").run()
    assert machine(at).trainer.x.shape == (100, 2)


def test_forms_are_made_when_they_are_unfolded_and_follow_what_changes_outside_of_them():
    at = opened()
    assert not [one for one in at.number_input if (one.key or "").startswith("lab_training_")]
    unfold(at, "training")
    training(at, "SGD.lr").set_value(0.5).run()
    before = session(at).spec
    assert before.optimizer.lr == 0.5
    session(at).edit(lab.preset("xor").spec)  # as an undo of the change does
    at.run()
    assert training(at, "SGD.lr").value == 0.1
    assert session(at).spec == lab.preset("xor").spec


def test_the_list_follows_a_spec_that_changes_outside_of_it():
    at = change(opened(), 0, out_features=5)
    session(at).edit(lab.preset("xor").spec)
    at.run()
    assert [row["detail"] for row in rows(at).values()] == ["2 → 3", "", "3 → 1"]
    assert listed(at)["note"] == ""


def test_with_one_device_it_is_named_and_with_more_one_is_chosen(monkeypatch):
    at = opened()
    assert listed(at)["devices"] == {"options": [["cpu", "cpu"]], "chosen": "cpu"} or torch.cuda.is_available()
    pair = (Device("cpu", "cpu"), Device("cuda:0", "cuda:0 · NVIDIA H200"))
    for place in ("graphtrace.app.lab.layer_list.devices", "graphtrace.app.lab.layer_edits.devices"):
        monkeypatch.setattr(place, lambda: pair)
    at.run()
    assert listed(at)["devices"]["options"][1] == ["cuda:0", "cuda:0 · NVIDIA H200"]
    edit(at, "device", name="cuda:0")
    assert session(at).spec.device == "cuda:0"
    if not torch.cuda.is_available():
        assert listed(at)["general"] == ["device 'cuda:0' is not here: this machine has cpu (take 'auto' or 'cpu')"]
    edit(at, "device", name="tpu")
    assert "no such device here" in at.toast[0].value


def test_the_devices_are_those_of_torch(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda i: f"card {i}")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    devices.cache_clear()
    try:
        assert [one.title for one in devices()] == ["cpu", "cuda:0 · card 0", "cuda:1 · card 1"]
        assert devices_module.resolved("auto") == "cuda:0"
        assert devices_module.device_problem("cuda:1", "float32") == ""
        assert "'cuda:7' is not here: this machine has cpu, cuda:0, cuda:1" in devices_module.device_problem(
            "cuda:7", ""
        )
    finally:
        devices.cache_clear()


@pytest.mark.parametrize(
    "told",
    [
        {"do": "rm -rf", "path": [0]},
        {"do": "set", "path": [0], "field": "block", "value": []},
        {"do": "set", "path": [0], "field": "tied", "value": "x"},
        {"do": "set", "path": [0], "field": "__class__", "value": 1},
        {"do": "set", "path": [9], "field": "bias", "value": True},
        {"do": "set", "path": [0], "field": "bias", "value": 3},
        {"do": "set", "path": [0], "field": "out_features", "value": float("inf")},
        {"do": "set", "path": "0", "field": "bias", "value": False},
        {"do": "add", "path": [0], "kind": "<script>"},
        {"do": "add", "path": [0] * 40, "kind": "Linear"},
        {"do": "move", "path": [0], "to": None},
        {"do": "branches", "path": [0], "more": True},
        {"do": "hook", "name": "nowhere", "value": "detach"},
        {"do": "loss", "field": "name", "value": 5},
        {"do": "repair", "path": [0]},
        {},
        None,
        "add",
    ],
)
def test_what_a_browser_makes_up_changes_nothing(told):
    at = opened()
    queue = [{"serial": 1, **told}] if isinstance(told, dict) else told
    report(at, "edit", {"queue": queue}, "graphtrace_builder")
    assert session(at).spec == lab.preset("xor").spec
    assert [type(action) for action in machine(at).actions] == [Forward]


def test_an_edit_is_done_once_however_often_the_browser_repeats_it():
    at = opened()
    queue = [{"serial": 5, "do": "add", "path": [3], "kind": "Tanh"}]
    report(at, "edit", {"queue": queue}, "graphtrace_builder")
    queue.append({"serial": 6, "do": "add", "path": [4], "kind": "Sigmoid"})
    report(at, "edit", {"queue": queue}, "graphtrace_builder")
    report(at, "edit", {"queue": queue}, "graphtrace_builder")
    assert kinds(at) == ["Linear", "ReLU", "Linear", "Tanh", "Sigmoid"]
    assert listed(at)["done"] == 6


def test_an_edit_that_reaches_a_restarted_server_is_done_after_the_link_is_rebuilt():
    at = press(opened(), "Backward")
    other = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    other.switch_page("pages/3_Lab.py")
    other.query_params.update(address(at))
    other._tree = at._tree
    report(other, "edit", {"queue": [{"serial": 1, "do": "add", "path": [3], "kind": "Tanh"}]}, "graphtrace_builder")
    assert [type(layer).__name__ for layer in session(other).spec.layers] == ["Linear", "ReLU", "Linear", "Tanh"]


def test_the_numbers_of_x_and_y_open_from_their_rows():
    for name in ("x", "y"):
        at = edit(opened(), "numbers", name=name)
        assert at.dataframe[0].value.to_numpy().tolist() == machine(at).tensor(name).tolist()


def test_the_list_speaks_chinese():
    at = change(opened(lang="zh"), 2, in_features=7)
    problem = rows(at)[2,]["problems"][0]
    assert problem["text"] == "层 2 Linear 需要 7 个输入：得到 3 个（把 in_features 设为 3，或修改层 0 Linear）"
    assert problem["repair"] == "把 in_features 设为 3"
    assert listed(at)["words"]["search"] == "搜索层"
    assert re.search(r"[\u4e00-\u9fff]", listed(at)["words"]["Conv2d"])


def test_every_kind_of_layer_is_described_in_the_menu():
    words = listed(opened())["words"]
    assert set(lab.layers.KINDS) <= set(words)


def test_a_press_of_an_action_sends_nothing_of_the_builder():
    at = opened()
    before = component(at, "graphtrace_builder").json
    press(at, "Backward")
    assert component(at, "graphtrace_builder").json == before
    assert isinstance(machine(at).actions[-1], Backward)
