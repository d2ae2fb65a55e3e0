"""Chosen steps of a long run are recorded as a whole recording has them; of others a summary is left, or nothing."""

import math
from contextlib import nullcontext

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.optim import optimizer as optimizer_module
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

import graphtrace as gt
from tests.support import oracle

STEPS = 12


def training(recording=None, count=STEPS, around=nullcontext, **chosen):
    """Train for some steps, recorded or not; return the recorder, the losses and the final parameters."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5, momentum=0.9)
    x, y = torch.randn(4, 2), torch.randn(4, 1)
    losses = []
    recorder = gt.record(net, optimizer, **chosen) if recording else nullcontext()
    with recorder:
        for _ in range(count):
            with around():
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(net(x), y)
                loss.backward()
                optimizer.step()
            losses.append(loss.item())
    return recorder, losses, [parameter.detach().clone() for parameter in net.parameters()]


def recorded(recorder):
    return sorted({event.step for event in recorder.recording.events})


WHOLE, LOSSES, FINAL = training(True)


@pytest.mark.parametrize(
    ("chosen", "steps"),
    [
        ({"every": 5}, [0, 5, 10]),
        ({"every": 1}, list(range(STEPS))),
        ({"steps": {0, 7}}, [0, 7]),
        ({"steps": [3]}, [3]),
        ({"steps": ()}, []),
        ({"last": 2}, [10, 11]),
        ({"last": 50}, list(range(STEPS))),
        ({"when": lambda step: step % 4 == 3}, [3, 7, 11]),
        ({"every": 6, "steps": {1}, "last": 1}, [0, 1, 6, 11]),
    ],
)
def test_the_chosen_steps_are_recorded_as_in_a_whole_recording(chosen, steps, tmp_path):
    modes = oracle._modes()
    recorder, losses, final = training(True, **chosen)
    assert oracle._modes() == modes
    assert losses == LOSSES
    assert all(map(torch.equal, final, FINAL))
    assert recorded(recorder) == steps
    recording = recorder.recording
    assert recording.audit().ok, recording.audit().violations[:3]
    for step in steps:
        mine, whole = ([event for event in run.events if event.step == step] for run in (recording, WHOLE.recording))
        assert [(event.kind, event.param, event.node, event.edge) for event in mine] == [
            (event.kind, event.param, event.node, event.edge) for event in whole
        ]
        assert [event.tensors for event in mine if event.kind == "param_update"] == [
            event.tensors for event in whole if event.kind == "param_update"
        ]
    assert gt.load(recording.save(tmp_path / "run.json.gz")) == recording


def test_steps_that_left_the_last_ones_leave_their_summary():
    recorder, _, _ = training(True, last=3, steps={1})
    summaries = recorder.recording.summaries
    assert [summary.step for summary in summaries] == [0, 2, 3, 4, 5, 6, 7, 8]
    assert recorded(recorder) == [1, 9, 10, 11]
    for summary in summaries:
        assert summary.loss == pytest.approx(LOSSES[summary.step], rel=1e-6)
        assert summary.lr == 0.5
        assert summary.seconds > 0
        events = [event for event in WHOLE.recording.events if event.step == summary.step]
        norms = [event.tensor("grad").norm for event in events if event.kind == "param_update"]
        assert summary.grad_norm == pytest.approx(math.sqrt(sum(norm**2 for norm in norms)))


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    every=st.none() | st.integers(1, 5),
    chosen=st.none() | st.sets(st.integers(0, 9)),
    last=st.none() | st.integers(1, 4),
    count=st.integers(0, 8),
)
def test_any_choice_records_what_any_of_its_parts_asks_for(every, chosen, last, count):
    choice = {"every": every, "steps": chosen, "last": last}
    recorder, _, _ = training(True, count, **{name: value for name, value in choice.items() if value is not None})
    asked = {step for step in range(count) if (every and step % every == 0) or step in (chosen or ())}
    if every is chosen is last is None:
        asked = set(range(count))
    if last is not None:
        others = [step for step in range(count) if step not in asked]
        asked |= set(others[-last:])
    assert set(recorded(recorder)) == asked
    left = {summary.step for summary in recorder.recording.summaries}
    assert left == (set(range(count)) - asked if last is not None else set())


def test_nothing_is_watched_between_chosen_steps():
    seen = []

    net = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    before = oracle._modes()
    with gt.record(net, optimizer, steps={2}):
        for _ in range(5):
            seen.append((oracle._modes() != before, len(net._forward_hooks)))
            net(torch.ones(1, 2)).sum().backward()
            optimizer.step()
    assert seen == [(False, 0)] * 2 + [(True, 1)] + [(False, 0)] * 2


class Plain(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        return func(*args, **(kwargs or {}))


class PlainDispatch(TorchDispatchMode):
    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("around", [Plain, PlainDispatch, torch.enable_grad])
def test_modes_of_the_program_around_a_step_end_as_they_began(around):
    modes = oracle._modes()
    recorder, losses, _ = training(True, around=around, every=3)
    assert oracle._modes() == modes
    assert losses == LOSSES
    assert recorder.recording.audit().ok


def test_an_exception_in_a_chosen_step_is_its_last_event():
    net = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    rec = gt.record(net, optimizer, last=2)

    def train():
        with rec:
            for step in range(4):
                net(torch.ones(1, 2)).sum().backward()
                if step == 3:
                    raise ZeroDivisionError
                optimizer.step()

    with pytest.raises(ZeroDivisionError):
        train()
    assert rec.recording.events[-1].kind == "error"
    assert recorded(rec) == [2, 3]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"every": 0}, "every is no number of steps: 0"),
        ({"every": True}, "every is no number of steps: True"),
        ({"last": -1}, "last is no number of steps: -1"),
        ({"steps": 3}, "steps are no numbers of steps: 3"),
        ({"steps": {-1}}, "steps are no numbers of steps"),
        ({"when": 3}, "when is no function: 3"),
        ({"until": 3}, "until is no function: 3"),
        ({"every": 2, "after": gt.record()}, "after is a recorder that has not ended"),
    ],
)
def test_a_wrong_choice_is_told(arguments, said):
    net = nn.Linear(2, 1)
    given = {"optimizer": torch.optim.SGD(net.parameters(), lr=0.1), **arguments}
    with pytest.raises(gt.TraceError, match=said):
        gt.record(net, **given)


def test_chosen_steps_continue_no_other_block():
    with gt.record() as ended:
        pass
    with pytest.raises(gt.TraceError, match="chosen steps continue no other block"):
        gt.record(after=ended, last=2)


def test_of_optimizers_that_take_turns_a_round_is_recorded_as_one():
    nets = [nn.Linear(2, 1) for _ in range(2)]
    optimizers = [torch.optim.SGD(net.parameters(), lr=0.1) for net in nets]
    hooks = oracle._modes(), len(optimizer_module._global_optimizer_post_hooks)
    with gt.record(steps={1, 4}) as rec:
        for net in nets:
            rec.adopt(net)
        for _ in range(3):
            for net, optimizer in zip(nets, optimizers, strict=True):
                net(torch.ones(1, 2)).sum().backward()
                optimizer.step()
        assert recorded(rec) == [1, 4, 5]
    assert (oracle._modes(), len(optimizer_module._global_optimizer_post_hooks)) == hooks
    assert recorded(rec) == [1, 4, 5]
    assert {event.param for event in rec.recording.events if event.kind == "param_update" and event.step == 4} == {
        "weight",
        "bias",
    }
    assert rec.recording.audit().ok


def test_a_recorder_that_is_never_used_hooks_nothing():
    before = len(optimizer_module._global_optimizer_post_hooks)
    gt.record(last=2)
    assert len(optimizer_module._global_optimizer_post_hooks) == before


def test_nothing_is_recorded_once_the_condition_holds():
    told = []
    recorder, losses, final = training(True, until=lambda summary: told.append(summary) or summary.step == 4)
    assert recorded(recorder) == [0, 1, 2, 3, 4]
    assert [summary.step for summary in told] == [0, 1, 2, 3, 4]
    assert [summary.loss for summary in told] == pytest.approx(LOSSES[:5], rel=1e-6)
    assert losses == LOSSES
    assert all(map(torch.equal, final, FINAL))


@pytest.mark.parametrize("chosen", [{}, {"every": 5}, {"steps": {0}, "last": 3}])
def test_steps_in_a_file_are_those_in_memory(chosen, tmp_path):
    """What stays is in the file at once; what is among the last when the block ends."""
    path, sizes = tmp_path / "run.gtr", []

    def note(summary):
        with gt.RecordingFile(path) as file:
            sizes.append(len(file))

    recorder, losses, _ = training(True, to=path, until=note, **chosen)
    memory, _, _ = training(True, **(chosen or {"every": 1}))
    assert losses == LOSSES
    assert sizes == sorted(sizes)
    assert sizes[-1] >= 1
    found, same = recorder.recording, memory.recording
    assert [(event.kind, event.step, event.tensors) for event in found.events] == [
        (event.kind, event.step, event.tensors) for event in same.events
    ]
    assert [summary.step for summary in found.summaries] == [summary.step for summary in same.summaries]
    with gt.RecordingFile(path) as file:
        assert list(file.steps) == recorded(memory)
        assert [summary.step for summary in file.summaries] == sorted(
            {*file.steps, *(summary.step for summary in same.summaries)}
        )


def test_a_file_that_cannot_be_written_is_told_before_anything_runs(tmp_path):
    hooks = len(optimizer_module._global_optimizer_post_hooks)
    with pytest.raises(gt.TraceError, match="cannot write the file"), gt.record(to=tmp_path / "none" / "run.gtr"):
        pytest.fail("the block began")
    assert len(optimizer_module._global_optimizer_post_hooks) == hooks


def gan(rounds, **chosen):
    """Two optimizers; the second one's graph goes through what the forward pass of the first one made."""
    torch.manual_seed(0)
    maker, judge = nn.Linear(2, 2), nn.Linear(2, 1)
    optimizers = [torch.optim.SGD(net.parameters(), lr=0.1) for net in (judge, maker)]
    with gt.record(params={"w": maker.weight}, **chosen) as rec:
        for _ in range(rounds):
            fake = maker(torch.ones(3, 2))
            for optimizer, given in zip(optimizers, (fake.detach(), fake), strict=True):
                optimizer.zero_grad()
                judge(given).mean().backward()
                optimizer.step()
    return rec.recording


def test_a_graph_that_crosses_steps_of_a_gan_has_its_operations():
    recording = gan(5, steps={6}, last=1)
    assert recording.audit().ok
    nodes = [node for graph in recording.graphs for node in graph.nodes if node.kind == "op"]
    assert all(node.op is not None for node in nodes)
    assert recorded(type("", (), {"recording": recording})) == [6, 7, 8, 9]
    assert not recording.warnings


def test_the_first_round_of_a_gan_says_what_it_lacks_unless_it_is_asked_for_by_number():
    recording = gan(1, last=5)
    assert [text for text in recording.warnings if "operations that ran before the step began" in text]
    assert gt.diagnose(recording) is None
    assert not gan(1, steps={0, 1}, last=5).warnings


def test_the_first_steps_in_a_file_are_apart(tmp_path):
    recorder, _, _ = training(True, steps={0, 1, 2}, last=2, to=tmp_path / "run.gtr")
    with gt.RecordingFile(tmp_path / "run.gtr") as file:
        assert file.steps == (0, 1, 2, 10, 11)
        assert [summary.loss for summary in file.summaries] == pytest.approx(LOSSES, rel=1e-6)
        for step in file.steps:
            assert {event.step for event in file.step(step).events} == {step}
    assert recorder.recording.audit().ok
    assert [event.tensors for event in recorder.recording.events if event.step < 3] == [
        event.tensors for event in WHOLE.recording.events if event.step < 3
    ]


def test_an_optimizer_that_steps_no_more_ends_no_round():
    nets = [nn.Linear(2, 1) for _ in range(2)]
    optimizers = [torch.optim.SGD(net.parameters(), lr=0.1) for net in nets]
    with gt.record(every=1) as rec:
        for number in (0, 1, *[0] * 40):
            nets[number](torch.ones(1, 2)).sum().backward()
            optimizers[number].step()
    with gt.record(last=3) as rec:
        for number in (0, 1, *[0] * 40):
            nets[number](torch.ones(1, 2)).sum().backward()
            optimizers[number].step()
    assert recorded(rec) == [39, 40, 41]
