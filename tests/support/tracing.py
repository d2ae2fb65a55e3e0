"""Shorthand of the tracer's tests: trace, hold to the laws and to a walk by hand, and look things up."""

import torch
from torch import nn

from graphtrace.model import check, dumps, loads
from graphtrace.tracer import trace_live
from tests.support import oracle


class Doubled(torch.autograd.Function):
    """An operation of the user's own."""

    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, grad):
        return grad * 2


def traced(*roots, by_hand=True, **options):
    """Trace, hold to the laws and to a walk by hand, and return the graph."""
    live = trace_live(roots, **options)
    check(live.graph)
    assert loads(dumps(live.graph)) == live.graph
    if by_hand:
        oracle.compare(live.graph, live.nodes, roots)
    return live.graph


def types(graph):
    return [node.type for node in graph.nodes]


def named(graph, kind):
    return [node for node in graph.nodes if node.type == kind]


def entering(graph, node):
    return [(edge.slot, edge.input_nr) for edge in graph.edges if edge.target == node.id]


def leaf(*shape, **options):
    return torch.ones(shape, requires_grad=True, **options)


def check_order(root, net):
    live = trace_live(root, net)
    assert oracle.run_order(live.nodes, root.backward) == list(range(len(live.nodes)))


class Tied(nn.Module):
    """Embedding and output share one weight; a frozen and an unused layer; a buffer."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 3))
        self.out = nn.Linear(3, 5, bias=False)
        self.out.weight = self.inner[0].weight
        self.unused = nn.Linear(2, 2)
        self.frozen = nn.Linear(5, 5).requires_grad_(False)
        self.register_buffer("scale", torch.ones(5))

    def forward(self, x):
        return self.frozen(self.out(self.inner(x)) * self.scale).sum()


def example():
    x, y = leaf(3), leaf(3)
    first, second = torch.stack([x * y * 2, y]).unbind(0)
    return [(first * first + second).sum()]
