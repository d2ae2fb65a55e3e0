"""Undo, redo and branch are bit for bit: whatever was done, in whatever order, the graph included."""

import dataclasses
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import graphtrace as gt
from graphtrace import lab
from graphtrace.errors import SpecError
from graphtrace.lab import datasets
from graphtrace.lab.design.changes import weights_fit
from graphtrace.lab.records.actions import (
    Backward,
    Edit,
    Forward,
    Freeze,
    Hook,
    Iterate,
    Redesign,
    Step,
    Swap,
    Train,
    ZeroGrad,
)
from graphtrace.lab.records.layers import BatchNorm1d, Dropout, Linear, ReLU, Tanh
from graphtrace.lab.records.spec import SGD, Adam, ByHand, CosineAnnealingLR, ExponentialLR, Loss, RMSprop, Spec, StepLR
from graphtrace.lab.running import trainer

LAYERS = (Linear(2, 3, name="a"), BatchNorm1d(3, name="norm"), Tanh(), Dropout(0.4), Linear(3, 1, name="b"))
OPTIMIZERS = [SGD(0.1), SGD(0.1, momentum=0.9), Adam(0.05), RMSprop(0.01, momentum=0.5), ByHand(0.1)]
SCHEDULERS = [None, StepLR(2, 0.5), ExponentialLR(0.9), CosineAnnealingLR(5)]
DESIGNS = {
    "optimizer": {"optimizer": Adam(0.02)},
    "back": {"optimizer": SGD(0.1, momentum=0.9), "scheduler": StepLR(2, 0.5)},
    "loss": {"loss": Loss("L1Loss")},
    "data": {"data": datasets.Random(5, seed=3)},
    "activation": {"layers": (*LAYERS[:2], ReLU(), *LAYERS[3:])},
    "width": {"layers": (Linear(2, 4, name="a"), Tanh(), Linear(4, 1, name="b"))},
    "frozen": {"layers": (Linear(2, 3, name="a", frozen="weight"), *LAYERS[1:])},
    "dtype": {"dtype": "float64"},
    "seed": {"seed": 9},
}
SPECS = st.builds(
    Spec,
    layers=st.just(LAYERS),
    optimizer=st.sampled_from(OPTIMIZERS),
    scheduler=st.sampled_from(SCHEDULERS),
    data=st.just(datasets.Random(4)),
    seed=st.integers(0, 5),
)


def graph_of(machine):
    """What can be told of a live graph from outside: loss, nodes, edges, what they hold."""
    if machine.loss is None:
        return None
    if machine.loss.grad_fn is None:
        return machine.loss.item()
    graph = gt.trace(machine.loss, model=machine.trainer.net)
    nodes = [(node.key, node.type, tuple((one.name, one.state) for one in node.saved)) for node in graph.nodes]
    return machine.loss.item().hex(), nodes, graph.edges


def moment(machine):
    return machine.fingerprint(), graph_of(machine), machine.losses


class History(RuleBasedStateMachine):
    """A machine beside a list of what it was like after each action."""

    def __init__(self):
        super().__init__()
        self.machine = None
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(trainer, "CHECKPOINT_INTERVAL", 8)

    @precondition(lambda self: self.machine is None)
    @rule(spec=SPECS)
    def make(self, spec):
        self.machine = lab.Machine(spec)
        self.moments = [moment(self.machine)]

    def did(self, call):
        call()
        del self.moments[self.machine.position :]
        self.moments.append(moment(self.machine))

    @precondition(lambda self: self.machine)
    @rule(
        action=st.one_of(
            *[st.just(Forward())] * 2,
            st.builds(Backward, retain_graph=st.booleans()),
            st.builds(ZeroGrad, set_to_none=st.booleans()),
            *[st.just(Step())] * 2,
            st.builds(Train, on=st.booleans()),
            st.builds(Freeze, parameter=st.sampled_from(["a.weight", "b.bias"]), frozen=st.booleans()),
            st.builds(
                Hook,
                module=st.sampled_from(["a", "b"]),
                does=st.sampled_from(["detach", "retain_grad", "nothing"]),
            ),
            st.builds(Swap, optimizer=st.sampled_from(OPTIMIZERS), scheduler=st.sampled_from(SCHEDULERS)),
        )
    )
    def do(self, action):
        self.did(lambda: self.machine.do(action))

    @precondition(lambda self: self.machine)
    @rule(name=st.sampled_from(sorted(DESIGNS)), keep=st.booleans())
    def redesign(self, name, keep):
        spec = replace(self.machine.spec, **DESIGNS[name])
        if keep and not weights_fit(self.machine.spec, spec):
            with pytest.raises(SpecError, match="the weights do not fit"):
                self.machine.do(Redesign(spec, keep))
            return
        self.did(lambda: self.machine.do(Redesign(spec, keep)))

    @precondition(lambda self: self.machine)
    @rule(name=st.sampled_from(["x", "a.weight", "a.weight.grad", "b.weight"]), value=st.sampled_from([0.0, -0.0, 3.5]))
    def edit(self, name, value):
        try:
            self.machine.trainer.find_tensor(name)
        except SpecError:
            return
        self.did(lambda: self.machine.do(Edit(name, (0, 1), value)))

    @precondition(lambda self: self.machine)
    @rule(n=st.sampled_from([1, 3, 20]), zero=st.sampled_from(["none", "zeros", "never"]), watch=st.booleans())
    def iterate(self, n, zero, watch):
        self.did(lambda: self.machine.iterate(n, watch and n < 10, zero=zero))

    @precondition(lambda self: self.machine)
    @rule(data=st.data())
    def go(self, data):
        self.machine.go(data.draw(st.integers(0, len(self.machine.history))))

    @precondition(lambda self: self.machine and self.machine.position)
    @rule()
    def undo(self):
        self.machine.undo()

    @precondition(lambda self: self.machine and self.machine.position < len(self.machine.history))
    @rule()
    def redo(self):
        self.machine.redo()

    @precondition(lambda self: self.machine)
    @rule()
    def branch(self):
        left = self.machine
        self.machine = left.branch()
        left.forward()  # what the other does is of no consequence
        left.step()

    @invariant()
    def it_is_what_it_was(self):
        if self.machine is not None:
            assert moment(self.machine) == self.moments[self.machine.position]

    def teardown(self):
        """A fresh machine that does the same is the same: nothing depends on the way there."""
        self.patch.undo()
        if self.machine is not None:
            fresh = lab.Machine(self.machine.start_spec)
            fresh.replay(self.machine.actions)
            assert moment(fresh) == moment(self.machine)


History.TestCase.settings = settings(
    max_examples=100, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
test_every_history_can_be_gone_through_bit_for_bit = History.TestCase


def test_the_comparison_notices_one_bit():
    one, other = (lab.Machine(lab.preset("xor").spec) for _ in range(2))
    assert one.fingerprint() == other.fingerprint()
    one.edit("0.bias", (0,), 0.0)
    other.edit("0.bias", (0,), -0.0)
    assert one.fingerprint() != other.fingerprint()


@pytest.mark.reads_saved
def test_undo_of_a_backward_brings_the_graph_back():
    machine = lab.Machine(lab.preset("lenet").spec)
    machine.forward()
    first = machine.backward()
    assert {one.state for node in gt.trace(machine.loss).nodes for one in node.saved} == {"freed"}
    machine.undo()
    assert {one.state for node in gt.trace(machine.loss).nodes for one in node.saved} == {"held"}
    second = machine.backward()
    assert machine.history[-1].error is None
    assert [event.tensors for event in first.events] == [event.tensors for event in second.events]


def test_the_graph_comes_back_from_before_a_step_that_followed():
    machine = lab.Machine(lab.preset("xor").spec)
    machine.forward()
    machine.backward(retain_graph=True)
    machine.step()
    machine.backward()
    assert "modified by an inplace operation" in machine.history[-1].error
    machine.undo()
    machine.backward()
    assert "modified by an inplace operation" in machine.history[-1].error


@pytest.mark.parametrize("watch", [True, False])
@pytest.mark.parametrize(
    ("cut", "optimizer", "error"), [("a", ByHand(0.1), "NoneType"), ("b", SGD(0.1), "does not have a grad_fn")]
)
def test_an_iteration_that_raised_after_its_forward_left_a_loss_of_its_own(watch, cut, optimizer, error):
    """By hand a step needs every gradient; no backward pass begins at a loss that is cut off."""
    machine = lab.Machine(Spec(LAYERS, optimizer=optimizer, data=datasets.Random(4)))
    machine.hook(cut, "detach")
    machine.iterate(3, watch)
    assert error in machine.history[-1].error
    then = moment(machine)
    assert then[1] is not None
    assert moment(machine.branch()) == then
    machine.undo()
    assert moment(machine)[1] is None
    machine.redo()
    assert moment(machine) == then


def test_a_forward_that_raised_leaves_the_graph_of_before():
    spec = Spec((Linear(2, 3), BatchNorm1d(3), Linear(3, 1)), data=datasets.Random(1))
    machine = lab.Machine(spec)
    machine.train(False)
    machine.forward()
    machine.train(True)
    machine.forward()
    assert machine.history[-1].error is not None
    before = moment(machine)
    machine.step()
    machine.undo()
    assert moment(machine) == before
    machine.backward()
    assert machine.history[-1].error is None


def test_there_is_nothing_before_the_start_and_behind_the_end():
    machine = lab.Machine(lab.preset("xor").spec)
    with pytest.raises(SpecError, match=r"no such position: -1 \(0 is the start, 0 the end\)"):
        machine.undo()
    with pytest.raises(SpecError, match="no such position: 1"):
        machine.redo()


def test_an_action_after_undo_forgets_what_was_undone():
    machine = lab.Machine(lab.preset("xor").spec)
    machine.iterate(3)
    machine.step()
    machine.go(0)
    machine.forward()
    assert machine.actions == (Forward(),)
    assert len(machine.history) == 1


def test_branches_with_and_without_zero_grad_go_different_ways():
    machine = lab.Machine(lab.preset("xor").spec)
    machine.iterate(2)
    other = machine.branch()
    machine.iterate(3, zero="none")
    other.iterate(3, zero="never")
    assert machine.losses[:3] == other.losses[:3]  # the third forward pass is still the same
    assert machine.losses[4:] != other.losses[4:]


@pytest.mark.parametrize("budget", ["1", "20000"])
def test_a_small_budget_of_snapshots_changes_no_bit(monkeypatch, budget):
    machine = lab.Machine(dataclasses.replace(lab.preset("moons").spec, layers=(*LAYERS[:-1], Linear(3, 1))))
    monkeypatch.setenv("GRAPHTRACE_MAX_HISTORY_BYTES", budget)
    moments = [moment(machine)]
    for call in (machine.forward, machine.backward, machine.step, machine.zero_grad) * 4:
        call()
        moments.append(moment(machine))
    machine.iterate(300)
    assert machine._snapshots.nbytes() < 60_000
    for position in reversed(range(17)):
        machine.go(position)
        assert moment(machine) == moments[position]


def test_a_recording_that_was_not_kept_is_made_again(monkeypatch):
    monkeypatch.setenv("GRAPHTRACE_MAX_RECORDINGS", "1")
    machine = lab.Machine(lab.preset("xor").spec)
    machine.forward()
    first = machine.backward()
    machine.step()
    machine.iterate(4)
    assert machine.history[1].recording is None
    before = moment(machine)
    assert [event.tensors for event in machine.recording(1).events] == [event.tensors for event in first.events]
    assert len(machine.recording(3).graphs) == 4
    assert moment(machine) == before
    with pytest.raises(SpecError, match="no such action: 9"):
        machine.recording(9)


def test_a_run_that_was_undone_leaves_nothing_behind():
    machine = lab.Machine(lab.preset("moons").spec)
    machine.iterate(trainer.CHECKPOINT_INTERVAL + 3)
    machine.undo()
    machine.forward()
    before = moment(machine)
    machine.step()
    machine.undo()
    assert moment(machine) == before


def test_what_was_iterated_is_part_of_the_program():
    machine = lab.Machine(lab.preset("xor").spec)
    machine.iterate(7, zero="zeros")
    assert machine.actions == (Iterate(7, "zeros"),)
