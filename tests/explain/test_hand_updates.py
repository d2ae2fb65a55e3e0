"""The rule of an update by hand, computed again from what was recorded."""

import pytest
import torch

import graphtrace as gt
from graphtrace.explain import sentences
from graphtrace.explain.hand_updates import update_rules

LR = 0.25


def minus(w):
    w -= LR * w.grad


def plus(w):
    w += -LR * w.grad


def through_data(w):
    w.data -= LR * w.grad.data


def called(w):
    w.sub_(torch.mul(w.grad, LR))


def with_decay(w):
    w -= LR * (w.grad + w)


def halved(w):
    step = LR * w.grad
    w -= step / 2


def other(w):
    w -= LR * torch.ones_like(w)


def recorded(update, shape=(2, 2)):
    torch.manual_seed(0)
    w = torch.randn(shape, requires_grad=True)
    with gt.record(params={"w": w}) as rec:
        (w * w).sum().backward()
        with torch.no_grad():
            update(w)
    return rec.recording


@pytest.mark.parametrize("shape", [(2, 2), (40, 30), ()])
@pytest.mark.parametrize("update", [minus, plus, called])
def test_the_rule_gives_what_the_program_gave(update, shape):
    recording = recorded(update, shape)
    [(cursor, rule)] = update_rules(recording).items()
    assert recording.events[cursor - 1].kind == "param_update"
    assert [line.text for line in rule.lines] == ["{w} − 0.25 · {g}"]
    before, after, grad = (torch.tensor(rule.operands[letter].numbers()) for letter in "wWg")
    assert torch.allclose(before - LR * grad, after)


@pytest.mark.parametrize("update", [with_decay, halved, other])
def test_what_is_no_such_product_has_no_rule(update):
    recording = recorded(update)
    assert any(event.kind == "param_update" for event in recording.events)
    assert update_rules(recording) == {}


def test_it_is_said_with_its_numbers():
    w = torch.tensor([2.0, -1.0], requires_grad=True)
    with gt.record(params={"w": w}) as rec:
        (w * torch.tensor([8.0, -4.0])).sum().backward()
        with torch.no_grad():
            w -= 0.01 * w.grad
    assert sentences(rec.recording)[-1] == "sub_: w ← [2, −1] − 0.01 · [8, −4] = [1.92, −0.96]"
