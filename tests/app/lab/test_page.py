"""The Lab's page: what a student presses is what torch does, and nothing that is pressed breaks it."""

import base64
import json
import math
import re
import struct
import threading
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import torch
from streamlit.testing.v1 import AppTest

from graphtrace import lab
from graphtrace.app.lab import share
from graphtrace.app.lab.background_run import BackgroundRun
from graphtrace.app.lab.node_actions import do_pressed, edits_of
from graphtrace.app.lab.opening import scene_of
from graphtrace.app.lab.session import LabSession
from graphtrace.app.lab.session_parts import NOTHING
from graphtrace.app.lab.story_line import MOST, story_payload
from graphtrace.lab.records.actions import Backward, Edit, Forward, Iterate, Step, Swap, ZeroGrad
from graphtrace.lab.records.spec import Adam
from graphtrace.lab.writing import files
from graphtrace.model import loads_any
from tests.support import wire
from tests.support.lab_page import (
    add,
    address,
    change,
    chosen_data,
    component,
    edit,
    misfits,
    press,
    report,
    rows,
    run_n,
    sent_data,
    session,
    show,
    tool,
    tool_of,
    unfold,
)

ROOT = Path(__file__).parents[3]
PRESETS = [NOTHING, *(preset.name for preset in lab.PRESETS if preset.buildable)]


def opened(**query: str) -> AppTest:
    """Open the page with an address, as a browser without a session does."""
    at = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    at.switch_page("pages/3_Lab.py")
    at.query_params.update(query)
    return at.run()


def run_out(at: AppTest, name: str = "run", count: int = 100) -> AppTest:
    """Press a button that runs, and wait until the run is over, however busy this machine is."""
    going = session(run_n(at, count) if name == "run" else press(at, name)).run
    if going is not None:
        assert going.wait(60)
        at.run()
    return at


def machine(at: AppTest) -> lab.Machine:
    return session(at).machine


def data(at: AppTest) -> dict:
    """Return what the player received."""
    assert not at.exception, at.exception
    return sent_data(at)


def sent(at: AppTest) -> dict:
    return data(at)["play"]["recording"]


def kinds(at: AppTest) -> list[str]:
    return [event["kind"] for event in wire.events(sent(at))]


def numbers(at: AppTest, kind: str) -> dict[str, list[float]]:
    """Return, per parameter, what its latest event of a kind left behind."""
    return {name: unpacked(content) for name, content in wire.contents(sent(at), kind).items() if content}


def unpacked(content: dict) -> list[float]:
    raw = base64.b64decode(content["data"])
    letter = {"float32": "f", "float64": "d"}[content["dtype"]]
    return list(struct.unpack(f"<{len(raw) // struct.calcsize(letter)}{letter}", raw))


def named(at: AppTest) -> list[str]:
    return [name for name, _ in machine(at).trainer.net.named_parameters()]


def test_the_page_opens_on_xor_with_its_first_forward_pass_done():
    at = opened()
    net = lab.Machine(lab.preset("xor").spec)
    net.forward()
    assert machine(at).spec == lab.preset("xor").spec
    assert data(at)["patch"]["title"].startswith(f"loss {net.losses[0]:.4g}")
    assert data(at)["start"] == sent(at)["length"] > 0, "the values are there to be seen"
    assert not data(at)["autoplay"]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_opens_and_runs_forward_backward_step_and_zero(name):
    at = opened(preset=name)
    assert not at.error
    found = lab.preset(name).spec if name != NOTHING else session(at).spec
    assert machine(at).spec == session(at).spec == found, "forms change nothing by themselves"
    views = data(at)["play"]["views"]
    if any(parameter.requires_grad for parameter in machine(at).trainer.net.parameters()):
        assert all(picture["boxes"] for view in views for picture in view["pictures"])
    press(at, "Backward", "Step", "Zero grad", "Forward")
    assert machine(at).position == 5
    frozen = name == "freeze_all"
    assert [bool(turn.error) for turn in machine(at).history] == [False, frozen, False, False, False]


def test_backward_shows_torchs_gradients():
    at = press(opened(), "Backward")
    net = machine(at).trainer.net
    assert numbers(at, "accumulate") == {name: p.grad.flatten().tolist() for name, p in net.named_parameters()}
    assert data(at)["start"] == kinds(at).index("backward_begin")
    assert data(at)["autoplay"], "what was pressed is played"


def test_step_before_backward_changes_nothing_and_is_no_error():
    at = opened()
    before = [p.clone() for p in machine(at).trainer.net.parameters()]
    press(at, "Step")
    assert all(map(torch.equal, before, machine(at).trainer.net.parameters()))
    assert machine(at).history[-1].error is None


def test_backward_twice_shows_torchs_own_error_and_the_page_lives_on():
    at = press(opened(), "Backward", "Backward")
    with pytest.raises(RuntimeError) as raised:
        machine(at).trainer.loss.backward()
    assert str(raised.value)[:60] in sent(at)["error"]["values"][0]
    assert sent(at)["places"][kinds(at).index("error")][:2] == ["program.py", 21]
    press(at, "Forward", "Backward", "Step")
    assert machine(at).history[-1].error is None
    assert "error" not in kinds(at)[kinds(at).index("forward_op") :][-5:]


def test_a_second_backward_without_zero_adds_and_with_zero_starts_anew():
    at = press(opened(), "Backward")
    once = numbers(at, "accumulate")
    twice = numbers(press(at, "Forward", "Backward"), "accumulate")
    assert twice == {name: [2 * value for value in values] for name, values in once.items()}
    assert numbers(press(at, "Zero grad", "Forward", "Backward"), "accumulate") == once


def test_the_line_that_runs_is_marked_for_every_action():
    at = press(opened(), "iterate", "iterate")
    text = {line["line"]: line["text"].strip() for line in sent(at)["code"]}
    ran = list(dict.fromkeys(text[place[1]] for place in sent(at)["places"]))
    assert ran == ["optimizer.zero_grad()", "loss = criterion(net(x), y)", "loss.backward()", "optimizer.step()"]


def test_undo_and_redo_are_bit_identical():
    at = opened()
    prints = [machine(at).fingerprint()]
    for name in ("Backward", "Step", "Forward", "Backward"):
        prints.append(machine(press(at, name)).fingerprint())
    for wanted in reversed(prints[:-1]):
        assert machine(press(at, "undo")).fingerprint() == wanted
    assert not data(at)["tools"]["undo"], "the first forward pass is part of the start"
    for wanted in prints[1:]:
        assert machine(press(at, "redo")).fingerprint() == wanted
    assert not data(at)["tools"]["redo"]


def test_run_n_is_the_plain_loop():
    at = opened()
    run_out(at, count=50)
    torch.manual_seed(1)
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    x, y = machine(at).trainer.x, machine(at).trainer.y
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(50):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(net(x), y).backward()
        optimizer.step()
    assert machine(at).losses[-1] == torch.nn.functional.mse_loss(net(x), y).item()
    assert sent(at)["length"] == data(at)["start"] > 0


def test_the_shape_of_random_data_is_typed_and_what_is_no_shape_is_told():
    at = unfold(opened(preset="lenet"), "data")
    chosen_data(at, "Random.shape").set_value("1, 36 x 36").run()
    assert "fc1" in misfits(at)[0], "the net does not fit such images"
    chosen_data(at, "Random.shape").set_value("1×32×32").run()
    assert misfits(at) == []
    chosen_data(at, "Random.samples").set_value(2).run()
    assert machine(at).trainer.x.shape == (2, 1, 32, 32)
    chosen_data(at, "Random.shape").set_value("3, minus").run()
    assert "minus" in at.error[0].value
    assert machine(at).trainer.x.shape == (2, 1, 32, 32)


def test_a_seed_beyond_the_forms_range_is_kept():
    spec = replace(lab.preset("moons").spec, seed=2**40, data=lab.datasets.Moons(seed=2**60))
    at = opened(lab=lab.encode(lab.Scene(spec, (Forward(),), 1)))
    assert session(at).spec == machine(at).spec == spec


def test_what_is_pressed_at_a_card_is_done_to_the_net():
    at = opened()
    for told in (
        {"do": "freeze", "name": "2.bias", "on": True},
        {"do": "detach", "name": "0", "on": True},
    ):
        do_pressed(session(at), told, "en")
    press(at, "Forward", "Backward")
    net = machine(at).trainer.net
    assert [name for name, found in net.named_parameters() if found.grad is not None] == ["2.weight"]
    at.run()
    assert rows(at)[0,]["hook"] == "detach", "what is hooked can be found, and let go of, in the builder"
    do_pressed(session(at), {"do": "detach", "name": "0", "on": False}, "en")
    do_pressed(session(at), {"do": "freeze", "name": "2.bias", "on": False}, "en")
    press(at, "Zero grad", "Forward")
    do_pressed(session(at), {"do": "keep"}, "en")
    press(at, "Backward")
    assert machine(at).history[-1].error is None, "the graph was kept"
    assert data(at)["acts"]["params"] == {name: [True, True] for name, _ in net.named_parameters()}


@pytest.mark.parametrize(
    "told",
    [
        {"do": "freeze", "name": "7.weight", "on": True},
        {"do": "detach", "name": "<script>", "on": True},
        {"do": "rm -rf", "name": "0"},
        {"do": "numbers", "name": "nothing"},
        {},
        None,
        "freeze",
    ],
)
def test_what_a_browser_makes_up_does_nothing(told):
    at = opened()
    do_pressed(session(at), told, "en")
    at.run()
    assert not at.exception
    assert len(machine(at).history) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"do": "rm -rf"},
        {"do": "part", "part": "<script>"},
        {"do": "run", "n": -3},
        {"do": 7, "n": "x"},
        {},
        None,
        "undo",
    ],
)
def test_what_a_browser_makes_up_presses_nothing(told):
    at = opened()
    report(at, "press", {"serial": "made up", **told} if isinstance(told, dict) else told)
    assert (session(at).part, session(at).count) == ("graph", 100)
    assert all(isinstance(action, Forward | Iterate) for action in machine(at).actions)


def test_a_press_is_done_once_and_answered():
    at = tool(opened(), "backward", serial="one")
    assert data(at)["tools"]["answered"] == "one"
    tool(at, "backward", serial="one")
    assert [type(action) for action in machine(at).actions] == [Forward, Backward]


def test_what_the_browser_has_is_not_sent_again_unless_it_asks_for_it():
    parcels = lambda at: json.loads(component(at).bytes)["parcels"]  # noqa: E731
    at = opened()
    assert len(parcels(at)) > 4
    press(at, "Backward", "Step", "Zero grad", "Forward")
    assert parcels(press(at, "Backward")) == {}
    assert len(parcels(report(at, "missing", True))) > 4


def test_a_press_of_an_older_page_is_done_after_the_link_is_rebuilt():
    """As after a restart of the server: the first message of the new session is the press."""
    at = press(opened(), "Backward")
    other = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    other.switch_page("pages/3_Lab.py")
    other.query_params.update(address(at))
    other._tree = at._tree
    tool_of(other, component(at).id, {"do": "step", "serial": "two", "n": 100})
    assert [type(action) for action in machine(other).actions] == [Forward, Backward, Step]


def test_numbers_changed_in_the_table_become_one_action_each():
    before = [[1.0, 2.0, 3.0], [4.0, float("nan"), 6.0]]
    after = [[1.0, 2.5, None], [4.0, float("nan"), -6.0]]
    assert edits_of("x", (2, 3), before, after) == [Edit("x", (0, 1), 2.5), Edit("x", (1, 2), -6.0)]
    assert edits_of("x", (2, 3, 1), before, after)[1] == Edit("x", (1, 2, 0), -6.0)
    assert edits_of("x", (), [[1.0]], [[2.0]]) == [Edit("x", (), 2.0)]
    assert edits_of("x", (3,), [[1.0, 2.0, 3.0]], [[1.0, 2.0, 4.0]]) == [Edit("x", (2,), 4.0)]


@pytest.mark.parametrize("name", ["x", "y", "0.weight", "2.bias.grad"])
def test_every_tensor_opens_as_a_table(name):
    at = press(opened(), "Backward")
    session(at).edited_tensor = name
    at.run()
    assert not at.exception
    table = at.dataframe[0].value
    assert table.to_numpy().reshape(-1).tolist() == machine(at).tensor(name).reshape(-1).tolist()


def test_a_tensor_too_large_for_a_table_says_where_to_set_its_numbers():
    at = opened(preset="sequential")
    session(at).edited_tensor = "0.weight"
    at.run()
    assert "100,000" in at.info[0].value


def test_a_typed_table_is_what_the_net_learns_from():
    at = unfold(opened(), "data")
    chosen_data(at, "kind").set_value("Table").run()
    chosen_data(at, "rows").set_value("a,b,y\n0.5, 1, 2\n3, 4, 5").run()
    assert machine(at).trainer.x.tolist() == [[0.5, 1], [3, 4]]
    assert machine(at).trainer.y.tolist() == [[2], [5]]
    chosen_data(at, "rows").set_value("1, 2\n3").run()
    assert "row 1" in at.error[0].value
    assert machine(at).trainer.x.tolist() == [[0.5, 1], [3, 4]]


def test_a_number_set_by_hand_is_in_the_net():
    at = unfold(opened(), "more")
    index = lambda: next(one for one in at.text_input if one.label == "at index")  # noqa: E731
    index().set_value("1, 0")
    at.number_input(key="lab_value").set_value(2.5)
    at.button[[button.label for button in at.button].index("Set")].click().run()
    assert not at.exception
    assert "Set" not in [button.label for button in at.button], "its action closes the menu"
    assert machine(at).actions[-1] == Edit("0.weight", (1, 0), 2.5)
    assert machine(at).trainer.net[0].weight[1, 0].item() == 2.5
    unfold(at, "more")
    index().set_value("1; drop")
    at.button[[button.label for button in at.button].index("Set")].click().run()
    assert "no position" in at.toast[0].value


def test_the_rare_actions_are_torchs_own():
    at = opened()
    for name in ("rare_Backward", "Backward", "rare_ZeroGrad", "rare_Train", "rare_freeze"):
        press(unfold(at, "more"), name)
    assert [turn.error for turn in machine(at).history] == [None] * 6
    net = machine(at).trainer.net
    assert not net.training
    assert not net[0].weight.requires_grad
    assert net[0].bias.grad.tolist() == [0, 0, 0]


def test_training_until_a_loss_ends_at_the_first_iteration_below_it():
    at = opened()
    unfold(at, "more")
    at.number_input(key="lab_until").set_value(0.2).run()
    run_out(at, "rare_until")
    losses = machine(at).history[1].losses
    assert losses[-1] < 0.2 <= min(losses[:-1])
    assert machine(at).actions[1] == Iterate(len(losses)), "the link says how many there were"


@pytest.fixture
def endless(monkeypatch):
    """Let runs be longer than any test waits."""
    monkeypatch.setenv("GRAPHTRACE_MAX_STEPS", "1000000")
    monkeypatch.setenv("GRAPHTRACE_MAX_SECONDS", "600")


def run_long(at: AppTest) -> BackgroundRun:
    run_n(at, 1_000_000)
    going = session(at).run
    assert going is not None
    return going


def test_a_long_run_shows_how_far_it_is_and_ends_when_it_is_stopped(endless):
    at = opened()
    going = run_long(at)
    shown = at.get("progress")[0].proto
    assert "of 1,000,000 iterations" in shown.text
    assert len(machine(at).history) == 1, "the story is the one before"
    press(at, "stop")
    assert going.over
    assert session(at).run is None
    assert not at.get("progress")
    turn = machine(at).history[1]
    assert turn.end_reason == "stopped"
    assert 0 < len(turn.losses) < 1_000_000
    plain = lab.Machine(machine(at).spec)
    plain.replay(machine(at).actions)
    assert plain.fingerprint() == machine(at).fingerprint(), "stopping it tore nothing"


def test_what_is_pressed_during_a_run_ends_it_first(endless):
    at = opened()
    going = run_long(at)
    press(at, "Backward")
    assert going.over
    assert [type(action).__name__ for action in machine(at).actions] == ["Forward", "Iterate", "Forward", "Backward"]
    run_long(at)
    at.selectbox(key="lab_preset_xor").set_value("moons").run()
    assert not at.exception
    assert (session(at).run, machine(at).spec) == (None, lab.preset("moons").spec)


def test_the_page_may_be_drawn_in_every_part_during_a_run(endless):
    at = opened()
    run_long(at)
    for part in ("charts", "code", "graph"):
        show(at, part)
        assert at.get("progress")
    press(at, "stop")


def test_a_run_rests_while_its_machine_is_read_and_can_be_stopped_from_there(endless):
    at = opened()
    going = run_long(at)
    with going.paused():
        done = going.done
        assert not going.wait(0.05)
        assert going.done == done, "no iteration is done meanwhile"
        assert all(found.grad is not None for found in machine(at).trainer.net.parameters())
    with going.paused():
        assert going.done > done, "it goes on in between"
        going.stop()
        assert going.over
    session(at).finish_run()
    assert len(machine(at).history) == 3


def test_an_error_in_a_run_is_told_and_the_run_is_over():
    at = opened()
    change(at, 0, name="only")
    do_pressed(session(at), {"do": "detach", "name": "2", "on": True}, "en")
    run_out(at)
    assert "does not require grad" in at.toast[0].value
    assert machine(at).history[-1].error is None
    assert session(at).run is None


def test_undo_of_a_run_leads_to_what_was_shown_before_it():
    at = press(opened(), "Backward")
    before = machine(at).fingerprint()
    run_out(at)
    after = machine(at).fingerprint()
    press(at, "undo")
    assert (machine(at).position, machine(at).fingerprint()) == (2, before)
    assert sent(at)["length"]
    assert data(at)["play"]["views"]
    press(at, "redo")
    assert machine(at).fingerprint() == after
    assert machine(at).position == len(machine(at).history)


def optimizer_of(at: AppTest):
    return next(one for one in at.selectbox if one.key.startswith("lab_training") and one.key.endswith(".kind"))


def choice_of(at: AppTest):
    return next((one for one in at.get("button_group") if "lab_choice" in one.key), None)


def test_another_optimizer_in_the_builder_goes_on_with_the_weights_and_can_be_undone_or_started_again():
    at = run_out(opened())
    trained, steps = machine(at).weights(), machine(at).trainer.steps
    picker = optimizer_of(unfold(at, "training"))
    assert choice_of(at) is None
    picker.select("Adam").run()
    assert machine(at).trainer.steps == steps == 100
    assert all(machine(at).weights()[name].equal(one) for name, one in trained.items())
    assert choice_of(at) is not None
    press(at, "undo")
    assert type(machine(at).spec.optimizer).__name__ == type(session(at).spec.optimizer).__name__ == "SGD"
    assert optimizer_of(at).value == "SGD"
    press(at, "redo")
    assert type(session(at).spec.optimizer).__name__ == "Adam"
    other = opened(**address(at))
    assert machine(other).fingerprint() == machine(at).fingerprint()
    assert session(other).spec == session(at).spec


def test_the_user_is_asked_once_and_may_start_again_instead():
    at = run_out(opened())
    picker = optimizer_of(unfold(at, "training"))
    picker.select("Adam").run()
    choice_of(at).set_value(False).run()
    assert machine(at).trainer.steps == 0
    assert machine(at).weights()["0.weight"].equal(lab.Machine(machine(at).spec).weights()["0.weight"])
    choice_of(at).set_value(True).run()
    assert machine(at).trainer.steps == 100
    press(at, "Forward")
    assert choice_of(at) is None


def test_another_net_another_preset_and_starting_again_can_be_undone():
    at = run_out(opened())
    trained = machine(at).fingerprint()
    add(at, "Tanh")
    assert len(machine(at).spec.layers) == 4
    assert machine(at).trainer.steps == 0
    press(at, "undo")
    assert machine(at).fingerprint() == trained
    assert session(at).spec == machine(at).spec == lab.preset("xor").spec
    press(at, "again")
    assert machine(at).trainer.steps == 0
    press(at, "undo")
    assert machine(at).fingerprint() == trained
    at.selectbox(key="lab_preset_xor").select("moons").run()
    assert machine(at).spec == lab.preset("moons").spec
    press(at, "undo")
    assert machine(at).fingerprint() == trained
    assert session(at).preset == "xor"


def test_an_edit_that_does_not_run_is_undone_by_itself():
    at = run_out(opened())
    trained = machine(at).fingerprint()
    change(at, 2, in_features=7)
    assert session(at).problems
    press(at, "undo")
    assert not session(at).problems
    assert machine(at).fingerprint() == trained
    assert session(at).spec == machine(at).spec


def test_another_optimizer_takes_over_in_mid_run():
    at = unfold(press(opened(), "iterate"), "more")
    swap = lambda name: f"lab_swap_{session(at).playback_id}{name}"  # noqa: E731
    assert at.button(key="lab_rare_swap").disabled
    at.selectbox(key=swap("")).set_value("Adam").run()
    at.number_input(key=swap(".Adam.lr")).set_value(0.02).run()
    before = machine(at).fingerprint()
    press(at, "rare_swap", "iterate")
    assert isinstance(machine(at).trainer.torch_optimizer, torch.optim.Adam)
    assert machine(at).actions[5] == Swap(Adam(0.02))
    assert machine(at).losses[2] < machine(at).losses[1]
    for _ in range(5):
        press(at, "undo")
    assert machine(at).fingerprint() == before


def test_the_address_opens_to_the_same_frame_in_a_fresh_session():
    at = press(opened(preset="mazur"), "Backward", "Step", "Forward", "Backward")
    other = opened(**address(at))
    assert machine(other).fingerprint() == machine(at).fingerprint()
    assert machine(other).losses == machine(at).losses
    assert sent(other) == sent(at)
    assert data(other)["play"]["views"] == data(at)["play"]["views"]
    assert data(other)["start"] == data(at)["start"]
    assert "Rebuilt" in other.toast[0].value
    assert session(other).preset == "mazur"


@pytest.mark.parametrize("part", ["charts", "code", "graph"])
def test_the_part_of_the_page_is_in_the_address(part):
    at = show(opened(), part)
    assert session(opened(**address(at))).part == part
    assert session(opened(show="nonsense")).part == "graph"


def test_the_line_of_time_leads_anywhere():
    at = press(opened(), "Backward", "iterate", "iterate", "iterate")
    end = machine(at).fingerprint()
    show(run_out(at), "charts")
    story = data(at)["tools"]["story"]
    words = [re.sub(r" · loss [\d.]+$", "", part[2]) for part in story["parts"]]
    assert words == ["Forward", "Backward", "ZeroGrad · Forward · Backward · Step ×3", "run 100 · Forward"]
    assert [part[1] for part in story["parts"]] == ["forward", "backward", "many", "many"]
    assert [part[3] for part in story["parts"]] == [1, 0, 3, 101]
    assert story["at"] == story["parts"][-1][0] == machine(at).position
    tool(at, "go", to=story["parts"][2][0])
    assert machine(at).fingerprint() == end
    tool(at, "go", to=10_000)
    assert machine(at).position == len(machine(at).history)
    for odd in (-1, "4", None, True, 2.5):
        tool(at, "go", to=odd)
    assert machine(at).position == 1, "the nearest place; what is no place changes nothing"


def test_a_press_on_a_run_of_the_line_of_time_opens_that_iteration():
    at = run_out(press(opened(), "Backward"))
    end, losses, parts = machine(at).fingerprint(), machine(at).losses, data(at)["tools"]["story"]["parts"]
    tool(at, "open", to=40)
    assert machine(at).losses == losses[:40]
    assert data(at)["autoplay"]
    story = data(at)["tools"]["story"]
    assert story["at"] == machine(at).position
    assert story["at"] in [part[0] for part in story["parts"]]
    assert sum(part[3] for part in story["parts"]) == len(losses)
    assert machine(opened(**address(at))).losses == losses[:40]
    press(at, "undo")
    assert (machine(at).fingerprint(), data(at)["tools"]["story"]["parts"]) == (end, parts)


def test_the_line_of_time_has_errors_and_designs():
    at = press(opened(), "Backward", "Backward")
    optimizer_of(unfold(at, "training")).select("Adam").run()
    parts = data(at)["tools"]["story"]["parts"]
    assert [part[1] for part in parts] == ["forward", "backward", "design"]
    assert [part[4] for part in parts] == [False, True, False]
    assert data(at)["tools"]["story"]["fork"] is None


def test_the_line_of_time_folds_one_action_in_its_own_colour():
    parts = data(press(opened(), "Forward", "Forward", "Backward"))["tools"]["story"]["parts"]
    assert [(part[1], part[3]) for part in parts] == [("forward", 3), ("backward", 0)]


def test_a_long_line_of_time_folds_its_beginning():
    machine_ = lab.Machine(lab.preset("xor").spec)
    machine_.forward()
    for k in range(90):
        machine_.do(Edit("0.bias", (0,), float(k)))
    told = story_payload(LabSession(machine_.spec, machine_, "xor"), "en")
    assert len(told["parts"]) == MOST + 1
    assert told["parts"][0][1:4] == ("many", "earlier", 1)
    assert [part[0] for part in told["parts"]] == [91 - MOST, *range(92 - MOST, 92)]


def test_a_link_that_begins_before_the_first_forward_pass_shows_a_graph():
    scene = lab.Scene(lab.preset("xor").spec, (Forward(), Backward(), Iterate(20), Forward()), 0)
    at = opened(lab=lab.encode(scene))
    assert machine(at).position == 1
    assert len(kinds(at)) > 1
    inside = opened(lab=lab.encode(replace(scene, position=3)))
    assert machine(inside).position == 4, "a run and what is shown after it are one"
    assert machine(press(at, "redo")).position == 2


def test_a_link_that_leaves_something_out_says_so_and_what_to_do():
    at = opened()
    assert not any("leaves out" in caption.value for caption in at.caption)
    for k in range(700):
        session(at).machine.do(Edit("0.bias", (0,), math.sin(k)), watch=False)
    session(at).restart()
    at.run()
    told = [caption.value for caption in at.caption if "leaves out" in caption.value]
    assert len(told) == 1
    assert "702" in told[0]
    assert "save the lab file" in told[0]
    other = opened(**address(at))
    assert machine(other).fingerprint() == machine(at).fingerprint()
    assert len(machine(other).history) == 1


def test_a_link_to_an_undone_place_can_be_redone():
    at = press(opened(), "Backward", "Step", "undo")
    other = opened(**address(at))
    assert machine(other).fingerprint() == machine(at).fingerprint()
    assert machine(press(other, "redo")).fingerprint() == machine(press(at, "redo")).fingerprint()


def test_a_link_to_a_run_runs_again():
    at = opened()
    run_out(at)
    other = opened(**address(at))
    assert machine(other).losses == machine(at).losses
    assert len(machine(other).losses) == 102


def test_a_link_to_a_run_that_is_too_long_says_so_and_shows_the_net():
    long = lab.Scene(lab.preset("xor").spec, (Forward(), Iterate(9_000), Iterate(2_000)), 3)
    at = opened(lab=lab.encode(long))
    assert "11,000" in at.toast[0].value
    assert len(machine(at).losses) == 1


def scene(*actions) -> str:
    return lab.encode(lab.Scene(lab.preset("xor").spec, actions, len(actions)))


@pytest.mark.parametrize(
    "link",
    [
        "1",
        "x" * 3000,
        "<script>alert(1)</script>",
        "1eNqFzrEKwjAQBuB3",
        scene(Forward(), Backward())[:-9],
        "2" + scene(Forward())[1:],
        scene(Edit("nothing.weight", (0,), 1.0)),
        scene(Forward(), Edit("0.weight", (99, 0), 1.0)),
    ],
)
def test_a_damaged_or_hostile_link_gives_a_message_and_the_default(link):
    at = opened(lab=link)
    assert not at.exception
    assert at.toast[0].value
    assert machine(at).spec == lab.preset("xor").spec
    assert data(at)["play"]["views"]


def test_an_unknown_preset_gives_a_message_and_the_default():
    at = opened(preset="../../etc")
    assert "unknown preset" in at.toast[0].value
    assert session(at).preset == "xor"


def test_the_address_hides_what_it_names_and_one_button_shows_it_again():
    at = opened(preset="blackboard", hide="builder,code,nonsense")
    assert not [one for one in at.selectbox if (one.key or "").startswith("lab_preset")]
    assert (data(at)["bare"], data(at)["present"]) == (True, False)
    assert address(at)["hide"] == "builder,code"
    press(at, "Backward", "show_all")
    assert not data(at)["bare"]
    assert "hide" not in address(at)
    assert at.selectbox(key="lab_preset_blackboard")
    bare = opened(hide="actions,all")
    assert data(bare)["tools"] is None
    assert not bare.get("expander") or "More" not in [one.label for one in bare.expander]
    assert data(bare)["present"]


def test_the_link_to_share_has_theme_and_hidden_controls_and_opens_to_the_same():
    at = unfold(press(opened(preset="blackboard"), "Backward"), "share")
    next(group for group in at.get("button_group") if group.key == "lab_link_hide").set_value(["code", "builder"]).run()
    next(group for group in at.get("button_group") if group.key == "lab_link_theme").set_value("dark").run()
    link = urlsplit(next(code.value for code in at.code if "lab=" in code.value))
    query = {name: values[0] for name, values in parse_qs(link.query).items()}
    assert (query.pop("embed"), query.pop("embed_options")) == ("true", "dark_theme")
    other = opened(**query)
    assert session(other).hidden == {"builder", "code"}
    assert sent(other) == sent(at)
    assert data(other)["start"] == data(at)["start"]


def saved(at: AppTest) -> bytes:
    return files.dumps(scene_of(session(at)))


def test_a_saved_lab_opens_in_the_lab_and_on_the_page_for_files():
    at = press(opened(preset="mazur"), "Backward", "Step", "Forward", "Backward", "undo")
    other = unfold(opened(), "share")
    next(one for one in other.get("file_uploader") if "lab_open" in one.key).upload("a.json", saved(at)).run()
    assert not other.exception
    assert machine(other).fingerprint() == machine(at).fingerprint()
    assert machine(press(other, "redo")).fingerprint() == machine(press(at, "redo")).fingerprint()
    page = AppTest.from_file(ROOT / "viz_app.py", default_timeout=60)
    page.switch_page("pages/2_Your_file.py").run()
    page.get("file_uploader")[0].upload("a.lab.json", saved(at)).run()
    assert not page.exception
    assert machine(page).fingerprint() == machine(at).fingerprint()


def test_a_damaged_lab_is_told_and_the_one_on_the_stage_stays():
    at = unfold(opened(), "share")
    good = machine(at)
    next(one for one in at.get("file_uploader") if "lab_open" in one.key).upload("a.json", b'{"format": 1}').run()
    assert "no lab" in at.error[0].value
    assert machine(at) is good


def test_a_lab_with_weights_goes_on_from_them_and_says_that_no_link_holds_them():
    at = run_out(opened())
    content = files.dumps(lab.Scene(machine(at).spec), machine(at).weights())
    other = unfold(opened(), "share")
    next(one for one in other.get("file_uploader") if "lab_open" in one.key).upload("a.safetensors", content).run()
    assert machine(other).losses[0] == machine(at).losses[-1]
    assert any("weights from a file" in caption.value for caption in other.caption)
    assert "lab" not in address(other)
    change(other, 0, name="first")
    assert "lab" in address(other), "an edited net starts from its seed again"


def test_the_story_leaves_as_a_recording_and_as_a_page():
    at = press(opened(), "Backward")
    kept = loads_any(share.recording_file(session(at)))
    assert [event.kind for event in kept.events] == kinds(at)
    assert b"<html" in share._html_file(session(at), "xor")


def test_mazurs_published_numbers_are_those_of_the_player():
    at = press(opened(preset="mazur"), "Backward", "Step")
    published = [0.149780716, 0.19956143, 0.24975114, 0.29950229]
    assert numbers(at, "param_update")["hidden.weight"] == pytest.approx(published, abs=1e-8)
    assert numbers(at, "accumulate")["out.weight"][0] == pytest.approx(0.082167041, abs=1e-9)
    assert numbers(at, "param_update")["out.weight"][0] == pytest.approx(0.358916480, abs=1e-9)
    assert machine(at).losses == pytest.approx([0.298371109], abs=1e-9)


def test_the_blackboards_integers_are_those_of_the_player():
    at = press(opened(preset="blackboard"), "Backward")
    assert machine(at).losses == (8.0,)
    assert numbers(at, "accumulate") == {"w1.weight": [8, 16, -8, -4], "w2.weight": [8, -4]}


def test_charts_and_code_show_without_a_picture_and_come_back():
    at = press(opened(), "Backward", "Step")
    for part, kind in (("charts", "plotly_chart"), ("code", "code"), ("graph", "bidi_component")):
        show(at, part)
        assert at.get(kind)
    assert sent(at)["length"]


def test_the_part_that_is_shown_stays_when_the_net_changes():
    at = opened()
    show(at, "code")
    edit(at, "remove", 1)
    assert not at.exception
    assert at.code
    assert len(machine(at).spec.layers) == 2


def test_the_shown_code_is_the_program():
    at = press(opened(), "Backward", "Backward")
    show(at, "code")
    assert at.code[0].value == lab.program(machine(at).spec).text.strip()
    next(group for group in at.get("button_group") if group.key == "lab_code").set_value("done").run()
    assert at.code[0].value.count("loss.backward()") == 2
    assert "try:" in at.code[0].value, "what raised here raises there, and is caught"


def test_the_page_speaks_chinese():
    at = opened(lang="zh")
    assert data(at)["patch"]["texts"]["do_run"] == "运行"
    assert data(at)["patch"]["language"] == "zh"


def alone(seed: int) -> tuple[float, ...]:
    """Do what a session does, but for its widgets: AppTest itself bears no two at once (see tests/browser)."""
    spec = replace(lab.preset("moons").spec, seed=seed)
    one = LabSession(spec, lab.Machine(spec), "")
    for _ in range(3):
        one.do(ZeroGrad(), Forward(), Backward(), Step())
    one.start_run(20)
    if one.run is not None:  # a busy machine may take long
        assert one.run.wait(60)
        one.finish_run()
    return one.machine.losses


def test_sessions_at_once_get_the_numbers_of_lone_ones():
    lone = {seed: alone(seed) for seed in range(4)}
    together: dict[int, tuple[float, ...]] = {}
    threads = [threading.Thread(target=lambda s=seed: together.update({s: alone(s)})) for seed in lone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == lone
    assert len(set(lone.values())) == 4
