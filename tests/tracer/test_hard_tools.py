"""Graphs that torch's own tools change: checkpoint, compile, DDP, func, forward AD, autocast."""

import pytest
import torch
import torch.distributed as dist
from torch import nn
from torch.autograd import forward_ad
from torch.utils.checkpoint import checkpoint

from graphtrace.tracer import trace
from tests.support.tracing import check_order, leaf, named, traced, types

pytestmark = pytest.mark.filterwarnings("ignore:TF32", "ignore:Using backward", "ignore:.torch.jit")


# Checkpoints ---------------------------------------------------------------------------------------------------------


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


@pytest.mark.reads_saved
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


# torch.compile, DDP, torch.func, forward AD, autocast ----------------------------------------------------------------


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
