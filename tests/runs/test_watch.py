"""Watching changes nothing, measures what torch says, and its file is read while it grows."""

import gc
import json
import random
import sys

import pytest
import torch
from torch import nn
from torch.optim import optimizer as optimizer_module

import graphtrace as gt
from graphtrace.runs import WatchedRun
from graphtrace.runs.folder import GRAPH, WATCHED
from tests.support import oracle


def net():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.2))
    head = nn.Sequential(nn.Linear(4 * 36, 16), nn.ReLU(), nn.Linear(16, 3))
    whole = nn.Sequential(*model, *head)
    with torch.no_grad():
        whole[5].bias[2] = -1e3  # a unit that never fires
    return whole


def training(to=None, steps=7, every=3, step=0, look=lambda model, before: None):
    """Train; return the model and the losses. `look` is called after each step."""
    model = net()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    watching = gt.watch(model, optimizer, every=every, to=to, step=step) if to is not None else None
    losses = []
    for _ in range(steps):
        before = [parameter.detach().clone() for parameter in model.parameters()]
        x, y = torch.randn(5, 1, 8, 8), torch.randint(3, (5,))
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        look(model, before)
    if watching is not None:
        watching.close()
    return model, losses


def test_training_is_the_same_bit_for_bit_and_nothing_stays(tmp_path):
    plain, losses = training()
    drawn = torch.rand(3), random.random()
    random.seed(1)
    state = oracle._modes(), len(optimizer_module._global_optimizer_post_hooks)
    model, watched = training(tmp_path)
    assert (oracle._modes(), len(optimizer_module._global_optimizer_post_hooks)) == state
    assert watched == losses
    for name, tensor in plain.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[name]), name
    for one, other in zip(plain.parameters(), model.parameters(), strict=True):
        assert torch.equal(one.grad, other.grad)
    assert torch.equal(torch.rand(3), drawn[0])
    assert not any(module._forward_hooks for module in model.modules())


def test_what_is_measured_is_what_torch_has(tmp_path):
    norms, moves, zeros = [], [], []

    def look(model, before):
        owned = list(model.parameters())
        norms.append([parameter.grad.norm().item() for parameter in owned])
        moves.append([((new - old).norm() / old.norm()).item() for new, old in zip(owned, before, strict=True)])
        zeros.append([(parameter.grad == 0).float().mean().item() for parameter in owned])

    model, losses = training(tmp_path, look=look)
    run = gt.open_run(tmp_path).watched
    assert run.parameters == tuple(name for name, _ in model.named_parameters())
    assert run.sizes == tuple(parameter.numel() for parameter in model.parameters())
    assert (run.modules, run.every) == (("2", "6"), 3)
    assert [step.step for step in run.steps] == [0, 3, 6]
    for step in run.steps:
        assert step.loss == pytest.approx(losses[step.step], rel=1e-3)
        assert step.lr == 0.01
        found = step.parameters
        assert [one.grad_norm for one in found] == pytest.approx(norms[step.step], rel=1e-3, abs=1e-12)
        ratios = [(one.update, moved) for one, moved in zip(found, moves[step.step], strict=True)]
        assert [one for one, _ in ratios if one] == pytest.approx([moved for one, moved in ratios if one], rel=1e-3)
        assert [one.zeros for one in found] == pytest.approx(zeros[step.step], abs=1e-3)
        assert found[4].dead >= 1 / 16  # rows of the layer whose unit 2 never fires
        assert step.modules[1][1] >= 1 / 16
        assert step.grad_norm == pytest.approx(sum(norm**2 for norm in norms[step.step]) ** 0.5, rel=1e-3)
    graph = gt.open_run(tmp_path).graph
    assert {node.param for node in graph.nodes if node.param} == set(run.parameters)


def test_dead_units_of_a_large_layer_are_counted_exactly(tmp_path):
    model = nn.Linear(400, 50, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x = torch.zeros(2, 400)
    x[:, 7] = 1.0  # every row of the gradient has one number, where no sample is
    mask = torch.ones(50)
    mask[:20] = 0
    with gt.watch(model, optimizer, every=1, to=tmp_path):
        (model(x) * mask).sum().backward()
        optimizer.step()
    assert gt.open_run(tmp_path).watched.steps[0].parameters[0].dead == pytest.approx(0.4)


def test_the_file_is_read_while_it_grows(tmp_path):
    run = WatchedRun(tmp_path / WATCHED)
    assert run.refresh() == 0
    seen = []
    training(tmp_path, every=2, look=lambda model, before: seen.append(run.refresh()))
    assert seen == [1, 0, 1, 0, 1, 0, 1]
    assert run.steps == gt.open_run(tmp_path).watched.steps
    size = (tmp_path / WATCHED).stat().st_size
    with (tmp_path / WATCHED).open("a") as file:
        file.write('{"step":9,"p":[1],"m":[]}\nno json\n{"step":8,"lo')
    assert run.refresh() == 0
    assert run.offset > size
    assert [step.step for step in run.steps] == [0, 2, 4, 6]


def test_a_continued_run_replaces_the_steps_that_it_repeats(tmp_path):
    training(tmp_path, steps=7, every=2)
    training(tmp_path, steps=4, every=2, step=4)
    run = gt.open_run(tmp_path).watched
    assert [step.step for step in run.steps] == [0, 2, 4, 6]
    assert run.steps[2].seconds < run.steps[1].seconds + 1000


def test_numbers_that_are_not_finite_are_kept(tmp_path):
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with gt.watch(model, optimizer, every=1, to=tmp_path):
        model(torch.full((1, 2), float("inf"))).sum().backward()
        optimizer.step()
    step = gt.open_run(tmp_path).watched.steps[0]
    assert abs(step.parameters[0].grad_norm) == float("inf")
    assert step.parameters[1].grad_norm == 1.0
    for line in (tmp_path / WATCHED).read_text().splitlines():
        json.loads(line, parse_constant=lambda word: pytest.fail(word))


def test_watching_and_the_flight_recorder_share_a_folder(tmp_path):
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with gt.watch(model, optimizer, every=1, to=tmp_path), gt.flight_recorder(model, optimizer, to=tmp_path):
        for scale in (1.0, 1.0, float("nan")):
            optimizer.zero_grad()
            (model(torch.ones(2, 1, 8, 8)).mean() * scale).backward()
            optimizer.step()
    run = gt.open_run(tmp_path)
    assert [step.step for step in run.watched.steps] == [step.step for step in run.steps] == [0, 1, 2]
    assert [step.loss for step in run.watched.steps][:2] == pytest.approx([step.loss for step in run.steps][:2], 1e-3)
    assert [accident.kind for accident in run.accidents] == ["loss"]
    assert run.recording().audit().ok


def test_a_graph_that_is_there_is_left_alone(tmp_path):
    training(tmp_path, steps=1)
    first = (tmp_path / GRAPH).read_bytes()
    training(tmp_path, steps=1)
    assert (tmp_path / GRAPH).read_bytes() == first


def test_nothing_is_held_over_many_steps(tmp_path):
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    blocks = []
    with gt.watch(model, optimizer, every=1, to=tmp_path):
        for step in range(301):
            optimizer.zero_grad()
            model(torch.ones(1, 2)).sum().backward()
            optimizer.step()
            if step in (100, 300):
                gc.collect()
                blocks.append(sys.getallocatedblocks())
    assert blocks[1] - blocks[0] < 500


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"model": 3}, "model is not a torch.nn.Module: 3"),
        ({"optimizer": 3}, "optimizer is not a torch.optim.Optimizer: 3"),
        ({"every": 0}, "every is no number of steps: 0"),
        ({"step": "x"}, "step is no number of steps: 'x'"),
        ({"to": 3}, "not the name of a file: 3"),
    ],
)
def test_a_wrong_argument_is_told(tmp_path, arguments, said):
    model = nn.Linear(1, 1)
    given = {"model": model, "optimizer": torch.optim.SGD(model.parameters(), lr=0.1), "to": tmp_path, **arguments}
    with pytest.raises(gt.TraceError, match=said):
        gt.watch(**given)
