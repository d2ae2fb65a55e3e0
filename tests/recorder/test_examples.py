"""Every program of the menu, recorded: forward where it offers one, backward, zeroing, step."""

import warnings

import pytest
import torch

import graphtrace as gt
from graphtrace import examples
from tests.support import oracle

RUNNING = [name for name in examples.names() if examples.get(name).has_graph]


def turns(built):
    """One or two turns of the program's loop; a root that cannot be computed anew is used once."""
    for turn in range(2 if built.forward is not None else 1):
        root = built.forward() if built.forward is not None else built.root
        if built.zero is not None and turn:
            built.zero()
        if built.grad_output is not None:
            root.backward(built.grad_output)
        elif isinstance(root, tuple):
            torch.autograd.backward(root)
        else:
            root.backward()
        if built.step is not None:
            built.step()


def leaves_of(built):
    return dict(built.model.named_parameters()) if built.model is not None else dict(built.params)


def recorded(name):
    built = examples.build(name)
    optimizer = built.optimizer() if built.optimizer is not None else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with gt.record(built.model, optimizer, params=built.params) as rec:
            turns(built)
    return built, rec.recording


@pytest.mark.parametrize("name", RUNNING)
def test_a_program_of_the_menu_is_recorded_and_audited(name):
    built, recording = recorded(name)
    report = recording.audit()
    assert report.violations == ()
    assert report.hooks == ()
    assert report.checked > 0
    assert report.unproven == 0
    assert recording.warnings == ()
    assert not [event for event in recording.events if event.kind == "error"]
    ran = [event.node for event in recording.events if event.kind == "node_out" and event.graph == 0]
    assert ran == list(range(len(recording.graphs[0].nodes)))
    took = {event.param for event in recording.events if event.kind == "accumulate"}
    named = {key for key, leaf in leaves_of(built).items() if leaf.requires_grad}
    assert took <= named
    assert took == {node.param for graph in recording.graphs for node in graph.nodes if node.param}
    if built.step is not None:
        assert {event.param for event in recording.events if event.kind == "param_update"} == took


@pytest.mark.parametrize("name", RUNNING)
def test_a_program_of_the_menu_ends_as_it_does_unrecorded(name):
    free = examples.build(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        turns(free)
    held, _ = recorded(name)
    for key, leaf in leaves_of(free).items():
        other = leaves_of(held)[key]
        assert oracle.same_bits(leaf, other), key
        assert oracle.same_bits(leaf.grad, other.grad), key
