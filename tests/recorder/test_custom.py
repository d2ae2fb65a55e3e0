"""Operations that a custom autograd.Function is."""

import inspect

import numpy as np
import pytest
import torch
from torch import nn

import graphtrace as gt


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad):
        return 2 * ctx.saved_tensors[0] * grad


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x * Square.apply(x * 1)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, grad):
        return 3 * ctx.saved_tensors[0] ** 2 * grad


class Silent(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return torch.from_numpy(np.array([4.0], dtype="float32"))

    @staticmethod
    def backward(ctx, grad):
        return grad


class Both(nn.Module):
    def forward(self, x):
        return Square.apply(x) + Square.apply(2 * x)


def op_of(recording, kind="custom"):
    graph = recording.graphs[-1]
    return [recording.ops[node.op] for node in graph.nodes if node.kind == kind]


@pytest.mark.parametrize("function", [Square, Cube])
def test_a_custom_node_names_its_class_and_the_line_that_applied_it(function):
    x = torch.ones(3, requires_grad=True)
    with gt.record() as rec:
        torch.ones(2) * 2
        line, y = inspect.currentframe().f_lineno, function.apply(x)
        y.sum().backward()
    (op,) = op_of(rec.recording)
    assert op.name == function.__name__
    assert (op.source.file, op.source.line) == (__file__, line)
    assert "function.apply(x)" in op.source.text
    assert rec.recording.audit().ok
    assert gt.model.loads_any(gt.model.dumps(rec.recording)) == rec.recording


def test_every_application_has_its_own_place():
    net = nn.Sequential(nn.Linear(2, 2), Both())
    with gt.record(net) as rec:
        loss = net(torch.ones(1, 2)).sum()
        loss.backward(retain_graph=True)
        loss.backward()
    ops = op_of(rec.recording)
    assert [(op.name, op.module) for op in ops] == [("Square", "1"), ("Square", "1")]
    assert len({op.source.column for op in ops}) == 2
    assert [node.key for node in rec.recording.graphs[0].nodes if node.kind == "custom"] == ["1/Square:1", "1/Square:0"]
    assert len({op.id for op in ops}) == 2
    assert [op.name for op in rec.recording.ops].count("Square") == 2


def test_one_whose_forward_calls_no_torch_is_still_named():
    x = torch.ones(1, requires_grad=True)
    with gt.record() as rec:
        Silent.apply(x).sum().backward()
    (op,) = op_of(rec.recording)
    assert op.name == "Silent"


def test_one_inside_another_is_not_taken_for_it():
    class Nested(Cube):
        @staticmethod
        def forward(x):
            return Square.apply(x) * x

    x = torch.ones(3, requires_grad=True)
    with gt.record() as rec:
        Nested.apply(x).sum().backward()
    (op,) = op_of(rec.recording)
    assert (op.name, op.source) == ("Nested", None)  # its own first call comes after the inner one's


def test_one_applied_before_the_block_is_no_operation_of_it():
    x = torch.ones(3, requires_grad=True)
    y = Square.apply(x)
    with gt.record() as rec:
        y.sum().backward()
    assert [node.op for node in rec.recording.graphs[0].nodes if node.kind == "custom"] == [None]
