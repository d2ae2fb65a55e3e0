"""Counts and latest updates are true across iterations that nobody watched; the oracle is a plain loop with hooks."""

from collections import Counter
from contextlib import suppress

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import graphtrace as gt
from graphtrace import lab
from graphtrace.lab import datasets
from graphtrace.lab.parts.data import tensors
from graphtrace.lab.records.actions import Backward, Forward, Freeze, Iterate, Step, ZeroGrad
from graphtrace.lab.records.layers import Linear, Tanh
from graphtrace.lab.records.spec import SGD, Spec
from graphtrace.lab.showing.branches import branch_without_zero_grad
from graphtrace.lab.showing.playback import first_entry, playback
from graphtrace.lab.showing.time_points import now

SPEC = Spec((Linear(2, 3, name="a"), Tanh(), Linear(3, 1, name="b")), optimizer=SGD(0.05), data=datasets.Xor(), seed=3)


class Plain:
    """The same program in plain PyTorch; hooks count, and a copy is kept of what was before each update."""

    def __init__(self, spec):
        torch.manual_seed(spec.seed)
        a, b = nn.Linear(2, 3), nn.Linear(3, 1)
        self.net = nn.Sequential()
        for name, module in (("a", a), ("1", nn.Tanh()), ("b", b)):
            self.net.add_module(name, module)
        self.x, self.y = tensors(spec)
        self.optimizer = torch.optim.SGD(self.net.parameters(), spec.optimizer.lr)
        self.counts, self.updates, self.loss = Counter(), {}, None
        for name, parameter in self.net.named_parameters():
            parameter.register_post_accumulate_grad_hook(lambda _, name=name: self.counts.update([name]))

    def do(self, action):
        match action:
            case Forward():
                self.loss = nn.functional.mse_loss(self.net(self.x), self.y)
            case Backward():
                with suppress(RuntimeError):  # torch refuses after an update in place; a part may have run
                    self.loss.backward(retain_graph=action.retain_graph)
            case ZeroGrad():
                self.net.zero_grad(action.set_to_none)
                self.counts.clear()
            case Step():
                self.step()
            case Freeze():
                self.net.get_parameter(action.parameter).requires_grad_(not action.frozen)
            case Iterate():
                for _ in range(action.n):
                    if action.zero != "never":
                        self.do(ZeroGrad(action.zero == "none"))
                    self.do(Forward())
                    self.do(Backward())
                    self.do(Step())

    def step(self):
        for name, parameter in self.net.named_parameters():
            if parameter.grad is not None:
                self.updates[name] = parameter.detach().clone(), None
        self.optimizer.step()
        for name, parameter in self.net.named_parameters():
            if parameter.grad is not None:
                self.updates[name] = self.updates[name][0], parameter.detach().clone()

    def grads(self):
        parameters = dict(self.net.named_parameters())
        return {n: (self.counts[n], p.grad.flatten().tolist()) for n, p in parameters.items() if p.grad is not None}


def shown_grads(state):
    held = {name: grad for name, grad in state.grads.items() if grad.value is not None}
    return {name: (grad.count, list(grad.value.numbers())) for name, grad in held.items()}


def of_player(updates):
    return {name: tuple(list(one.numbers()) for one in pair) for name, pair in updates.items()}


def of_plain(updates):
    return {name: tuple(one.flatten().tolist() for one in pair) for name, pair in updates.items()}


def do(machine, plain, action):
    if isinstance(action, Iterate):
        machine.iterate(action.n, zero=action.zero)
    else:
        machine.do(action)
    plain.do(action)


ACTIONS = st.one_of(
    st.just(Forward()),
    st.just(Backward(True)),
    st.just(Step()),
    st.builds(ZeroGrad, st.booleans()),
    st.builds(Iterate, st.sampled_from([1, 2, 7]), st.sampled_from(["none", "zeros", "never"])),
    st.builds(Freeze, st.just("a.bias"), st.booleans()),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTIONS, max_size=10), st.integers(0, 9))
def test_the_playback_ends_and_begins_with_the_counts_of_hooks(actions, ending):
    machine, plain = lab.Machine(SPEC), Plain(SPEC)
    states = [({}, {})]
    for action in (Forward(), *actions):
        do(machine, plain, action)
        states.append((plain.grads(), dict(plain.updates)))
    machine.go(max(1, machine.position - ending))
    played = playback(machine)
    player = gt.Player(played.recording)
    assert shown_grads(player.seek(-1)) == states[machine.position][0]
    grads, updates = states[first_entry(machine.done)]
    state = player.seek(0)
    assert shown_grads(state) == grads
    assert of_player(state.params) == of_plain(updates)
    assert of_player(player.seek(-1).params) == of_plain(states[machine.position][1])


def test_a_branch_without_zero_grad_says_how_many_passes_are_in_its_buckets():
    machine, plain = lab.Machine(SPEC), Plain(SPEC)
    for action in (Forward(), Backward(True)):
        do(machine, plain, action)
    pair = branch_without_zero_grad(machine, now(machine), 100)
    plain.do(Iterate(100, "never"))
    player = gt.Player(playback(pair.b).recording)
    assert {grad.count for grad in player.seek(-1).grads.values()} == set(plain.counts.values()) == {101}
    assert {grad.count for grad in player.seek(0).grads.values()} == {100}
    assert shown_grads(player.seek(-1)) == plain.grads()
    assert {grad.count for grad in gt.Player(playback(pair.a).recording).seek(-1).grads.values()} == {1}


@pytest.mark.parametrize("zero", ["none", "zeros", "never"])
def test_counting_leaves_every_bit_as_it_is(zero):
    machine, plain = lab.Machine(SPEC), Plain(SPEC)
    machine.iterate(30, zero=zero)
    for _ in range(30):
        if zero != "never":
            plain.net.zero_grad(zero == "none")
        nn.functional.mse_loss(plain.net(plain.x), plain.y).backward()
        plain.optimizer.step()
    assert all(torch.equal(machine.tensor(name), one.detach()) for name, one in plain.net.named_parameters())
    assert all(not one._post_accumulate_grad_hooks for one in machine.trainer.net.parameters())


def test_a_recording_keeps_what_was_there_when_it_began(tmp_path):
    machine = lab.Machine(SPEC)
    machine.iterate(4, zero="never")
    machine.forward()
    recording = playback(machine).recording
    assert recording.audit().ok
    assert gt.load(recording.save(tmp_path / "run.json.gz")) == recording
    assert [(leaf.name, leaf.passes) for leaf in recording.start] == [(name, 4) for name in machine.names()]
