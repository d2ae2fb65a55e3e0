"""The flight recorder: changes nothing, and what it wrote names where an accident began and runs the step again."""

import json
import multiprocessing
import os
import random
import signal
import sys

import numpy as np
import pytest
import torch
from torch import nn

import graphtrace as gt
from graphtrace.literals import ACCIDENT_KINDS, LANGUAGES
from graphtrace.runs.records import Accident
from graphtrace.runs.words import told
from tests.runs import accident_programs as programs
from tests.support import oracle


def net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 1))


def training(flight=None, steps=6, optimizer=torch.optim.Adam, rate=0.01, then=lambda step: None):
    """Train; return model, optimizer and the losses. `flight` makes the flight recorder."""
    model = net()
    optimizer = optimizer(model.parameters(), lr=rate)
    random.seed(0)
    np.random.seed(0)
    losses = []

    def loop():
        for step in range(steps):
            x, y = torch.randn(16, 3), torch.randn(16, 1)
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            then(step)
            optimizer.step()
            losses.append(loss.item())

    if flight is None:
        loop()
    else:
        with flight(model, optimizer):
            loop()
    return model, optimizer, losses


def test_training_is_the_same_bit_for_bit(tmp_path):
    plain, _, losses = training()
    drawn = torch.rand(3), random.random(), np.random.rand()
    modes = oracle._modes()
    model, _, recorded = training(lambda *given: gt.flight_recorder(*given, to=tmp_path, grad_norm=1e-6))
    assert oracle._modes() == modes
    assert recorded == losses
    for name, tensor in plain.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[name]), name
    for one, other in zip(plain.parameters(), model.parameters(), strict=True):
        assert torch.equal(one.grad, other.grad)
    assert torch.equal(torch.rand(3), drawn[0])
    assert (random.random(), np.random.rand()) == drawn[1:]
    assert not model._forward_pre_hooks
    run = gt.open_run(tmp_path)
    assert [accident.kind for accident in run.accidents] == ["grad_norm"]
    assert [numbers.loss for numbers in run.steps] == pytest.approx(losses)
    assert all(numbers.grad_norm > 0 and numbers.lr == 0.01 for numbers in run.steps)


def test_a_run_without_accident_leaves_its_steps_alone(tmp_path):
    training(lambda *given: gt.flight_recorder(*given, to=tmp_path, step=40))
    run = gt.open_run(str(tmp_path))
    assert run.accidents == ()
    assert [numbers.step for numbers in run.steps] == list(range(40, 46))
    with pytest.raises(gt.TraceError, match="no such accident: 0"):
        run.recording()


LOSS, RAISED = "loss", "exception"


@pytest.mark.parametrize(
    ("program", "where", "kind", "step", "node", "mistake"),
    [
        (programs.lstm_too_fast, programs.squares, LOSS, 3, "Pow:0", "non_finite"),
        (programs.transformer_too_fast, programs.Attention, LOSS, 2, "layer.self_attn/View:8", "non_finite"),
        (programs.log_of_zero, None, LOSS, 3, "Log:0", "non_finite"),
        (programs.half_overflow, None, LOSS, 2, "0/Addmm:0", "non_finite"),
        (programs.bfloat_overflow, None, LOSS, 1, "0/Addmm:0", "non_finite"),
        (programs.exploding_rnn, None, LOSS, 2, "Mm:", "non_finite"),
        (programs.edit_in_place, None, RAISED, 20, "Exp:0", "inplace_on_saved"),
        (programs.own_backward, programs.Wrong, RAISED, 2, "Wrong:0", ""),
        (programs.dead_column, None, LOSS, 3, None, "non_finite"),
        (programs.nan_in_data, None, LOSS, 3, "Addmm:0", "non_finite"),
        (programs.silent_nan, None, LOSS, 2, None, "non_finite"),
        (programs.step_too_large, None, "parameter", 2, "weight", "non_finite"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_an_accident_names_the_step_the_node_and_the_line(tmp_path, capsys, program, where, kind, step, node, mistake):
    if kind == RAISED:
        with pytest.raises((RuntimeError, ZeroDivisionError)):
            program(tmp_path)
    else:
        program(tmp_path)
    run = gt.open_run(tmp_path)
    assert len(run.accidents) == 1
    accident = run.accidents[0]
    assert (accident.kind, accident.step, accident.mistake) == (kind, step, mistake)
    assert (accident.source.file, accident.source.line) == (programs.__file__, programs.marked(where or program))
    assert accident.node == node or (node and accident.node.startswith(node))
    assert accident.complete
    assert step in accident.steps
    assert max(event.step for event in run.recording().events) == step
    assert "x" in run.batch()
    assert f"line {accident.source.line}" in capsys.readouterr().err
    if node and node != "weight":
        assert accident.node in {n.key for graph in run.recording().graphs for n in graph.nodes}


def test_a_dead_column_is_named(tmp_path):
    programs.dead_column(tmp_path)
    facts = {one.name: one for one in gt.open_run(tmp_path).accidents[0].batch}
    assert (facts["x"].dead, facts["x"].not_finite) == ((1,), 0)
    assert (facts["scaled"].dead, facts["scaled"].not_finite) == ((1,), 8)


def spoiled(step):
    if step == 4:
        raise ZeroDivisionError


def accident_of(tmp_path):
    with pytest.raises(ZeroDivisionError):
        training(lambda *given: gt.flight_recorder(*given, to=tmp_path), then=spoiled)
    return gt.open_run(tmp_path)


def test_the_step_runs_again_from_what_it_started_from(tmp_path):
    run = accident_of(tmp_path)
    original = run.recording()
    model = net()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

    def step(batch):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(batch["x"]), batch["y"]).backward()
        optimizer.step()

    again = run.replay(model, optimizer, step)
    before, after = ([e for e in one.events if e.step == 4 and e.kind == "accumulate"] for one in (original, again))
    assert len(before) == len(after) > 0
    assert [event.tensor("added") for event in before] == [event.tensor("added") for event in after]
    whole, _, _ = training(steps=5)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[name]), name


def test_without_a_function_the_model_alone_runs_again(tmp_path):
    run = accident_of(tmp_path)
    forward = [e.tensor("out:0") for e in run.recording().events if e.step == 4 and e.kind == "forward_op"]
    again = [e.tensor("out:0") for e in run.replay(net(), values="stats").events if e.kind == "forward_op"]
    assert again == [data for data in forward if data in again]
    assert len(again) >= 5


def test_an_error_of_the_step_that_runs_again_ends_its_recording(tmp_path):
    with pytest.raises(RuntimeError):
        programs.edit_in_place(tmp_path)
    model = nn.Linear(3, 3)

    def step(batch):
        hidden = torch.exp(model(batch["x"]))
        loss = hidden.mean()
        hidden += 1
        loss.backward()

    again = gt.open_run(tmp_path).replay(model, step=step)
    assert again.events[-1].kind == "error"
    assert gt.diagnose(again).mistake == "inplace_on_saved"


def test_autocast_is_there_again(tmp_path):
    programs.half_overflow(tmp_path)
    model = nn.Sequential(nn.Linear(3, 64), nn.Linear(64, 1))
    again = gt.open_run(tmp_path).replay(model)
    assert gt.diagnose(again).mistake == "non_finite"


def test_another_model_is_refused(tmp_path):
    run = accident_of(tmp_path)
    with pytest.raises(gt.TraceError, match=r"the model is another one: '0\.weight'"):
        run.replay(nn.Sequential(nn.Linear(2, 2)))
    with pytest.raises(gt.TraceError, match="the optimizer is no Adam"):
        run.replay(model := net(), torch.optim.SGD(model.parameters(), lr=0.1))


def test_an_exception_that_the_program_catches_is_written(tmp_path):
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with gt.flight_recorder(model, optimizer, to=tmp_path):
        for width in (3, 2, 3):
            try:
                loss = model(torch.ones(4, width)).mean()
            except RuntimeError:
                continue
            loss.backward()
            optimizer.step()
    (accident,) = gt.open_run(tmp_path).accidents
    assert (accident.kind, accident.error[0], accident.mistake) == ("exception", "RuntimeError", "")
    assert "mat1 and mat2" in accident.error[1]


def test_a_scaled_overflow_that_the_scaler_skips_is_no_accident(tmp_path):
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**100)
    with gt.flight_recorder(model, optimizer, to=tmp_path):
        for _ in range(4):
            optimizer.zero_grad()
            scaler.scale((model(torch.ones(4, 3)) * 1e10).mean()).backward()
            scaler.step(optimizer)
            scaler.update()
    assert gt.open_run(tmp_path).accidents == ()
    assert len(gt.open_run(tmp_path).steps) < 4


def ending(number):
    def end(step):
        if step == 3:
            signal.raise_signal(number)

    return end


def test_ctrl_c_is_written(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        training(lambda *given: gt.flight_recorder(*given, to=tmp_path), then=ending(signal.SIGINT))
    (accident,) = gt.open_run(tmp_path).accidents
    assert (accident.kind, accident.step, accident.source.text.strip()) == (
        "interrupted",
        3,
        "signal.raise_signal(number)",
    )
    assert {"x", "y"} <= gt.open_run(tmp_path).batch().keys()


def test_sigterm_is_written_before_the_former_handler_runs(tmp_path):
    seen = []

    def former(number, frame):
        seen.append((number, len(gt.open_run(tmp_path).accidents)))

    before = signal.signal(signal.SIGTERM, former)
    try:
        training(lambda *given: gt.flight_recorder(*given, to=tmp_path), then=ending(signal.SIGTERM))
        assert seen == [(signal.SIGTERM, 1)]
        assert signal.getsignal(signal.SIGTERM) is former
    finally:
        signal.signal(signal.SIGTERM, before)
    (accident,) = gt.open_run(tmp_path).accidents
    assert (accident.kind, accident.step, accident.complete) == ("terminated", 3, True)
    assert accident.source.file == __file__


def in_a_process(tmp_path, number):
    """Train in a forked process that a signal ends."""
    torch.set_num_threads(1)
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - the process ends
    training(lambda *given: gt.flight_recorder(*given, to=tmp_path, grad_norm=1e-6), then=ending(number))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(
    ("number", "kinds"), [(signal.SIGTERM, ["grad_norm", "terminated"]), (signal.SIGKILL, ["grad_norm"])]
)
def test_what_was_written_outlives_the_process(tmp_path, number, kinds):
    process = multiprocessing.get_context("fork").Process(target=in_a_process, args=(tmp_path, number))
    process.start()
    process.join(100)
    assert process.exitcode == -number
    run = gt.open_run(tmp_path)
    assert [accident.kind for accident in run.accidents] == kinds
    assert [numbers.step for numbers in run.steps] == [0, 1, 2]
    for i in range(len(kinds)):
        assert run.recording(i).audit().ok
        assert run.batch(i).keys() == {"x", "y"}


def test_a_half_written_line_is_left_out(tmp_path):
    training(lambda *given: gt.flight_recorder(*given, to=tmp_path))
    with (tmp_path / "steps.jsonl").open("a") as file:
        file.write('{"step":6,"loss":"nan"}\n{"step":true}\n[]\n{"step":7,"lo')
    run = gt.open_run(tmp_path)
    assert [numbers.step for numbers in run.steps] == list(range(7))
    assert run.steps[-1].loss != run.steps[-1].loss


def test_what_a_stranger_wrote_is_refused(tmp_path):
    run = accident_of(tmp_path)
    folder = next(tmp_path.glob("accident_*"))
    plain = json.loads((folder / "accident.json").read_text())
    (folder / "accident.json").write_text(json.dumps({**plain, "kind": "nosuch"}))
    with pytest.raises(gt.TraceError, match="file is damaged"):
        _ = run.accidents
    (folder / "accident.json").write_text(json.dumps(plain))
    (folder / "state.safetensors").write_bytes(b"\x80\x04pickled")
    with pytest.raises(gt.TraceError, match="cannot read the file"):
        run.replay(net())
    with pytest.raises(gt.TraceError, match="no run in this folder"):
        gt.open_run(folder)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"model": 3}, "model is not a torch.nn.Module: 3"),
        ({"optimizer": None}, "optimizer is not a torch.optim.Optimizer: None"),
        ({"last": 0}, "last is no number of steps: 0"),
        ({"step": -1}, "step is no number of steps: -1"),
        ({"grad_norm": 0}, "grad_norm is no limit: 0"),
        ({"values": "all"}, "unknown level of values"),
    ],
)
def test_a_wrong_argument_is_told(tmp_path, arguments, said):
    model = nn.Linear(1, 1)
    given = {"model": model, "optimizer": torch.optim.SGD(model.parameters(), lr=0.1), "to": tmp_path, **arguments}
    with pytest.raises(gt.TraceError, match=said):
        gt.flight_recorder(**given)


def test_a_folder_that_cannot_be_written_is_told_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    model = nn.Linear(1, 1)
    flight = gt.flight_recorder(model, torch.optim.SGD(model.parameters(), lr=0.1), to=tmp_path / "file")
    with pytest.raises(gt.TraceError, match="cannot write the folder"), flight:
        pass
    assert not model._forward_pre_hooks


@pytest.mark.parametrize("kind", ACCIDENT_KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_accident_has_its_words(kind, language):
    accident = Accident(
        kind, 1234, "fc.weight", 3.5, ("ValueError", "no"), gt.model.Source("a/train.py", 7, text="f()")
    )
    assert "1,234" in told(accident, language)
    assert "train.py" in told(accident, language)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device, whose memory could run out")
def test_cuda_out_of_memory_is_written(tmp_path):
    model = nn.Linear(1 << 10, 1 << 10).cuda()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    flight = gt.flight_recorder(model, optimizer, to=tmp_path)
    batches = [(torch.ones(1, 1 << 10, device="cuda").expand(rows, -1),) for rows in (1, 1 << 34)]
    with pytest.raises(torch.OutOfMemoryError):
        programs.train(model, optimizer, batches, lambda model, x: model(x).mean(), flight)
    (accident,) = gt.open_run(tmp_path).accidents
    assert (accident.kind, accident.step, accident.error[0]) == ("exception", 1, "OutOfMemoryError")
    assert accident.complete
