"""Mistakes that a user of the Lab can make: each is named, at a line of the program, and each of its repairs works."""

from dataclasses import replace

import pytest

import graphtrace as gt
from graphtrace import lab
from graphtrace.lab.records.actions import Backward, Edit, Forward, Freeze, Hook, Step, Train, ZeroGrad
from graphtrace.lab.records.datasets import Moons, Random
from graphtrace.lab.records.layers import BatchNorm1d, Linear, ReLU, Softmax
from graphtrace.lab.records.spec import SGD, Adam, Loss
from graphtrace.lab.showing.playback import playback
from graphtrace.lab.showing.repairs import repairs

XOR = lab.preset("xor").spec
F, B, S, Z = Forward(), Backward(), Step(), ZeroGrad()
FROZEN = tuple(Freeze(name) for name in lab.Machine(XOR).names())
SINGLE = replace(XOR, layers=(Linear(2, 3), BatchNorm1d(3), Linear(3, 1)), data=Random(1))
DEAD = replace(XOR, initial=(("0.bias", (-100.0, -100.0, -100.0)),))
TWO = replace(XOR, layers=(Linear(2, 2), Softmax(-1)), loss=Loss("CrossEntropyLoss"), data=Moons(4))
DIVERGED = replace(XOR, layers=(Linear(2, 1),), optimizer=SGD(1e6))

MADE = {  # what was done, the mistake, the repairs in order
    "a second backward": (XOR, (F, B, B), "backward_twice", ("retain", "forward")),
    "a second backward after a step": (XOR, (F, B, S, B), "backward_twice", ("again", "forward")),
    "a saved weight edited": (XOR, (F, Edit("2.weight", (0, 0), 3.0), B), "inplace_on_saved", ("edit_after", "again")),
    "an input edited": (XOR, (F, Edit("x", (0, 0), 3.0), B), "inplace_on_saved", ("edit_after", "again")),
    "a step between": (XOR, (F, Backward(True), S, B), "step_between_backwards", ("again",)),
    "a step without gradients": (XOR, (F, S), "none_or_zero", ("backward_first",)),
    "no zero_grad": (XOR, (F, B, S, F, B, S), "never_zeroed", ("zero_first",)),
    "no zero_grad, no step": (XOR, (F, B, F, B), "never_zeroed", ("zero_first",)),
    "zero_grad before the step": (XOR, (F, B, Z, S), "zeroed_before_step", ("step_first",)),
    "zeros, and Adam": (
        replace(XOR, optimizer=Adam()),
        (F, B, S, ZeroGrad(set_to_none=False), S),
        "none_or_zero",
        ("zero_none",),
    ),
    "everything frozen": (XOR, (*FROZEN, F, B), "graph_cut", ("thaw",)),
    "frozen after a forward pass": (XOR, (F, *FROZEN, F, B), "graph_cut", ("thaw",)),
    "detached": (XOR, (Hook("2", "detach"), F, B), "graph_cut", ("attach",)),
    "one sample": (SINGLE, (F,), "train_or_eval", ("eval",)),
    "a softmax before cross_entropy": (TWO, (F, B), "softmax_twice", ("no_softmax",)),
    "a dead ReLU": (DEAD, (F, B), "dead_relu", ("leaky",)),
}


def shown(spec, actions):
    """Do actions; returns the machine and what the player plays."""
    machine = lab.Machine(spec)
    for action in actions:
        machine.do(action)
    return machine, playback(machine, 1)


def repaired(machine, repair):
    """Do a repair; returns what the player plays then."""
    if repair.spec is not None:
        return shown(repair.spec, (F, B))[1]
    if repair.position is not None:
        machine.go(repair.position)
    for action in repair.actions:
        machine.do(action)
    return playback(machine, len(repair.actions))


@pytest.mark.parametrize("name", MADE)
def test_a_mistake_of_the_lab_is_named_with_code_of_the_program(name):
    spec, actions, mistake, _ = MADE[name]
    machine, played = shown(spec, actions)
    found = gt.diagnose(played.judged)
    assert found is not None
    assert found.mistake == mistake
    told = " ".join((found.cause, found.repair, *found.evidence, found.source.text if found.source else ""))
    assert "self." not in told, "no line of this package"
    if found.source is not None and found.source.line:
        line = lab.program(machine.spec).text.splitlines()[found.source.line - 1]
        assert line.strip().partition("(")[0] == found.source.text.strip().partition("(")[0]


@pytest.mark.parametrize(("name", "k"), [(name, k) for name, made in MADE.items() for k in range(len(made[3]))])
def test_a_repair_does_away_with_the_mistake(name, k):
    spec, actions, mistake, names = MADE[name]
    machine, _ = shown(spec, actions)
    offered = repairs(machine, mistake)
    assert tuple(one.name for one in offered) == names
    played = repaired(machine, offered[k])
    assert machine.done[-1].error is None
    assert gt.diagnose(played.judged) is None


@pytest.mark.parametrize(
    "actions", [(F, B, S), (F, B, S, Z, F, B, S), (F, Backward(True), B, S, Z), (F, Train(False), F, B, S)]
)
def test_a_correct_lab_gets_no_diagnosis(actions):
    assert gt.diagnose(shown(XOR, actions)[1].judged) is None


def test_after_an_error_that_was_overcome_only_what_came_later_counts():
    assert gt.diagnose(shown(XOR, (F, B, B))[1].judged).mistake == "backward_twice"
    machine, played = shown(XOR, (F, B, B, Z, F, B))
    assert gt.diagnose(played.judged) is None
    assert machine.done[2].error is not None


def test_an_action_that_is_run_again_joins_the_pass_before_it():
    machine = shown(XOR, (F, B))[0]
    machine.undo()
    machine.do(B)
    played = playback(machine, 1)
    graph = played.recording.graphs[-1]
    ran = {event.op for event in played.recording.events if event.kind == "forward_op"}
    assert {node.op for node in graph.nodes if node.op is not None} <= ran


def test_other_losses_and_layers_offer_their_own_repairs():
    assert [one.name for one in repairs(lab.Machine(TWO), "softmax_twice")] == ["no_softmax"]
    assert [(one.value, one.anew) for one in repairs(lab.Machine(DIVERGED), "non_finite")] == [(1e5, True)]
    assert isinstance(XOR.layers[1], ReLU)
