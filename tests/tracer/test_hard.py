"""Graphs that break tracers (facts, section 6): outputs, roots, leaves, second order, custom functions."""

import pytest
import torch
from torch import nn
from torch.autograd.function import once_differentiable

from graphtrace.errors import NoGraphError
from graphtrace.model import check
from graphtrace.tracer import trace
from tests.support.tracing import check_order, entering, leaf, named, traced

pytestmark = pytest.mark.filterwarnings("ignore:TF32", "ignore:Using backward", "ignore:.torch.jit")


# Several outputs -----------------------------------------------------------------------------------------------------


def test_unbind_split_and_qr_are_one_node_with_several_outputs():
    x = leaf(3, 3)
    parts = x.unbind(0)
    graph = traced(parts[0].sum() + parts[2].sum())
    [unbind] = named(graph, "UnbindBackward0")
    assert [meta.shape for meta in unbind.metas] == [(3,), (3,), (3,)]
    assert sorted(nr for _, nr in entering(graph, unbind)) == [0, 2]
    graph = traced(sum(part.sum() for part in x.split(2)))
    assert [meta.shape for meta in named(graph, "SplitBackward0")[0].metas] == [(2, 3), (1, 3)]
    q, r = torch.linalg.qr(torch.eye(3).requires_grad_())
    [qr] = named(traced(r.sum() * q.sum()), "LinalgQrBackward0")
    assert len(qr.metas) == 2


def test_indices_of_topk_have_no_graph():
    values, indices = leaf(5).topk(2)
    values_graph = traced(values.sum())
    [topk] = named(values_graph, "TopkBackward0")
    assert {kept.name for kept in topk.saved} == {"indices"}
    assert entering(values_graph, topk) == [(0, 0)]
    assert indices.grad_fn is None
    with pytest.raises(NoGraphError, match="does not require grad"):
        trace(indices)


# Recurrent nets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
@pytest.mark.parametrize("fused", [True, False])
def test_recurrent_nets_reach_all_their_parameters_on_both_backends(kind, fused):
    net = kind(3, 4, num_layers=2)
    with torch.backends.mkldnn.flags(enabled=fused):
        out, _ = net(torch.ones(5, 2, 3))
    graph = traced(out.sum(), model=net)
    assert {node.param for node in graph.nodes if node.param} == dict(net.named_parameters()).keys()
    assert all(param.state == "used" for param in graph.params)
    if not (fused and kind is nn.LSTM):
        assert len(graph.nodes) > 40
    check_order(out.sum(), net)


def test_a_fused_lstm_layer_is_one_node_of_seven_slots_and_enters_the_next_by_its_outputs():
    net = nn.LSTM(3, 4, num_layers=2)
    out, (h, c) = net(torch.ones(5, 2, 3))
    graph = traced(out.sum() + h.sum() + c.sum(), model=net)
    layers = named(graph, "MkldnnRnnLayerBackward0")
    if not layers:
        pytest.skip("this build of torch has no fused LSTM on CPU")
    assert [node.slots for node in layers] == [7, 7]
    assert {nr for node in layers for _, nr in entering(graph, node)} == {0, 1, 2}


# Roots, fan-out, tying, constants ------------------------------------------------------------------------------------


def test_losses_that_share_a_body_share_its_nodes_and_a_root_may_be_an_inner_node():
    x = leaf(2)
    body = x.exp()
    one, other = body.sum(), body.mean()
    assert len(traced(one, other).nodes) == len(traced(one).nodes) + 1
    graph = traced(body, one)
    assert graph.roots == ((1, 0), (0, 0))


def test_a_square_has_two_edges_to_one_leaf():
    x = leaf(3)
    graph = traced(x * x)
    assert [(e.source, e.slot, e.target, e.input_nr) for e in graph.edges] == [(0, 0, 1, 0), (0, 1, 1, 0)]


def test_tied_weights_are_one_leaf_with_both_names():
    net = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    net[1].weight = net[0].weight
    graph = traced(net(torch.ones(1, 3)).sum(), model=net)
    [tied] = [param for param in graph.params if len(param.names) == 2]
    assert tied.names == ("0.weight", "1.weight")
    assert len([edge for edge in graph.edges if edge.target == tied.node]) == 2


def test_frozen_detached_and_no_grad_parts_leave_none_slots_and_unused_parameters():
    net = nn.ModuleDict({"a": nn.Linear(2, 2), "b": nn.Linear(2, 2), "c": nn.Linear(2, 2), "d": nn.Linear(2, 2)})
    net["b"].requires_grad_(False)
    x = torch.ones(1, 2)
    with torch.no_grad():
        hidden = net["d"](x)
    root = (net["a"](x + hidden) * net["b"](x) * net["c"](x).detach()).sum()
    graph = traced(root, model=net)
    states = {param.names[0][0]: param.state for param in graph.params}
    assert states == {"a": "used", "b": "frozen", "c": "unused", "d": "unused"}
    assert [node.none_slots for node in named(graph, "MulBackward0")] == [(1,), (1,)]


# Double backward -----------------------------------------------------------------------------------------------------


def test_nodes_of_a_gradient_live_in_the_same_graph_and_end_in_the_same_leaf():
    w = leaf()
    y = w**3
    [slope] = torch.autograd.grad(y, w, create_graph=True)
    graph = traced(slope, y, params={"w": w})
    assert len(named(graph, "PowBackward0")) == 2
    assert [node.param for node in graph.nodes if node.kind == "accumulate"] == ["w"]
    check(trace(torch.autograd.grad(slope, w, create_graph=True)[0]))


def test_a_gradient_kept_by_backward_with_create_graph_is_a_copy_node():
    w = leaf()
    (w**3).backward(create_graph=True)
    graph = traced(w.grad, params={"w": w})
    assert (graph.nodes[0].type, graph.nodes[0].kind) == ("CopyBackwards", "copy")
    assert graph.nodes[-1].param == "w"
    w.grad = None  # ends the reference cycle


# Custom functions ----------------------------------------------------------------------------------------------------


class Both(torch.autograd.Function):
    @staticmethod
    def forward(x, y):
        return x * y, x + y

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.note = "a value of the user"

    @staticmethod
    def backward(ctx, gx, gy):
        x, y = ctx.saved_tensors
        return gx * y + gy, gx * x + gy


class Once(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        return g * 2


class CheckpointFunction(Once):
    """A user's class that bears the name of one of torch's own."""


@pytest.mark.reads_saved
def test_a_custom_function_is_of_its_own_kind_with_its_outputs_and_saved_tensors():
    x, y = leaf(2), leaf(2)
    product, total = Both.apply(x, y)
    graph = traced((product * total).sum(), params={"x": x, "y": y})
    [both] = named(graph, "BothBackward")
    assert (both.kind, both.slots, len(both.metas)) == ("custom", 2, 2)
    assert [(kept.name, kept.state, kept.alias) for kept in both.saved] == [
        ("tensors[0]", "held", "x"),
        ("tensors[1]", "held", "y"),
    ]


def test_a_custom_function_keeps_its_kind_and_none_state_after_backward():
    x, y = leaf(2), leaf(2)
    product, _ = Both.apply(x, y)
    product.sum().backward()
    [both] = named(traced(product, params={"x": x}), "BothBackward")
    assert {kept.state for kept in both.saved} == {"freed"}


def test_a_custom_function_named_like_one_of_torch_is_still_custom():
    graph = traced(CheckpointFunction.apply(leaf(2)))
    assert (graph.nodes[0].type, graph.nodes[0].kind) == ("CheckpointFunctionBackward", "custom")
    assert graph.warnings == ()


def test_a_once_differentiable_function_ends_the_graph_of_its_gradient():
    x = leaf(2)
    root = Once.apply(x).sum()
    assert named(traced(root), "OnceBackward")[0].kind == "custom"
    [grad] = torch.autograd.grad(root, x, create_graph=True)
    with pytest.raises(NoGraphError, match="does not require grad"):
        trace(grad)
