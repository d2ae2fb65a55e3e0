"""A leaf's value is known from its first use on, whoever made it; a parameter that a step left alone is told."""

import numpy as np
import pytest
import torch
from torch import nn

import graphtrace as gt
from graphtrace.explain import sentences
from graphtrace.model import dumps, loads_any
from graphtrace.viewer.recorded_graph import recorded_graph


def values_at_start(recording):
    """What cards of leaves show before the first event."""
    index = gt.Player(recording)._index
    return {name: index.drawn.at(name, 0).numbers() for name in index.drawn}


def test_a_leaf_that_the_block_makes_shows_its_value_at_the_start():
    with gt.record() as rec:
        x = torch.tensor([1.0, -2.0], requires_grad=True)
        p = torch.linspace(0, 1, 3).reshape(3).requires_grad_()
        (x.sum() * p.sum()).backward()
    assert values_at_start(rec.recording) == {"x": x.tolist(), "p": p.tolist()}


def test_parameters_that_the_block_makes_show_what_they_were_when_first_used():
    torch.manual_seed(0)
    with gt.record() as rec:
        net = nn.Linear(2, 1)
        rec.adopt(net)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
        before = [param.detach().flatten().tolist() for param in net.parameters()]
        net(torch.ones(1, 2)).sum().backward()
        optimizer.step()
        net(torch.ones(1, 2)).sum().backward()
    player = gt.Player(rec.recording)
    assert [*values_at_start(rec.recording).values()] == before
    after = [player.seek(-1).values[name].numbers() for name in ("weight", "bias")]
    assert after == [param.flatten().tolist() for param in net.parameters()]


def test_a_leaf_tells_its_value_once():
    x = torch.ones(2, requires_grad=True)
    with gt.record(params={"x": x}) as first:
        (x * x + x).sum().backward()
    with gt.record(params={"x": x}, after=first) as second:
        (x * 2).sum().backward()
    told = [fact for rec in (first, second) for event in rec.recording.events for fact in event.facts]
    assert [fact for fact in told if fact[0].startswith("leaf:")] == [("leaf:0", "x")]


class Looked(torch.autograd.Function):
    """Multiplies by numbers that no call of torch's sees."""

    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return torch.from_numpy(
            np.asarray([a * b for a, b in zip(x.tolist(), w.tolist(), strict=True)], dtype="float32")
        )

    @staticmethod
    def backward(ctx, grad):
        x, w = ctx.saved_tensors
        return grad * w, grad * x


@pytest.mark.parametrize("named", [True, False])
def test_a_leaf_that_only_a_custom_function_is_given_shows_its_value_at_the_start(named):
    x, w = torch.tensor([1.5, -2.0], requires_grad=True), torch.tensor([3.0, 0.25], requires_grad=True)
    with gt.record(params={"x": x, "w": w} if named else None) as rec:
        Looked.apply(x, w).sum().backward()
    assert values_at_start(rec.recording) == {"x": x.tolist(), "w": w.tolist()}
    assert {event.param for event in rec.recording.events if event.kind == "accumulate"} == {"x", "w"}
    assert rec.recording.audit().ok
    assert rec.recording.warnings == ()
    assert loads_any(dumps(rec.recording)) == rec.recording
    assert recorded_graph(rec.recording, 0).leaves == {"x", "w"}


def test_such_a_leaf_is_told_once_and_follows_its_updates():
    x, w = torch.tensor([1.5, -2.0], requires_grad=True), torch.tensor([3.0, 0.25], requires_grad=True)
    first, optimizer = w.tolist(), torch.optim.SGD([w], lr=0.5)
    with gt.record(params={"x": x, "w": w}, optimizer=optimizer) as rec:
        for _ in range(2):
            optimizer.zero_grad()
            Looked.apply(x, w).sum().backward()
            optimizer.step()
    told = [name for event in rec.recording.events for name, _ in event.tensors if name.startswith("leaf:")]
    assert sorted(told) == ["leaf:w", "leaf:x"]
    assert values_at_start(rec.recording) == {"x": x.tolist(), "w": first}
    player = gt.Player(rec.recording)
    assert {name: value.numbers() for name, value in player.seek(-1).values.items()} == {
        "x": x.tolist(),
        "w": w.tolist(),
    }


def test_a_leaf_changed_between_the_function_and_its_pass_starts_with_what_the_function_was_given():
    x, w = torch.tensor([1.5, -2.0], requires_grad=True), torch.tensor([3.0, 0.25], requires_grad=True)
    first = x.tolist()

    class Shifted(Looked):
        @staticmethod
        def forward(ctx, x, w):
            return torch.from_numpy(np.asarray(x.tolist(), dtype="float32"))

        @staticmethod
        def backward(ctx, grad):
            return grad, None

    with gt.record(params={"x": x, "w": w}) as rec:
        y = Shifted.apply(x, w).sum()
        with torch.no_grad():
            x -= 1.0
        y.backward()
    assert values_at_start(rec.recording)["x"] == first
    assert gt.Player(rec.recording).seek(-1).values["x"].numbers() == x.tolist() != first


def step_without_gradients():
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    net[0].bias.requires_grad_(False)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    with gt.record(net) as rec:
        net(torch.ones(1, 2)).sum().backward()
        optimizer.step()
        optimizer.zero_grad()
        optimizer.step()
    return rec.recording


NAMES = ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_a_step_without_gradients_says_so_of_every_parameter():
    recording = step_without_gradients()
    skipped = [event for event in recording.events if event.kind == "update_skipped"]
    assert [event.param for event in skipped] == ["0.bias", *NAMES]
    assert [event.fact("frozen") for event in skipped] == [True, False, True, False, False]
    assert recording.audit().ok
    assert loads_any(dumps(recording)) == recording


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "SGD skips 1.weight: its .grad is None"), ("zh", "SGD 跳过 1.weight：它的 .grad 是 None")],
)
def test_its_sentences_say_why(language, text):
    told = sentences(step_without_gradients(), language)
    assert text in told
    assert any("requires_grad=False" in one for one in told)


def test_no_update_is_shown_that_did_not_happen_in_the_step():
    recording = step_without_gradients()
    player = gt.Player(recording)
    begins = [at for at, event in enumerate(recording.events, 1) if event.kind == "step_begin"]
    moved = {name: name != "0.bias" for name in NAMES}
    between = player.seek(begins[1] - 1)
    assert {name: between.params.get(name) is not None for name in NAMES} == moved
    for cursor in range(begins[1], len(recording) + 1):
        assert not any(player.seek(cursor).params.get(name) for name in NAMES)
    assert {name: player.state().skipped[name] for name in NAMES} == {
        name: "no gradient" if moved[name] else "frozen" for name in NAMES
    }


def test_an_optimizer_says_nothing_of_the_parameters_of_another():
    one, other = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    first, second = torch.optim.SGD([one], lr=0.1), torch.optim.SGD([other], lr=0.1)
    with gt.record(params={"one": one, "other": other}) as rec:
        (one * other).sum().backward()
        first.step()
        second.step()
    state = gt.Player(rec.recording).seek(-1)
    assert all(state.params[name] is not None for name in ("one", "other"))


def test_a_gradient_that_went_unseen_is_told_by_the_audit():
    w = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with gt.record(params={"w": w}) as rec:
        (w * w).sum().backward()
        with torch._C.DisableTorchFunction():
            w.grad = None
        optimizer.step()
    assert any("changed unseen" in text for text in rec.recording.audit().hooks)
