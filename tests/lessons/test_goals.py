"""Goals of exercises: each is reached by real actions on the Lab's machine, and not before."""

from dataclasses import replace

import pytest

from graphtrace import lab, lessons
from graphtrace.diagnosis import MISTAKES
from graphtrace.lab.records.actions import Backward, Edit, Forward, Freeze, Hook, Iterate, Redesign, Step, ZeroGrad
from graphtrace.lab.showing.repairs import repairs
from graphtrace.lessons.goals import reached
from graphtrace.lessons.records import CONDITIONS

GOALS = {lesson.id: lesson.exercise for lesson in lessons.all_lessons()}
XOR = lab.preset("xor").spec
SUMMED = replace(XOR, loss=replace(XOR.loss, reduction="sum"))
FAST = replace(XOR, optimizer=replace(XOR.optimizer, lr=0.5))
LARGER = lab.preset("lenet_5x5").spec
VECTOR = replace(XOR, loss=replace(XOR.loss, reduction="none"))
BOARD = lab.preset("blackboard").spec
PASS, ITERATION = (Forward(), Backward()), (Forward(), Backward(), Step())


def at_a_rate(lr, keep=True):
    return Redesign(replace(BOARD, optimizer=replace(BOARD.optimizer, lr=lr)), keep)


DOES = {  # after the first forward pass, which the page does: actions up to the last one of which nothing is reached
    "numbers": (Backward(), Edit("2.bias", (0,), 0.25), Forward()),
    "losses": (Redesign(SUMMED, keep=True), Forward(), Backward()),
    "race": (Redesign(FAST, keep=True), Iterate(20), Iterate(30)),
    "lenet": (Redesign(LARGER), Forward(), Backward()),
    "neuron": (Backward(), Edit("out.weight", (0, 1), 0.0)),
    "forks": (Backward(),),
    "buckets": (Backward(), *PASS, *PASS),
    "eaten": (Backward(retain_graph=True), Backward()),
    "vectors": (Redesign(VECTOR, keep=True), Forward(), Backward()),
    "leaves": (Hook("1", "detach"), Forward(), Backward()),
    "byhand": (at_a_rate(0.05), Backward(), Step(), Forward()),
    "update": (Backward(), Step(), *ITERATION, *ITERATION),
    "modules": (Freeze("2.weight"), Forward(), Backward()),
    "dying": (Iterate(99), ZeroGrad(), *ITERATION),
    "training": (Iterate(60), Iterate(1000)),
}
OTHERWISE = {  # what looks alike, and does not reach it
    "numbers": (Edit("2.bias", (0,), -5.0), Forward(), Edit("2.bias", (0,), 0.25), Step(), Forward()),
    "losses": (Edit("2.bias", (0,), 9.0), Forward(), Backward()),
    "race": (Iterate(100), Redesign(FAST, keep=True), Iterate(100)),
    "lenet": (Backward(),),
    "neuron": (Backward(), Edit("out.weight", (0, 0), 0.0)),
    "buckets": (Backward(), *PASS, ZeroGrad(), *PASS),
    "eaten": (Backward(), *PASS),
    "vectors": (Backward(), Backward()),
    "leaves": (Backward(), Hook("1", "detach"), Forward(), Backward()),
    "byhand": (at_a_rate(0.02), Backward(), Step(), Forward(), Edit("w1.weight", (0, 0), 9.0), Forward()),
    "update": (Iterate(5),),
    "modules": (Backward(), Freeze("2.weight"), Forward(), Backward()),
    "dying": (Iterate(50),),
}


def started(name):
    machine = lab.Machine(lab.preset(GOALS[name].preset).spec)
    machine.forward()
    return machine


def test_every_lesson_has_a_goal_and_every_kind_of_condition_is_used():
    assert set(DOES) == set(GOALS)
    asked = [one for exercise in GOALS.values() for one in exercise.goal.conditions]
    assert {one.kind for one in asked} == set(CONDITIONS)
    assert {one.of for one in asked if one.kind == "mistake"} <= set(MISTAKES)


@pytest.mark.parametrize("name", GOALS)
def test_a_goal_is_reached_by_its_last_action_and_not_before(name):
    goal, machine = GOALS[name].goal, started(name)
    for action in DOES[name]:
        assert not reached(goal, machine), action
        machine.do(action, watch=not isinstance(action, Iterate))
    before = machine.fingerprint()
    assert reached(goal, machine)
    assert machine.fingerprint() == before
    machine.go(1)
    assert not reached(goal, machine)


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_looks_alike_does_not_reach_it(name):
    machine = started(name)
    for action in OTHERWISE[name]:
        machine.do(action, watch=not isinstance(action, Iterate))
    assert not reached(GOALS[name].goal, machine)


def test_the_weight_to_find_has_the_largest_gradient():
    machine = started("neuron")
    machine.backward()
    (asked,) = GOALS["neuron"].goal.conditions
    grads = {name: p.grad for name, p in machine.trainer.net.named_parameters() if p.grad is not None}
    largest = max(grad.abs().max().item() for grad in grads.values())
    assert grads[asked.of][asked.index].abs().item() == largest


def test_the_repair_that_the_lab_offers_reaches_the_goal():
    machine = started("eaten")
    machine.do(Backward())
    machine.do(Backward())
    assert machine.done[-1].error
    assert not reached(GOALS["eaten"].goal, machine)
    retained = next(one for one in repairs(machine, "backward_twice") if one.name == "retain")
    machine.go(retained.position)
    for action in retained.actions:
        machine.do(action)
    assert reached(GOALS["eaten"].goal, machine)


def test_another_net_has_no_such_parameter_and_reaches_nothing():
    machine = lab.Machine(lab.preset("blackboard").spec)
    machine.forward()
    machine.backward()
    assert not any(reached(GOALS[name].goal, machine) for name in ("leaves", "modules", "buckets", "neuron", "forks"))
