"""What `trace` promises: names, errors that say what to do, nothing touched; and a comparison that can fail."""

import gc
import json
import subprocess
import sys
from dataclasses import replace

import oracle
import pytest
import torch
from torch import nn

import graphtrace
from graphtrace.errors import NoGraphError, TraceError
from graphtrace.model import Edge, Graph, Node, Param, Saved, TensorMeta, check
from graphtrace.tracer import guard, trace, trace_live
from graphtrace.tracer.kinds import type_facts
from graphtrace.tracer.names import common_path
from graphtrace.tracer.walk import paused_gc


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


@pytest.fixture
def tied():
    torch.manual_seed(0)
    return Tied()


def leaf(*shape):
    return torch.ones(shape, requires_grad=True)


# The comparison can fail ------------------------------------------------------------------------------------------


def example():
    x, y = leaf(3), leaf(3)
    first, second = torch.stack([x * y * 2, y]).unbind(0)
    return [(first * first + second).sum()]


def drop_edge(graph):
    return replace(graph, edges=graph.edges[:-1])


def swap_slots(graph):
    at, found = next((i, e) for i, e in enumerate(graph.edges) if e.slot == 0 and graph.nodes[e.source].slots > 1)
    swapped = replace(found, slot=1)
    return replace(graph, edges=(*graph.edges[:at], swapped, *graph.edges[at + 1 :]))


def change_input_nr(graph):
    at = next(i for i, e in enumerate(graph.edges) if e.input_nr)
    return replace(graph, edges=(*graph.edges[:at], replace(graph.edges[at], input_nr=0), *graph.edges[at + 1 :]))


def drop_none_slot(graph):
    return replace(graph, nodes=tuple(replace(node, none_slots=()) for node in graph.nodes))


def merge_parallel_edges(graph):
    pairs = {(e.source, e.target): e for e in graph.edges}
    return replace(graph, edges=tuple(pairs.values()))


def rename_type(graph):
    return replace(graph, nodes=(replace(graph.nodes[0], type="MulBackward0"), *graph.nodes[1:]))


def forget_node(graph):
    return replace(graph, nodes=graph.nodes[:-1])


def move_root(graph):
    return replace(graph, roots=((1, 0),))


DAMAGES = [
    (drop_edge, "edges"),
    (swap_slots, "edges"),
    (change_input_nr, "edges"),
    (merge_parallel_edges, "edges"),
    (drop_none_slot, "None slots"),
    (rename_type, "types"),
    (forget_node, "number of nodes"),
    (move_root, "roots"),
]


@pytest.mark.parametrize("by_hand", [oracle.by_breadth, oracle.by_depth])
@pytest.mark.parametrize(("damage", "noticed"), DAMAGES)
def test_the_comparison_with_a_walk_by_hand_notices(damage, noticed, by_hand):
    roots = example()
    live = trace_live(roots)
    oracle.compare(live.graph, live.nodes, roots, by_hand)
    damaged = damage(live.graph)
    assert damaged != live.graph
    with pytest.raises(AssertionError, match=noticed):
        oracle.compare(damaged, live.nodes, roots, by_hand)


def test_the_comparison_of_shapes_notices_another_shape_or_dtype():
    roots = example()
    live = trace_live(roots)
    for meta in (replace(live.graph.nodes[1].metas[0], shape=(4,)), replace(live.graph.nodes[1].metas[0], dtype="int")):
        nodes = (live.graph.nodes[0], replace(live.graph.nodes[1], metas=(meta,)), *live.graph.nodes[2:])
        with pytest.raises(AssertionError, match="Add"):
            oracle.compare_metas(replace(live.graph, nodes=nodes), live.nodes)


@pytest.mark.parametrize("damage", [drop_edge, swap_slots, drop_none_slot, forget_node])
def test_a_damaged_graph_breaks_a_law(damage):
    with pytest.raises(TraceError, match="graph is inconsistent"):
        check(damage(trace(example())))


@pytest.mark.parametrize(
    "disturb",
    [
        lambda x, y: x.grad.add_(1),
        lambda x, y: setattr(x, "grad", None),
        lambda x, y: y.add_(1),
        lambda x, y: torch.rand(1),
        lambda x, y: x.register_hook(lambda grad: None),
        lambda x, y: y.retain_grad(),
        lambda x, y: x * 2,
        lambda x, y: y.grad_fn.metadata.update(seen=True),
        lambda x, y: gc.disable(),
    ],
)
def test_the_snapshot_notices_a_disturbance(disturb):
    x = leaf(2)
    x.grad = torch.ones(2)
    y = x.exp() * 1
    before = oracle.snapshot([x, y], [y.grad_fn])
    assert oracle.snapshot([x, y], [y.grad_fn]) == before
    disturb(x, y)
    after = oracle.snapshot([x, y], [y.grad_fn])
    gc.enable()
    assert after != before


# Nothing is touched -----------------------------------------------------------------------------------------------


def test_a_trace_leaves_every_state_as_it_was_with_hooks_grads_and_retained_grads(tied):
    loss = tied(torch.tensor([1, 2]))
    loss.backward(retain_graph=True)
    hooked = next(tied.parameters())
    hooked.register_hook(lambda grad: grad)
    loss.retain_grad()
    everything = [*tied.parameters(), *tied.buffers(), loss]
    nodes = list(oracle.by_breadth([loss])[0])
    before = oracle.snapshot(everything, nodes)
    with torch.no_grad():
        outside = oracle.snapshot(everything, nodes)
        trace(loss, model=tied)
        assert oracle.snapshot(everything, nodes) == outside
    trace(loss, model=tied)
    assert oracle.snapshot(everything, nodes) == before


def test_hooks_of_the_user_do_not_run_during_a_trace():
    calls = []
    x = leaf(2)
    x.register_hook(calls.append)
    with torch.autograd.graph.saved_tensors_hooks(
        lambda t: (calls.append("pack"), t)[1], lambda t: calls.append("unpack")
    ):
        y = (x * x).exp().sum()
    y.grad_fn.register_hook(lambda *_: calls.append("post"))
    y.grad_fn.register_prehook(lambda *_: calls.append("pre"))
    packed = calls.count("pack")
    trace(y)
    assert calls == ["pack"] * packed
    assert packed == 3


def test_backward_after_a_trace_gives_the_gradients_of_an_untraced_run_bit_for_bit(tied):
    ids = torch.tensor([1, 2])
    tied(ids).backward()
    untraced = oracle.take_grads(tied.parameters())
    loss = tied(ids)
    trace(loss, model=tied)
    trace(loss)
    loss.backward()
    assert [*map(oracle.same_bits, oracle.take_grads(tied.parameters()), untraced)] == [True] * len(untraced)


def test_the_collector_is_as_it_was_even_if_the_walk_fails():
    assert gc.isenabled()
    with pytest.raises(KeyError), paused_gc():
        raise KeyError(gc.isenabled())
    assert gc.isenabled()
    gc.disable()
    try:
        trace(example())
        assert not gc.isenabled()
    finally:
        gc.enable()


def reachable(start):
    """Types of all objects that are reachable from here, classes and modules aside."""
    queue, seen = [start], {id(start)}
    for owner in queue:
        for held in gc.get_referents(owner):
            if id(held) not in seen and not isinstance(held, type):
                seen.add(id(held))
                queue.append(held)
    return {type(one) for one in queue}


def test_the_graph_reaches_no_tensor_and_no_torch_node(tied):
    live = trace_live(tied(torch.tensor([1])), model=tied)
    kept = {Graph, Node, Edge, Param, Saved, TensorMeta, tuple, str, int, type(None)}
    assert reachable(live.graph) == kept
    assert not reachable(live) <= kept  # the live one does


# Names ------------------------------------------------------------------------------------------------------------


def test_a_shared_parameter_is_one_leaf_with_all_its_names(tied):
    graph = trace(tied(torch.tensor([1])), model=tied)
    [shared] = [param for param in graph.params if len(param.names) > 1]
    assert shared.names == ("inner.0.weight", "out.weight")
    assert shared.state == "used"
    assert graph.nodes[shared.node].param == graph.nodes[shared.node].key == "inner.0.weight"
    assert sum(edge.target == shared.node for edge in graph.edges) == 2


def test_every_parameter_is_listed_as_used_frozen_or_unused(tied):
    graph = trace(tied(torch.tensor([1])), model=tied)
    assert {param.names[0]: (param.state, param.node is not None) for param in graph.params} == {
        "inner.0.weight": ("used", True),
        "inner.1.weight": ("used", True),
        "inner.1.bias": ("used", True),
        "unused.weight": ("unused", False),
        "unused.bias": ("unused", False),
        "frozen.weight": ("frozen", False),
        "frozen.bias": ("frozen", False),
    }
    assert [param.meta.shape for param in graph.params] == [tuple(p.shape) for p in tied.parameters()]


def test_every_shared_submodule_gives_its_parameters_all_their_paths():
    layer = nn.Linear(2, 2)
    net = nn.Sequential(layer, nn.Tanh(), layer)
    graph = trace(net(torch.ones(1, 2)).sum(), model=net)
    assert [param.names for param in graph.params] == [("0.weight", "2.weight"), ("0.bias", "2.bias")]


def test_params_name_leaves_that_no_module_owns():
    w, b = leaf(2, 2), leaf(2)
    graph = trace((torch.ones(2) @ w + b).sum(), params={"w": w, "b": b, "w again": w})
    assert {node.param for node in graph.nodes if node.kind == "accumulate"} == {"w", "b"}
    assert [(param.names, param.state) for param in graph.params] == [(("w", "w again"), "used"), (("b",), "used")]


def test_model_and_params_name_together():
    net, x = nn.Linear(2, 1), leaf(1, 2)
    graph = trace(net(x).sum(), model=net, params={"x": x})
    assert {node.param for node in graph.nodes if node.param} == {"weight", "bias", "x"}


def test_keys_are_unique_and_the_same_in_every_iteration(tied):
    graphs = [trace(tied(torch.tensor([1, 2])), model=tied) for _ in range(3)]
    keys = [[node.key for node in graph.nodes] for graph in graphs]
    assert keys[0] == keys[1] == keys[2]
    assert len(set(keys[0])) == len(keys[0])


def test_a_parameter_named_like_a_key_leaves_the_keys_unique():
    x, y = leaf(2), leaf(2)
    graph = trace((x * y * 2).sum(), params={"Mul:0": x, "Sum:0": y})
    check(graph)
    assert {node.param for node in graph.nodes if node.param} == {"Mul:0", "Sum:0"}


def test_nodes_know_the_module_whose_parameters_they_use(tied):
    graph = trace(tied(torch.tensor([1, 2])), model=tied)
    modules = {node.type: node.module for node in graph.nodes}
    assert modules["AddmmBackward0"] == "inner.1"
    assert modules["EmbeddingBackward0"] == "inner.0"


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [("a.b.c", "a.b.d", "a.b"), ("a", "a", "a"), ("ab", "a", ""), ("a.b", "a", "a"), ("", "a", "")],
)
def test_the_common_path_of_two_modules_is_whole_names(one, other, common):
    assert common_path(one, other) == common


def test_saved_false_reads_no_saved_tensor_and_tells_the_same_graph_else():
    roots = example()
    with_saved, without = trace(roots), trace(roots, saved=False)
    assert any(node.saved for node in with_saved.nodes)
    assert not any(node.saved for node in without.nodes)
    assert without.held_bytes == 0
    assert [replace(node, saved=()) for node in with_saved.nodes] == list(without.nodes)
    assert without.edges == with_saved.edges


def test_fields_are_those_of_torch():
    x = leaf(2, 3)
    live = trace_live((x * 2).sum())
    assert live.graph.torch == torch.__version__
    assert [node.seq for node in live.graph.nodes] == [n._sequence_nr() for n in live.nodes[:-1]] + [None]
    assert live.graph.edges == (Edge(0, 0, 1, 0), Edge(1, 0, 2, 0))
    assert live.graph.nodes[1].none_slots == (1,)
    assert type_facts(type(live.nodes[1])).raw == ("_raw_saved_other", "_raw_saved_self")


def test_a_root_of_a_multi_output_operation_says_which_output_it_is():
    first, second = leaf(2, 3).unbind(0)
    graph = trace([second, first])
    assert graph.roots == ((0, 1), (0, 0))


# Errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "error", "text"),
    [
        (lambda: None, TraceError, r"root is not a tensor: None \(pass the loss itself"),
        (lambda: 0.25, TraceError, r"root is not a tensor: 0.25 \(pass the loss itself, not its .item\(\)"),
        (lambda: {"loss": leaf(1) * 2}, TraceError, r"root is not a tensor: \{'loss'"),
        (lambda: (one for one in [leaf(1) * 2]), TraceError, "root is not a tensor: <generator"),
        (list, TraceError, r"no root to trace: \[\] \(pass at least one tensor"),
        (tuple, TraceError, r"no root to trace: \(\)"),
        (lambda: [leaf(1) * 2, 3], TraceError, r"root 1 is not a tensor: 3 \(pass tensors"),
        (
            lambda: leaf(2, 3),
            NoGraphError,
            r"root is a leaf: tensor of shape \[2, 3\] was made by no operation \(trace",
        ),
        (lambda: [leaf(1) * 2, leaf(1)], NoGraphError, "root is a leaf"),
        (lambda: torch.ones(4), NoGraphError, r"does not require grad: tensor of shape \[4\].* \(set requires_grad"),
        (lambda: (leaf(1) * 2).detach(), NoGraphError, "does not require grad.*detach"),
        (lambda: torch.ones(2, dtype=torch.long), NoGraphError, "does not require grad"),
    ],
)
def test_a_root_without_a_graph_is_refused_with_what_to_do(root, error, text):
    with pytest.raises(error, match=text):
        trace(root())


def test_a_root_made_under_no_grad_or_inference_mode_is_refused():
    x = leaf(2)
    with torch.no_grad(), pytest.raises(NoGraphError, match=r"outside torch\.no_grad"):
        trace(x * 2)
    with torch.inference_mode(), pytest.raises(NoGraphError, match="does not require grad"):
        trace(x * 2)


def test_a_view_that_lost_its_graph_is_refused_in_torchs_own_words():
    base = leaf(2, 3).clone()
    view = base.unbind(0)[1]
    base.mul_(2)
    with pytest.raises(NoGraphError, match=r"root has lost its graph: .*view and its base.* \(change the base"):
        trace(view)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"model": "net"}, r"model is not a torch.nn.Module: 'net' \(pass params="),
        ({"params": 3}, r"params is not a mapping: 3 \(pass a dict"),
        ({"params": {"w": 1.5}}, "params holds something else than a named tensor: 'w': 1.5"),
        ({"params": {0: torch.ones(1)}}, "params holds something else than a named tensor: 0: tensor"),
    ],
)
def test_names_that_are_none_are_refused(options, text):
    with pytest.raises(TraceError, match=text):
        trace(leaf(1) * 2, **options)


def test_every_error_of_a_trace_is_a_value_error_of_one_base():
    assert graphtrace.TraceError is TraceError
    assert issubclass(NoGraphError, TraceError)
    assert issubclass(TraceError, ValueError)


# An interrupted walk ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", ["in_execution_order", "walk"])
def test_a_walk_that_is_interrupted_leaves_its_nodes_guarded(monkeypatch, broken):
    from graphtrace import tracer

    guard.sweep()
    kept = sum(map(len, guard._held))
    loss = leaf(2)
    for _ in range(50):
        loss = loss.exp()
    real = getattr(tracer, broken)

    def interrupted(*args):
        real(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(tracer, broken, interrupted)
    with pytest.raises(KeyboardInterrupt):
        trace(loss)
    gc.collect(0)
    assert sum(map(len, guard._held)) == kept + 51
    del loss
    gc.collect()
    assert sum(map(len, guard._held)) == kept


# Speed of the import ----------------------------------------------------------------------------------------------


def test_import_loads_nothing_heavy_beside_torch():
    code = (
        "import sys, json, torch; before = set(sys.modules); import graphtrace;"
        "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"streamlit", "plotly", "wasmtime", "typst", "graphviz", "numpy"} & set(json.loads(out))
