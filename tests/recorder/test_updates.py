"""Recorded updates against the textbook formulas, within 4 units in the last place."""

import math

import numpy as np
import pytest
import torch

import graphtrace as gt

STEPS = 5
GRID = {
    "sgd": ("SGD", {}),
    "sgd, weight decay": ("SGD", {"weight_decay": 0.1}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "momentum, dampened": ("SGD", {"momentum": 0.9, "dampening": 0.5}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.05}),
    "adagrad": ("Adagrad", {"lr_decay": 0.1}),
    "rmsprop": ("RMSprop", {"alpha": 0.9}),
    "rmsprop, centred with momentum": ("RMSprop", {"alpha": 0.9, "momentum": 0.5, "centered": True}),
    "adam": ("Adam", {}),
    "adam, L2 and amsgrad": ("Adam", {"weight_decay": 0.1, "amsgrad": True}),
    "adamw": ("AdamW", {"weight_decay": 0.1}),
}


class Formula:
    """The update rules as the textbooks write them, in double precision, on numpy arrays."""

    def __init__(self, kind, options):
        self.kind = kind
        self.o = {"lr": 0.05, "weight_decay": 0.0, "momentum": 0.0, "dampening": 0.0, "nesterov": False, **options}
        self.t, self.first = 0, None
        self.m = self.v = self.a = self.b = 0.0
        self.peak = 0.0

    def delta(self, w, g):
        self.t += 1
        return getattr(self, self.kind.lower())(w, g)

    def sgd(self, w, g):
        g = g + self.o["weight_decay"] * w
        if self.o["momentum"]:
            fresh = self.t == 1
            self.b = g if fresh else self.o["momentum"] * self.b + (1 - self.o["dampening"]) * g
            g = g + self.o["momentum"] * self.b if self.o["nesterov"] else self.b
        return -self.o["lr"] * g

    def adagrad(self, w, g):
        self.a = self.a + g * g
        return -self.o["lr"] / (1 + (self.t - 1) * self.o["lr_decay"]) * g / (np.sqrt(self.a) + 1e-10)

    def rmsprop(self, w, g):
        alpha = self.o["alpha"]
        self.v = alpha * self.v + (1 - alpha) * g * g
        spread = self.v
        if self.o.get("centered"):
            self.m = alpha * self.m + (1 - alpha) * g
            spread = self.v - self.m * self.m
        self.b = self.o["momentum"] * self.b + g / (np.sqrt(spread) + 1e-8)
        return -self.o["lr"] * self.b

    def adam(self, w, g, decoupled=False):
        decay = self.o["weight_decay"]
        g = g if decoupled else g + decay * w
        self.m, self.v = 0.9 * self.m + (1 - 0.9) * g, 0.999 * self.v + (1 - 0.999) * g * g
        self.peak = np.maximum(self.peak, self.v)
        spread = self.peak if self.o.get("amsgrad") else self.v
        step = (self.m / (1 - 0.9**self.t)) / (np.sqrt(spread / (1 - 0.999**self.t)) + 1e-8)
        return -self.o["lr"] * step - (self.o["lr"] * decay * w if decoupled else 0.0)

    def adamw(self, w, g):
        return self.adam(w, g, decoupled=True)


def recorded(kind, options, dtype, **more):
    torch.manual_seed(3)
    w = torch.randn(7, dtype=dtype, requires_grad=True)
    target = torch.linspace(-1, 1, 7, dtype=dtype)
    optimizer = getattr(torch.optim, kind)([w], lr=0.05, **options, **more)
    with gt.record(optimizer=optimizer, params={"w": w}) as rec:
        for _ in range(STEPS):
            optimizer.zero_grad()
            ((w - target) ** 2).sum().backward()
            optimizer.step()
    return rec.recording


@pytest.mark.parametrize("more", [{}, {"foreach": True}], ids=["one by one", "foreach"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("name", GRID)
def test_each_update_is_what_the_textbook_says(name, dtype, more):
    kind, options = GRID[name]
    formula = Formula(kind, options)
    updates = [event for event in recorded(kind, options, dtype, **more).events if event.kind == "param_update"]
    assert len(updates) == STEPS
    eps = torch.finfo(dtype).eps
    for event in updates:
        before, grad, after, delta = (
            np.array(event.tensor(n).numbers(), np.longdouble) for n in ("before", "grad", "after", "delta")
        )
        expected = before + formula.delta(before, grad)
        scale = np.maximum(np.abs(before), np.abs(after))
        assert np.all(np.abs(expected - after) <= 4 * eps * np.maximum(scale, np.abs(delta))), name
        assert np.all(np.abs(after - before - delta) <= 4 * eps * scale)


def test_the_rate_that_was_used_and_the_state_are_recorded():
    w = torch.ones(2, requires_grad=True)
    optimizer = torch.optim.Adam([w], lr=0.5)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.1)
    with gt.record(params={"w": w}) as rec:
        for _ in range(2):
            optimizer.zero_grad()
            w.square().sum().backward()
            optimizer.step()
            schedule.step()
    first, second = [event for event in rec.recording.events if event.kind == "param_update"]
    assert (first.fact("lr"), second.fact("lr")) == (0.5, pytest.approx(0.05))
    assert (first.fact("by"), first.fact("beta1"), first.fact("beta2")) == ("Adam", 0.9, 0.999)
    assert (first.fact("state:step"), second.fact("state:step")) == (1.0, 2.0)
    assert second.tensor("state:exp_avg").numbers() == optimizer.state[w]["exp_avg"].tolist()
    assert second.tensor("state:exp_avg_sq").numbers() == optimizer.state[w]["exp_avg_sq"].tolist()


def test_two_groups_keep_their_own_settings():
    a, b = torch.ones(2, requires_grad=True), torch.ones(3, requires_grad=True)
    optimizer = torch.optim.SGD([{"params": [a], "lr": 0.1}, {"params": [b]}], lr=0.2)
    with gt.record(params={"a": a, "b": b}) as rec:
        (a.sum() + b.sum()).backward()
        optimizer.step()
    assert {event.param: event.fact("lr") for event in rec.recording.events if event.kind == "param_update"} == {
        "a": 0.1,
        "b": 0.2,
    }


def test_updates_by_hand_are_recorded_like_those_of_an_optimizer():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    with gt.record() as rec:
        for _ in range(3):
            w.grad = None
            w.square().sum().backward()
            with torch.no_grad():
                w -= 0.1 * w.grad
    updates = [event for event in rec.recording.events if event.kind == "param_update"]
    assert [event.param for event in updates] == ["w"] * 3
    assert [event.step for event in updates] == [0, 1, 2]
    assert updates[-1].tensor("after").numbers() == w.tolist()
    assert math.isclose(updates[0].tensor("delta").numbers()[0], -0.2, rel_tol=1e-6)


@pytest.mark.parametrize("size", [20, 300, 3000])
def test_beside_very_large_parameters_one_that_a_step_leaves_alone_is_not_recorded_as_updated(size):
    large = torch.zeros(5_000_000, requires_grad=True)  # too large to be copied before the step
    idle, by_data = torch.ones(size, requires_grad=True), torch.ones(size, requires_grad=True)

    class ByData(torch.optim.Optimizer):
        @torch.no_grad()
        def step(self, closure=None):
            by_data.data += 1

    optimizer = ByData([large, idle, by_data], {})
    with gt.record(params={"large": large, "idle": idle, "by_data": by_data}) as rec:
        optimizer.step()
    updates = [event for event in rec.recording.events if event.kind == "param_update"]
    assert [event.param for event in updates] == ["by_data"]
    assert updates[0].tensor("after").min == 2
