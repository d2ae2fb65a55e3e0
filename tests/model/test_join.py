"""Recordings told one after another."""

import torch
from torch import nn

import graphtrace as gt
from graphtrace.lab import Machine, preset
from graphtrace.model import check_recording, join


def a_step(net: nn.Module, x: torch.Tensor) -> None:
    net.zero_grad()
    net(x).square().mean().backward()


def test_two_blocks_become_one_story_that_is_sound_and_audited():
    net, x = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)), torch.ones(4, 2)
    parts = []
    for _ in range(2):
        with gt.record(net) as rec:
            a_step(net, x)
        parts.append(rec.recording)
    story = join(parts)
    check_recording(story)
    assert story.audit().ok
    assert len(story) == sum(map(len, parts))
    assert [event.kind for event in story.events] == [event.kind for part in parts for event in part.events]
    assert [event.ns for event in story.events] == sorted(event.ns for event in story.events)
    assert len(story.graphs) == 2
    made = [{node.op for node in graph.nodes if node.op is not None} for graph in story.graphs]
    assert all(made)
    assert not made[0] & made[1]


def test_joining_one_recording_changes_nothing():
    net = nn.Linear(2, 1)
    with gt.record(net) as rec:
        a_step(net, torch.ones(3, 2))
    assert join([rec.recording]) == rec.recording
    assert len(join([])) == 0


def test_a_backward_pass_on_its_own_lights_the_ops_of_the_forward_pass_before_it():
    spec = preset("xor").spec
    assert spec is not None
    machine = Machine(spec)
    forward, backward = machine.forward(), machine.backward()
    story = join([forward, backward])
    check_recording(story)
    told = {event.op for event in story.events if event.kind == "forward_op"}
    made = {node.op for node in story.graphs[-1].nodes if node.op is not None}
    assert made
    assert made <= told
    assert len(story.ops) == len(forward.ops)
