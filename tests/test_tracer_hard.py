"""Graphs that break tracers (facts of the project, section 6). Each is compared with a walk by hand."""

import threading

import oracle
import pytest
import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.autograd import forward_ad
from torch.autograd.function import once_differentiable
from torch.utils.checkpoint import checkpoint

from graphtrace.errors import NoGraphError
from graphtrace.model import check, dumps, loads
from graphtrace.tracer import trace, trace_live

pytestmark = pytest.mark.filterwarnings("ignore:TF32", "ignore:Using backward", "ignore:.torch.jit")


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


# Several outputs --------------------------------------------------------------------------------------------------


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


# Recurrent nets ---------------------------------------------------------------------------------------------------


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


def check_order(root, net):
    live = trace_live(root, net)
    assert oracle.run_order(live.nodes, root.backward) == list(range(len(live.nodes)))


# Roots, fan-out, tying, constants ---------------------------------------------------------------------------------


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


# Double backward --------------------------------------------------------------------------------------------------


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


# Custom functions -------------------------------------------------------------------------------------------------


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


# Checkpoints ------------------------------------------------------------------------------------------------------


class Counted(nn.Module):
    """Counts how often its forward runs."""

    def __init__(self):
        super().__init__()
        self.inner, self.runs = nn.Linear(3, 3), 0

    def forward(self, x):
        self.runs += 1
        return self.inner(x).exp().sin()


@pytest.mark.parametrize("reentrant", [True, False])
def test_a_trace_never_runs_a_checkpointed_forward_again(reentrant):
    block, x = Counted(), leaf(1, 3)
    root = checkpoint(block, x, use_reentrant=reentrant).sum()
    for _ in range(3):
        trace(root, model=block)
    assert block.runs == 1
    root.backward()
    assert block.runs == 2
    trace(root, model=block)
    assert block.runs == 2
    assert block.inner.weight.grad is not None


def test_a_reentrant_checkpoint_is_one_opaque_node_and_says_so():
    block = Counted()
    graph = traced(checkpoint(block, leaf(1, 3), use_reentrant=True).sum(), model=block)
    assert types(graph) == ["SumBackward0", "CheckpointFunctionBackward", "AccumulateGrad"]
    assert graph.nodes[1].kind == "checkpoint"
    assert {param.state for param in graph.params} == {"unused"}
    assert any("reentrant checkpoint hides its block" in text for text in graph.warnings)


def test_a_non_reentrant_checkpoint_has_its_own_nodes_and_packed_saved_tensors():
    block = Counted()
    graph = traced(checkpoint(block, leaf(1, 3), use_reentrant=False).sum(), model=block)
    kept = [one for node in graph.nodes for one in node.saved]
    assert [node.type for node in graph.nodes if node.kind == "checkpoint"] == [
        "SinBackward0",
        "ExpBackward0",
        "AddmmBackward0",
    ]
    assert {(one.state, one.alias, one.nbytes) for one in kept} == {("packed", "checkpoint", 0)}
    assert graph.held_bytes == 0
    assert {param.state for param in graph.params} == {"used"}
    assert graph.warnings == ()


# torch.compile, DDP, torch.func, forward AD, autocast -------------------------------------------------------------


@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
def test_a_compiled_function_is_traced_with_its_parameters(backend):
    torch._dynamo.reset()
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    compiled = torch.compile(net, backend=backend)
    root = compiled(torch.ones(2, 3)).sum()
    graph = traced(root, model=net)
    assert all(param.state == "used" for param in graph.params)
    kinds = {node.kind for node in graph.nodes}
    assert kinds == ({"op", "accumulate"} if backend == "eager" else {"op", "compiled", "accumulate"})
    check_order(root, net)
    prefixed = trace(compiled(torch.ones(2, 3)).sum(), model=compiled)
    assert all(param.names[0].startswith("_orig_mod.") for param in prefixed.params)


@pytest.fixture
def one_process():
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    yield
    dist.destroy_process_group()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("options", "sinks"), [({}, 0), ({"find_unused_parameters": True}, 1), ({"static_graph": True}, 1)]
)
def test_a_distributed_net_is_traced_with_its_sink(one_process, options, sinks):
    net = nn.parallel.DistributedDataParallel(nn.Linear(3, 2), **options)
    root = net(torch.ones(1, 3)).sum()
    graph = traced(root, model=net)
    assert [node.kind for node in graph.nodes].count("ddp") == len(named(graph, "_DDPSinkBackward")) == sinks
    assert [param.names[0] for param in graph.params] == ["module.weight", "module.bias"]
    assert {param.state for param in graph.params} == {"used"}
    root.backward()
    assert net.module.weight.grad is not None


def test_inside_a_functional_gradient_the_graph_is_separate_and_correct():
    seen = []

    def cube(x):
        y = (x * x * x).sum()
        seen.append(traced(y, by_hand=False))
        return y

    slope = torch.func.grad(cube)(torch.ones(3))
    assert torch.equal(slope, torch.full((3,), 3.0))
    assert types(seen[0]) == ["SumBackward0", "MulBackward0", "MulBackward0", "AccumulateGrad"]


def test_results_of_vmap_have_an_ordinary_graph():
    x = leaf(4, 3)
    graph = traced(torch.func.vmap(lambda row: (row * row).sum())(x).sum(), params={"x": x})
    assert {node.kind for node in graph.nodes} == {"op", "accumulate"}
    assert graph.nodes[-1].param == "x"


def test_forward_mode_leaves_an_ordinary_reverse_graph_and_its_tangent_has_its_own():
    with forward_ad.dual_level():
        x = leaf(3)
        out = forward_ad.make_dual(x, torch.ones(3)).exp()
        graph = traced(out.sum(), params={"x": x})
        tangent = forward_ad.unpack_dual(out).tangent
        assert "ExpBackward0" in types(graph)
        assert {"MulBackward0", "ExpBackward0"} <= set(types(traced(tangent, params={"x": x})))


def test_autocast_shares_one_cast_of_a_weight_and_shows_its_dtype():
    net, x = nn.Linear(3, 3), torch.ones(2, 3)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        root = (net(x) + net(x)).sum()
        inside = traced(root, model=net)
    casts = named(inside, "ToCopyBackward0")
    assert len(casts) == 2  # weight and bias, each cast once for two calls
    assert {cast.metas[0].dtype for cast in casts} == {"bfloat16"}
    assert {param.meta.dtype for param in inside.params} == {"float32"}
    assert traced(root, model=net) == inside


# Kinds of tensor --------------------------------------------------------------------------------------------------


def test_complex_tensors_are_traced_with_their_conjugates():
    z = leaf(3, dtype=torch.complex64)
    graph = traced((torch.view_as_real(z.conj() * z)[..., 0]).sum())
    assert {"ConjBackward0", "ViewAsRealBackward0", "SelectBackward0"} <= set(types(graph))
    assert graph.nodes[-1].metas[0].dtype == "complex64"


def test_a_sparse_embedding_tells_the_dense_shape_of_its_weight():
    net = nn.Embedding(10, 3, sparse=True)
    root = net(torch.tensor([1, 2])).sum()
    graph = traced(root, model=net)
    [weight] = named(graph, "AccumulateGrad")
    assert (weight.param, weight.metas[0].shape) == ("weight", (10, 3))
    root.backward()
    assert net.weight.grad.layout is torch.sparse_coo
    traced(root, model=net)


def test_sparse_leaves_are_named_with_their_layout():
    x = torch.eye(3).to_sparse().requires_grad_()
    graph = traced((x * 2).to_dense().sum(), params={"x": x})
    assert graph.params[0].meta.layout == "sparse_coo"
    assert graph.params[0].state == "used"


@pytest.mark.filterwarnings("ignore")
def test_nested_tensors_have_a_symbolic_size_or_no_shape():
    parts = [torch.ones(2, 3), torch.ones(4, 3)]
    jagged = torch.nested.nested_tensor(parts, layout=torch.jagged, requires_grad=True)
    graph = traced(jagged.sin() * 2, params={"x": jagged})
    shape = graph.nodes[0].metas[0].shape
    assert (shape[0], shape[2]) == (2, 3)
    assert isinstance(shape[1], str)
    assert graph.params[0].meta.layout == "jagged"
    strided = torch.nested.nested_tensor(parts, requires_grad=True)
    graph = traced(strided.sin(), params={"x": strided})
    assert [node.metas[0].shape for node in graph.nodes] == [("nested",), ("nested",)]
    assert graph.nodes[0].metas[0].numel is None


class Sub(torch.Tensor):
    """A subclass as users write them."""


def test_a_tensor_subclass_is_traced_and_named():
    x = torch.ones(3).as_subclass(Sub).requires_grad_()
    root = (x * 2).sum()
    live = trace_live(root, params={"x": x})
    oracle.compare(live.graph, live.nodes, [root])
    assert "AliasBackward0" in types(live.graph)
    assert type(live.nodes[-1].variable) is Sub
    assert live.graph.nodes[-1].param == "x"


def test_empty_scalar_and_integer_indexed_tensors_are_traced():
    x, s = leaf(0, 3), leaf()
    table = leaf(4, 2)
    graph = traced((x.sum() * s + table[torch.tensor([0, 0])].sum()), params={"x": x, "s": s, "table": table})
    assert {node.param: node.metas[0].shape for node in graph.nodes if node.param} == {
        "x": (0, 3),
        "s": (),
        "table": (4, 2),
    }


# In-place, views, hooks -------------------------------------------------------------------------------------------


def test_an_in_place_operation_on_a_slice_is_a_copyslices_node_with_a_warning():
    x = leaf(2, 3)
    base = x.clone()
    base[0].mul_(2)
    graph = traced(base.sum())
    [slices] = [node for node in graph.nodes if node.kind == "copyslices"]
    assert (slices.type, slices.slots, slices.none_slots) == ("CopySlices", 2, (1,))
    assert any("CopySlices" in text for text in graph.warnings)


def test_a_view_taken_before_its_base_changed_is_traced_by_its_new_history():
    base = leaf(3).clone()
    view = base[0]
    base.mul_(2)
    graph = traced(view)
    assert types(graph)[0] == "AsStridedBackward0"
    assert trace(view) == graph


def test_a_history_that_is_written_in_a_circle_is_no_cycle():
    x = leaf(3)
    y = x.clone()
    for _ in range(3):
        y.copy_(y * y + x)
        y[:2].mul_(y[1:].exp())
    graph = traced(y.sum())
    assert len([node for node in graph.nodes if node.kind == "copyslices"]) == 3


def test_tensors_moved_by_saved_tensor_hooks_are_packed_and_never_unpacked():
    x = leaf(3)
    with torch.autograd.graph.save_on_cpu():
        root = (x * x).exp().sum()
    graph = traced(root)
    assert {kept.state for node in graph.nodes for kept in node.saved} == {"packed"}
    assert "checkpoint" not in {node.kind for node in graph.nodes}
    assert "checkpoint" not in {kept.alias for node in graph.nodes for kept in node.saved}
    root.backward()
    assert torch.equal(x.grad, 2 * torch.ones(3).exp())


def test_user_hooks_and_retained_gradients_change_nothing_in_the_graph():
    def build(hooked):
        x = leaf(3)
        y = x.exp()
        if hooked:
            y.retain_grad()
            y.register_hook(lambda grad: grad * 2)
            x.register_post_accumulate_grad_hook(lambda tensor: None)
        return y.sum()

    assert types(traced(build(True))) == types(traced(build(False)))


# Freed graphs, threads --------------------------------------------------------------------------------------------


def test_a_freed_graph_is_traced_with_its_saved_tensors_as_freed():
    x = leaf(3)
    root = F.softplus(x * x).exp().sum()
    before = traced(root)
    root.backward()
    after = traced(root)
    assert [(n.key, n.type, n.slots, n.metas) for n in after.nodes] == [
        (n.key, n.type, n.slots, n.metas) for n in before.nodes
    ]
    assert after.edges == before.edges
    assert {kept.state for node in before.nodes for kept in node.saved} == {"held"}
    assert {kept.state for node in after.nodes for kept in node.saved} == {"freed"}
    assert after.held_bytes == 0
    with pytest.raises(RuntimeError, match="second time"):
        root.backward()


def test_an_optional_tensor_that_was_never_saved_reads_none_not_freed():
    x = torch.randn(2, 3, 4, requires_grad=True)
    root = F.batch_norm(x, None, None, training=True).sum()
    states = {kept.name: kept.state for node in traced(root).nodes for kept in node.saved}
    assert states["input"] == "held"
    assert states["running_mean"] == "none"
    root.backward()
    states = {kept.name: kept.state for node in traced(root).nodes for kept in node.saved}
    assert states["input"] == "freed"


def test_graphs_of_threads_whose_sequence_numbers_collide_are_traced_together():
    shared, parts = leaf(2), []

    def build():
        parts.append((shared * 2).sin().sum())

    for _ in range(3):
        thread = threading.Thread(target=build)
        thread.start()
        thread.join()
    graph = traced(*parts, params={"shared": shared})
    seqs = [node.seq for node in graph.nodes if node.seq is not None]
    assert len(seqs) == 9
    assert len(set(seqs)) == 3
    assert [node.param for node in graph.nodes if node.param] == ["shared"]


def test_one_graph_is_traced_by_many_threads_at_once_alike():
    root = leaf(3)
    for _ in range(200):
        root = (root * root).sin()
    expected, seen = trace(root), []
    threads = [threading.Thread(target=lambda: seen.append(trace(root))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [expected] * 8
