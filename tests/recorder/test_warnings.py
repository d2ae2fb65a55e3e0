"""torch's warnings are events at their operation; the program gets them as without a recording."""

import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional

import graphtrace as gt
from graphtrace.explain import sentences
from graphtrace.player import Player

NON_LEAF = "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed."


def broadcast():
    return functional.mse_loss(torch.ones(4, 3, requires_grad=True), torch.zeros(4, 1))


def through_a_module():
    return nn.MSELoss()(torch.ones(4, 3, requires_grad=True), torch.zeros(4, 1))


def scheduler_first():
    optimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)], lr=0.1)
    torch.optim.lr_scheduler.StepLR(optimizer, 1).step()


def own_words():
    warnings.warn("mine", UserWarning, stacklevel=2)


def softmax_without_axis():
    return functional.softmax(torch.ones(2, 2, requires_grad=True))


def one_number_has_no_deviation():
    torch.ones(1, requires_grad=True).std()


def resized():
    torch.add(torch.ones(3), 1, out=torch.ones(2))


def copied():
    torch.tensor(torch.ones(2))


def grid():
    torch.meshgrid(torch.ones(2), torch.ones(2))


def kept_graph():
    torch.ones(2, requires_grad=True).sum().backward(create_graph=True)


def in_a_hook():
    x = torch.ones(2, requires_grad=True) * 2
    x.register_hook(lambda grad: torch.ones(1).std() + grad)
    x.sum().backward()


FROM_CPP = [one_number_has_no_deviation, resized, copied, grid, kept_graph, in_a_hook]
PROGRAMS = [broadcast, through_a_module, scheduler_first, own_words, softmax_without_axis, *FROM_CPP]


@pytest.fixture(autouse=True)
def every_warning_again():
    """Without it torch raises some only once per process: the second run of a program would be another one."""
    before = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    yield
    torch.set_warn_always(before)


def caught(run, recorded):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        if recorded:
            with gt.record():
                run()
        else:
            run()
    return [(one.category, str(one.message), one.filename, one.lineno) for one in seen]


@pytest.mark.parametrize("run", PROGRAMS)
def test_the_program_gets_the_warnings_that_it_gets_without_a_recording(run):
    plain = caught(run, recorded=False)
    assert plain
    if run is own_words:  # the line that calls it differs: the program's own warning names it
        assert [one[:3] for one in caught(run, recorded=True)] == [one[:3] for one in plain]
    else:
        assert caught(run, recorded=True) == plain


def told(run):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with gt.record() as rec:
            run()
    recording = rec.recording
    return recording, [event for event in recording.events if event.kind == "warning"]


@pytest.mark.parametrize("run", [broadcast, through_a_module])
def test_a_loss_that_broadcasts_warns_at_its_operation_every_time(run):
    for _ in range(2):
        recording, (event,) = told(run)
        assert recording.ops[event.op].name == "nn.functional.mse_loss"
        assert event.fact("message").startswith("Using a target size (torch.Size([4, 1]))")
        assert (event.fact("category"), event.fact("file")) == ("UserWarning", __file__)
        at = recording.events.index(event)
        assert recording.events[at - 1].op == event.op
        assert recording.audit().ok


def test_a_scheduler_that_steps_first_is_told_though_it_is_no_operation():
    recording, (event,) = told(scheduler_first)
    assert event.op is None
    assert "lr_scheduler.step()" in event.fact("message")
    assert "torch warns: Detected call of `lr_scheduler.step()`" in sentences(recording)[-1]
    assert sentences(recording, "zh")[-1].startswith("torch 警告：Detected call")


def test_the_programs_own_warnings_are_not_torchs():
    assert told(own_words)[1] == []


def test_the_gradient_of_what_is_no_leaf_is_told_in_torchs_words():
    y = torch.ones(2, requires_grad=True) * 2
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        y.grad  # noqa: B018
    assert str(seen[0].message).startswith(NON_LEAF)

    def read():
        made = torch.ones(2, requires_grad=True).mul(2)
        assert made.grad is None

    recording, (event,) = told(read)
    assert recording.ops[event.op].name == "Tensor.mul"
    assert event.fact("message").startswith(NON_LEAF)


def test_a_warning_belongs_to_the_phase_in_which_it_comes():
    w = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)

    def run():
        (w * w).sum().backward()
        scheduler.step()

    recording, (event,) = told(run)
    state = Player(recording).seek(recording.events.index(event) + 1)
    assert (state.phase, state.event.kind) == ("backward", "warning")
    recording, (event,) = told(broadcast)
    assert Player(recording).seek(recording.events.index(event) + 1).phase == "forward"


def test_a_warning_that_is_an_error_is_one():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="Using a target size"), gt.record() as rec:
            broadcast()
    kinds = [event.kind for event in rec.recording.events]
    assert (kinds[-1], "warning" in kinds) == ("error", False)


def test_warnings_as_errors_end_a_recorded_script(tmp_path):
    script = tmp_path / "broadcast.py"
    script.write_text(
        "import torch\nimport graphtrace as gt\nwith gt.record():\n"
        "    torch.nn.functional.mse_loss(torch.ones(4, 3), torch.ones(4, 1))\n"
    )
    home = str(Path(gt.__file__).parents[1])
    command = [sys.executable, "-W", "error::UserWarning", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": home})
    assert done.returncode == 1
    assert "UserWarning: Using a target size" in done.stderr


def test_each_block_is_told_what_its_own_thread_does():
    before = warnings.warn
    found = {}

    def watch(name, run):
        found[name] = told(run)[1]

    with gt.record() as outer:
        assert warnings.warn is not before
        pairs = (("loud", broadcast), ("quiet", lambda: torch.ones(1)))
        threads = [threading.Thread(target=watch, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert warnings.warn == before
    assert (len(found["loud"]), found["quiet"]) == (1, [])
    assert not [event for event in outer.recording.events if event.kind == "warning"]


def test_nested_blocks_are_both_told():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with gt.record() as outer:
            inner = told(broadcast)[1]
    assert len(inner) == 1
    assert [event.kind for event in outer.recording.events].count("warning") == 1


@pytest.mark.parametrize("run", FROM_CPP)
def test_a_warning_from_cpp_is_an_event_each_time_whatever_the_filters_say(run):
    torch.set_warn_always(False)
    for action in ("ignore", "once", "default"):
        with warnings.catch_warnings(record=True):
            warnings.simplefilter(action)
            with gt.record() as rec:
                run()
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # the program's newest filter comes first
                    run()
        recording = rec.recording
        told = [event for event in recording.events if event.kind == "warning"]
        assert len(told) == 2
        assert {(event.fact("file"), event.fact("line")) for event in told} == {(__file__, run_line(run))}
        assert not any("Triggered internally" in event.fact("message") for event in told)
        assert recording.audit().ok
    assert not torch.is_warn_always_enabled()


def run_line(run):
    """Where a program warns: its last line, or that of its hook."""
    first = run.__code__.co_firstlineno
    return first + (2 if run is in_a_hook else 1)


def test_a_warning_from_cpp_stands_at_the_operation_that_raised_it():
    _, (event,) = told(one_number_has_no_deviation)
    recording, _ = told(one_number_has_no_deviation)
    assert event.fact("message").startswith("std(): degrees of freedom is <= 0.")
    assert recording.ops[event.op].name == "Tensor.std"
    assert "torch warns: std(): degrees of freedom" in " ".join(sentences(recording))


def test_the_filters_are_the_programs_again_afterwards():
    before = list(warnings.filters)
    told(one_number_has_no_deviation)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="degrees of freedom"), gt.record():
            one_number_has_no_deviation()
    assert list(warnings.filters) == before


def test_another_threads_warnings_go_their_own_way():
    with gt.record() as rec, warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        thread = threading.Thread(target=one_number_has_no_deviation)
        thread.start()
        thread.join()
    assert len(seen) == 1
    assert not [event for event in rec.recording.events if event.kind == "warning"]
