"""The rule of a step, computed from the tensors that it names, gives what torch's optimizer gave."""

import math
import re
from itertools import pairwise

import pytest
import torch

import graphtrace as gt
from graphtrace.explain import sentences
from graphtrace.explain.updates import update_rule

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd maximize": lambda p: torch.optim.SGD(p, lr=0.1, maximize=True),
    "decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "dampened": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.5, weight_decay=0.1),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=0.05),
    "adam decay": lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.2, betas=(0.8, 0.95)),
    "amsgrad": lambda p: torch.optim.Adam(p, lr=0.05, amsgrad=True),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.3),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.01),
    "rmsprop all": lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.9, momentum=0.5, centered=True, weight_decay=0.1),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "adagrad decay": lambda p: torch.optim.Adagrad(p, lr=0.1, lr_decay=0.5, weight_decay=0.1),
}


def steps(make, shape=(2, 3), count=3):
    torch.manual_seed(0)
    w = torch.randn(shape, requires_grad=True)
    optimizer = make([w])
    with gt.record(params={"w": w}, optimizer=optimizer) as rec:
        for _ in range(count):
            optimizer.zero_grad()
            (w**2 + w.sin()).sum().backward()
            optimizer.step()
    return rec.recording, [event for event in rec.recording.events if event.kind == "param_update"]


def tensor(value):
    return torch.tensor(value.numbers(), dtype=torch.float64)


def computed(text, operands):
    """Evaluate the right side of a line."""
    text = re.sub(r"√(\{\w\}|\()", lambda found: f"root{found[1]}" if found[1] == "(" else f"root({found[1]})", text)
    text = re.sub(r"\{(\w)\}", r"at['\1']", text)
    for sign, python in (("−", "-"), ("·", "*"), ("²", "**2")):
        text = text.replace(sign, python)
    names = {"at": {letter: tensor(value) for letter, value in operands.items()}}
    return eval(text, {"__builtins__": {}, "root": torch.sqrt, "max": torch.maximum}, names)


@pytest.mark.parametrize("shape", [(2, 3), ()])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_line_gives_what_torch_gave(name, shape):
    recording, updates = steps(OPTIMIZERS[name], shape)
    assert recording.audit().ok
    for event in updates:
        rule = update_rule(event)
        assert rule.lines[-1].result == "W"
        for line in rule.lines:
            got, expected = computed(line.text, rule.operands), tensor(rule.operands[line.result])
            assert torch.allclose(got, expected, rtol=2e-3, atol=1e-6), (line, got, expected)  # numbers of 4 digits


def test_another_rate_is_seen():
    _, updates = steps(OPTIMIZERS["sgd"])
    rule = update_rule(updates[0])
    wrong = rule.lines[-1].text.replace("0.1", "0.2")
    assert not torch.allclose(computed(wrong, rule.operands), tensor(rule.operands["W"]), rtol=2e-3)


def test_state_is_that_before_and_after_the_step():
    _, updates = steps(OPTIMIZERS["adam"])
    assert updates[0].tensor("was:exp_avg") is None
    for before, after in pairwise(updates):
        assert after.tensor("was:exp_avg").numbers() == before.tensor("state:exp_avg").numbers()
        assert after.tensor("was:exp_avg").numbers() != after.tensor("state:exp_avg").numbers()
    third = update_rule(updates[2])
    assert third.note == f"t = 3: 1 − 0.9³ = {1 - 0.9**3:.4g}, 1 − 0.999³ = {1 - 0.999**3:.4g}"
    assert [line.result for line in third.lines] == ["M", "V", "W"]


def test_a_step_of_a_single_number_is_said_with_its_rule():
    w = torch.tensor(0.5, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1)
    with gt.record(params={"w": w}, optimizer=optimizer) as rec:
        (-0.0842 * w).backward()
        optimizer.step()
    assert "SGD: w ← 0.5 − 0.1 · (−0.0842) = 0.5084" in sentences(rec.recording)
    assert "SGD：w ← 0.5 − 0.1 · (−0.0842) = 0.5084" in sentences(rec.recording, "zh")


def test_a_step_of_many_numbers_is_said_with_its_rule_in_names():
    recording, updates = steps(OPTIMIZERS["sgd"])
    event = updates[0]
    norms = [f"{event.tensor(name).norm:.4g}" for name in ("before", "after")]
    said = [text for text in sentences(recording) if text.startswith("SGD: w ←")]
    assert said[0] == "SGD: w ← w − 0.1 · w.grad: 2×3, norm {} → norm {}".format(*norms)


def test_other_updates_have_no_rule():
    w = torch.tensor([1.0], requires_grad=True)
    with gt.record(params={"w": w}) as rec:
        w.sum().backward()
        with torch.no_grad():
            w -= 0.1 * w.grad
    (event,) = (event for event in rec.recording.events if event.kind == "param_update")
    assert update_rule(event) is None
    _, updates = steps(lambda p: torch.optim.NAdam(p))
    assert update_rule(updates[0]) is None
    assert math.isfinite(updates[0].tensor("after").norm)
