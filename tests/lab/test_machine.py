"""Machines: every order of actions runs for real, is recorded, and goes on after torch's own errors."""

import math
import threading
from contextlib import suppress
from dataclasses import replace
from itertools import count, permutations
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab import datasets, edits
from graphtrace.lab.records.actions import Backward, Forward, Hook
from graphtrace.lab.records.layers import BatchNorm1d, Detach, Dropout, Linear, ReLU, RetainGrad, Tanh
from graphtrace.lab.records.spec import SGD, Adam, ByHand, Loss, Spec, StepLR
from graphtrace.lab.running import history_entries
from graphtrace.model import check_recording

XOR = lab.preset("xor").spec
NETS = [preset for preset in lab.PRESETS if preset.buildable]


def kinds(recording):
    return [event.kind for event in recording.events]


def plain_xor(steps, seed=1):
    """The opening preset, written by hand."""
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    torch.manual_seed(seed)
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    criterion, optimizer, losses = nn.MSELoss(), torch.optim.SGD(net.parameters(), lr=0.1), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, net


@pytest.mark.parametrize("preset", NETS, ids=lambda preset: preset.name)
def test_every_preset_runs_in_order_and_in_every_wrong_order(preset):
    machine = lab.Machine(preset.spec)
    for call in ("step", "backward", "zero_grad", "forward", "backward", "backward", "step", "zero_grad", "step"):
        recording = getattr(machine, call)()
        report = recording.audit()
        assert report.ok, (call, report.violations)
        assert ("error" in kinds(recording)) == (machine.history[-1].error is not None)
    errors = [turn.error for turn in machine.history]
    assert "name 'loss' is not defined" in errors[1]
    again = "does not require grad" if preset.name == "freeze_all" else "backward through the graph a second time"
    assert again in errors[5]
    assert errors[2] is errors[3] is errors[6] is errors[7] is None
    machine.forward()
    assert machine.history[-1].error is None


@pytest.mark.parametrize("order", list(permutations(("forward", "backward", "step", "zero_grad"))))
def test_every_order_of_four_actions_equals_the_same_calls_in_plain_pytorch(order):
    machine = lab.Machine(XOR)
    for call in order * 2:
        getattr(machine, call)()
    _, net = plain_xor(0)
    x, y = machine.trainer.x, machine.trainer.y
    optimizer, loss = torch.optim.SGD(net.parameters(), lr=0.1), None
    for call in order * 2:
        if call == "forward":
            loss = nn.functional.mse_loss(net(x), y)
        elif call == "backward":
            with suppress(AttributeError, RuntimeError):
                loss.backward()
        else:
            getattr(optimizer, call)()
    for name, one in net.named_parameters():
        assert torch.equal(machine.tensor(name), one.detach()), name
        assert (one.grad is None) == (machine.trainer.find_tensor(name).grad is None)
        assert one.grad is None or torch.equal(machine.tensor(f"{name}.grad"), one.grad)


def test_a_loop_has_the_losses_of_the_plain_loop_bit_for_bit():
    losses, net = plain_xor(200)
    machine = lab.Machine(XOR)
    run = machine.iterate(200)
    assert list(run.losses) == losses
    assert all(torch.equal(machine.tensor(name), one) for name, one in net.state_dict().items())


def test_the_opening_preset_trains_until_it_is_solved():
    machine = lab.Machine(lab.preset(lab.OPENING).spec)
    run = machine.iterate(2000, stop=lambda done, loss: loss < 0.01)
    assert run.end_reason == "stopped"
    assert run.action.n == len(run.losses) < 2000
    assert machine.predict(machine.trainer.x).round().flatten().tolist() == [0, 1, 1, 0]


def test_a_watched_loop_gives_the_same_numbers_and_a_recording_that_obeys_the_laws():
    watched, silent = lab.Machine(XOR), lab.Machine(XOR)
    run = watched.iterate(5, watch=True)
    assert run.losses == silent.iterate(5).losses
    assert watched.fingerprint() == silent.fingerprint()
    assert run.recording.audit().ok
    assert len(run.recording.graphs) == 5
    assert kinds(run.recording).count("step_end") == 5


def test_backward_accumulates_until_zero_grad():
    machine = lab.Machine(XOR)
    machine.forward()
    machine.backward(retain_graph=True)
    once = machine.tensor("0.weight.grad")
    machine.backward()
    assert torch.equal(machine.tensor("0.weight.grad"), 2 * once)
    machine.zero_grad(set_to_none=False)
    assert not machine.tensor("0.weight.grad").any()
    machine.zero_grad()
    assert machine.trainer.find_tensor("0.weight").grad is None


def test_the_graph_of_a_backward_knows_the_operations_of_the_forward_before_it():
    machine = lab.Machine(lab.preset("lenet").spec)
    machine.forward()
    recording = machine.backward()
    graph = recording.graphs[0]
    modules = {recording.ops[node.op].module for node in graph.nodes if node.op is not None}
    assert {"conv1", "relu1", "pool1", "conv2", "fc1", "fc2", "fc3"} <= modules
    assert len(graph.nodes) == 26
    check_recording(recording)


def test_operations_point_into_the_program():
    machine = lab.Machine(XOR)
    recording = machine.forward()
    program = lab.program(XOR)
    assert {op.source.file for op in recording.ops} == {"program.py"}
    line = program.text.splitlines()[recording.ops[0].source.line - 1]
    assert line.strip() == "loss = criterion(net(x), y)"


@pytest.mark.reads_saved
def test_editing_a_saved_number_between_forward_and_backward_shows_torchs_own_error():
    machine = lab.Machine(XOR)
    machine.forward()
    assert "param_update" in kinds(machine.edit("2.weight", (0, 1), 7.0))
    recording = machine.backward()
    assert "modified by an inplace operation" in machine.history[-1].error
    begin = next(event for event in recording.events if event.kind == "backward_begin")
    assert any(name.startswith("stale:") for name, _ in begin.facts)
    assert machine.tensor("2.weight")[0, 1] == 7


def test_gradients_and_inputs_can_be_edited():
    machine = lab.Machine(XOR)
    machine.edit("x", (0, 1), 5)
    machine.forward()
    machine.backward()
    machine.edit("0.bias.grad", (2,), -3)
    before = machine.tensor("0.bias")
    machine.step()
    assert machine.tensor("0.bias")[2] == before[2] - 0.1 * torch.tensor(-3.0)
    assert machine.tensor("x")[0, 1] == 5


@pytest.mark.parametrize(
    ("tensor", "index", "value", "said"),
    [
        ("0.weight", (3, 0), 1.0, "has no number at"),
        ("0.weight", (0,), 1.0, "has no number at"),
        ("0.weight", (-1, 0), 1.0, "index"),
        ("0.weight", (0, 0), math.nan, "value is not a number"),
        ("0.weight", (0, 0), "1", "value is not a number"),
        ("nothing", (0, 0), 1.0, "unknown tensor: 'nothing'"),
        ("0.weight.grad", (0, 0), 1.0, "0.weight has no gradient yet: None"),
    ],
)
def test_an_edit_that_fits_nothing_is_refused_and_nothing_is_done(tensor, index, value, said):
    machine = lab.Machine(XOR)
    before = machine.fingerprint()
    with pytest.raises(SpecError, match=said):
        machine.edit(tensor, index, value)
    assert (machine.fingerprint(), machine.history) == (before, ())


def test_tokens_and_classes_can_only_be_set_to_what_there_is():
    machine = lab.Machine(lab.preset("weight_tying").spec)
    machine.edit("x", (0,), 4)
    with pytest.raises(SpecError, match="x holds whole numbers below 5: 5"):
        machine.edit("x", (0,), 5)


def test_a_frozen_parameter_gets_no_gradient_until_it_is_thawed():
    machine = lab.Machine(XOR)
    machine.freeze("0.weight")
    machine.forward()
    machine.backward()
    assert machine.trainer.find_tensor("0.weight").grad is None
    machine.freeze("0.weight", False)
    machine.forward()
    machine.backward()
    assert machine.trainer.find_tensor("0.weight").grad is not None


def test_another_optimizer_goes_on_from_the_same_parameters():
    machine = lab.Machine(XOR)
    machine.iterate(3)
    machine.swap(Adam(0.5))
    before = machine.tensor("2.bias")
    assert "step_begin" in kinds(machine.iterate(1, watch=True).recording)
    assert (machine.tensor("2.bias") - before).abs().item() == pytest.approx(0.5, rel=1e-4)  # Adam's first step is lr


def test_torchs_refusal_of_an_optimizer_is_a_scene():
    machine = lab.Machine(replace(XOR, optimizer=SGD(0.1, nesterov=True)))
    machine.forward()
    machine.backward()
    assert "error" in kinds(machine.step())
    assert "Nesterov momentum requires a momentum" in machine.history[-1].error


def test_batch_norm_on_one_sample_is_a_scene():
    spec = Spec((Linear(2, 3), BatchNorm1d(3), Linear(3, 1)), data=datasets.Random(1))
    machine = lab.Machine(spec)
    machine.forward()
    assert "Expected more than 1 value per channel" in machine.history[-1].error
    machine.train(False)
    machine.forward()
    assert machine.history[-1].error is None


def test_a_loss_that_is_a_vector_is_a_scene():
    machine = lab.Machine(replace(XOR, loss=Loss("MSELoss", "none")))
    machine.forward()
    machine.backward()
    assert "implicitly created only for scalar outputs" in machine.history[-1].error
    assert machine.iterate(5).end_reason == "error"


def test_a_net_without_parameters_is_a_scene():
    machine = lab.Machine(Spec((Tanh(),)))
    machine.step()
    assert "empty parameter list" in machine.history[-1].error


def test_layers_that_detach_or_retain_do_so():
    spec = Spec((Linear(2, 3), RetainGrad(), Linear(3, 2), Detach(), Linear(2, 1)))
    machine = lab.Machine(edits.remove(spec, 3))
    machine.forward()
    assert "retained" in kinds(machine.backward())
    cut = lab.Machine(spec)
    cut.forward()
    cut.backward()
    assert cut.trainer.find_tensor("0.weight").grad is None
    assert cut.trainer.find_tensor("4.weight").grad is not None


def test_a_scheduler_changes_the_learning_rate():
    machine = lab.Machine(replace(XOR, scheduler=StepLR(2, 0.5)))
    machine.iterate(4)
    assert machine.trainer.build_optimizer().param_groups[0]["lr"] == pytest.approx(0.1 * 0.5**2)


def test_dropout_draws_what_torch_draws_after_the_same_seed():
    machine = lab.Machine(Spec((Linear(2, 50), Dropout(0.3), Linear(50, 1)), seed=4))
    machine.forward()
    first = machine.loss.item()
    machine.forward()
    torch.manual_seed(4)
    net = nn.Sequential(nn.Linear(2, 50), nn.Dropout(0.3), nn.Linear(50, 1))
    x, y = machine.trainer.x, machine.trainer.y
    expected = [nn.functional.mse_loss(net(x), y).item() for _ in range(2)]
    assert [first, machine.loss.item()] == expected
    assert first != machine.loss.item()


def test_machines_in_threads_have_the_numbers_of_a_lone_run():
    spec = Spec((Linear(2, 16), Dropout(0.5), ReLU(), Linear(16, 1)), Loss("BCEWithLogitsLoss"), data=datasets.Moons())
    alone = lab.Machine(spec)
    alone.iterate(50)
    found = []

    def run():
        for _ in range(4):
            machine = lab.Machine(spec)
            machine.forward()
            machine.undo()
            machine.iterate(50)
            machine.undo()
            machine.redo()
            found.append((machine.losses, machine.fingerprint()))

    threads = [threading.Thread(target=run) for _ in range(4)]
    noise = threading.Thread(target=lambda: [torch.manual_seed(i) and torch.rand(9) for i in range(3000)])
    for thread in (*threads, noise):
        thread.start()
    for thread in (*threads, noise):
        thread.join()
    assert found == [(alone.losses, alone.fingerprint())] * 16


def test_a_run_ends_when_it_is_told_and_only_what_was_done_is_written_down():
    machine = lab.Machine(XOR)
    run = machine.iterate(1000, stop=lambda done, loss: done == 7)
    assert (run.end_reason, run.action.n, len(machine.losses)) == ("stopped", 7, 7)


def test_a_page_that_ends_its_script_inside_a_run_leaves_a_whole_machine():
    class Rerun(BaseException):
        pass

    def stop(done, loss):
        if done == 3:
            raise Rerun

    machine, other = lab.Machine(XOR), lab.Machine(XOR)
    with pytest.raises(Rerun):
        machine.iterate(10, stop=stop)
    other.iterate(3)
    assert machine.fingerprint() == other.fingerprint()
    assert machine.actions == other.actions


def test_a_run_ends_when_its_time_is_up(monkeypatch):
    monkeypatch.setenv("GRAPHTRACE_MAX_SECONDS", "1")
    monkeypatch.setattr(history_entries, "time", SimpleNamespace(monotonic=count(step=0.25).__next__))
    run = lab.Machine(XOR).iterate(10_000)
    assert (run.end_reason, len(run.losses)) == (
        "time",
        5,
    )  # a second is up after four looks at the clock, not yet past


def test_predicting_changes_nothing():
    machine = lab.Machine(Spec((Linear(2, 4), BatchNorm1d(4), Dropout(), Linear(4, 1))))
    machine.forward()
    before = machine.fingerprint()
    assert machine.predict(torch.zeros(9, 2)).shape == (9, 1)
    assert machine.fingerprint() == before
    with pytest.raises(SpecError, match="the net takes no"):
        machine.predict(torch.zeros(9, 3))
    assert machine.trainer.net.training


class Calls(TorchDispatchMode):
    """Counts what is asked of torch's kernels."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count += 1
        return func(*args, **(kwargs or {}))


def test_the_loop_asks_less_than_twice_as_much_of_torch_as_the_plain_one():
    machine = lab.Machine(XOR)
    with Calls() as ours:
        machine.iterate(300)
    with Calls() as plain:
        plain_xor(300)
    assert plain.count > 300 * 10
    assert plain.count < ours.count < 2 * plain.count


def test_by_hand_equals_sgd():
    hand, sgd = lab.Machine(replace(XOR, optimizer=ByHand(0.1))), lab.Machine(XOR)
    assert hand.iterate(20).losses == pytest.approx(sgd.iterate(20).losses, rel=1e-5)
    assert "param_update" in kinds(hand.iterate(1, watch=True).recording)


def test_a_detached_output_stops_the_gradient_there_until_it_is_let_go():
    machine = lab.Machine(lab.preset("xor").spec)
    machine.hook("0", "detach")
    machine.forward()
    machine.backward()
    net = machine.trainer.net
    assert net[0].weight.grad is None
    assert net[2].weight.grad is not None
    machine.hook("0", "nothing")
    machine.forward()
    machine.backward()
    assert net[0].weight.grad is not None


def test_an_output_that_retains_its_gradient_shows_the_one_that_torch_left_on_it():
    machine = lab.Machine(lab.preset("xor").spec)
    machine.hook("1", "retain_grad")
    machine.forward()
    events = machine.backward().events
    net, x, y = machine.trainer.net, machine.trainer.x, machine.trainer.y
    hidden = net[1](net[0](x)).detach().requires_grad_()
    torch.nn.functional.mse_loss(net[2](hidden), y).backward()
    found = [event.tensor("after") for event in events if event.kind == "retained"]
    assert len(found) == 1
    assert found[0].norm == pytest.approx(hidden.grad.norm().item(), rel=1e-6)


def test_detaching_the_last_output_lets_torch_refuse_the_backward_pass():
    machine = lab.Machine(lab.preset("xor").spec)
    machine.hook("2", "detach")
    machine.forward()
    machine.backward()
    assert "does not require grad" in machine.history[-1].error


def test_hooks_are_undone_and_redone_with_everything_else():
    machine = lab.Machine(lab.preset("xor").spec)
    prints = [machine.fingerprint()]
    for action in (Hook("0", "detach"), Forward(), Hook("0", "retain_grad"), Backward(), Hook("0", "nothing")):
        machine.do(action)
        prints.append(machine.fingerprint())
    for position in (5, 1, 3, 0, 4, 2):
        machine.go(position)
        assert machine.fingerprint() == prints[position]
    assert len(set(prints[:2])) == 2


def test_a_hook_on_no_module_is_refused_and_nothing_is_done():
    machine = lab.Machine(lab.preset("xor").spec)
    with pytest.raises(SpecError, match="unknown module: '7'"):
        machine.hook("7", "detach")
    assert machine.history == ()
