"""A block that goes on from an earlier one, and keeps nothing alive that the program lets go of."""

import gc
import weakref

import pytest
import torch
from torch import nn

import graphtrace as gt


def step_in_parts(net, x, optimizer):
    with gt.record(net, optimizer) as first:
        loss = net(x).square().sum()
    with gt.record(net, optimizer, after=first) as second:
        loss.backward()
        optimizer.step()
    with gt.record(net, optimizer, after=second) as third:
        net(x).sum().backward()
    return first, second, third


def test_a_block_goes_on_from_an_earlier_one():
    net, x = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)), torch.randn(2, 3)
    first, second, third = step_in_parts(net, x, torch.optim.SGD(net.parameters(), 0.1))
    with gt.record(net) as whole:
        net(x).square().sum().backward()
    graph, expected = second.recording.graphs[0], whole.recording.graphs[0]
    assert [(node.key, node.module, node.op) for node in graph.nodes] == [
        (node.key, node.module, node.op) for node in expected.nodes
    ]
    ops = first.recording.ops
    assert len(ops) > 0
    assert second.recording.ops == ops
    assert third.recording.ops[: len(ops)] == ops
    assert [op.id for op in third.recording.ops] == list(range(len(third.recording.ops)))
    assert [value.id for value in third.recording.tensors] == list(range(len(third.recording.tensors)))
    assert {event.step for event in second.recording.events} == {0}
    assert {event.step for event in third.recording.events} == {1}
    for block in (first, second, third):
        assert block.recording.audit().ok
        assert gt.model.loads_any(gt.model.dumps(block.recording)) == block.recording


def test_without_the_earlier_block_nodes_name_no_operation():
    x = torch.ones(3, requires_grad=True)
    with gt.record() as first:
        loss = (x * 2).sum()
    with gt.record() as second:
        loss.backward()
    assert first.made_by([loss.grad_fn])[0].name == "Tensor.sum"
    assert second.made_by([loss.grad_fn]) == [None]
    assert all(node.op is None for node in second.recording.graphs[0].nodes)


def test_two_blocks_may_go_on_from_one_and_do_not_mix():
    x = torch.ones(3, requires_grad=True)
    with gt.record() as first:
        y = x * 2
    with gt.record(after=first) as one:
        a = (y + 1).sum()
    with gt.record(after=first) as two:
        (y - 1).sum()
        (a * 3).backward()
    ops = two.recording.ops
    names = [None if node.op is None else ops[node.op].name for node in two.recording.graphs[0].nodes]
    assert len(one.recording.ops) == 3
    assert names == ["Tensor.mul", None, None, "Tensor.mul", None]
    assert two.recording.audit().ok


def test_steps_may_be_counted_from_a_number():
    with gt.record(step=7) as rec:
        torch.ones(2) * 2
    assert [event.step for event in rec.recording.events][-1] == 7


def test_a_block_keeps_nothing_alive_that_the_program_lets_go_of():
    gc.disable()
    try:
        x = torch.ones(3, requires_grad=True)
        batch = torch.ones(3)
        early = weakref.ref(batch)
        with gt.record() as rec:
            y = x + batch
            del batch
            assert early() is None
            w = torch.ones(3, requires_grad=True)
            (w * 2).sum().backward()
        tensor, block = weakref.ref(y), weakref.ref(rec)
        del y, w
        assert tensor() is None
        del rec
        assert block() is None
    finally:
        gc.enable()


def test_naming_a_leaf_leaves_the_programs_own_view_of_its_variables():
    seen = locals()
    first = torch.ones(3, requires_grad=True)
    with gt.record() as rec:
        first * 2
    assert [value.name for value in rec.recording.tensors if value.origin == "leaf"] == ["first"]
    assert "first" in locals()
    assert isinstance(seen, dict)
    del first
    with gt.record() as rec:
        second = torch.ones(3, requires_grad=True)
        second * 2
    assert next(value.name for value in rec.recording.tensors if value.requires_grad) == "second"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"after": gt.Recording()}, r"after is not a recorder: .* \(pass the rec of an earlier"),
        ({"after": gt.record()}, r"after is a recorder that has not ended"),
        ({"step": -1}, r"step is no number of steps: -1 \(must be an int, 0 or more\)"),
        ({"step": 1.0}, r"step is no number of steps: 1.0"),
    ],
)
def test_what_can_not_come_before_is_refused(options, message):
    with pytest.raises(gt.TraceError, match=message):
        gt.record(**options)
