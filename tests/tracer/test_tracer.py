"""What `trace` tells: names, parameters, keys, fields, roots."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from torch import nn

from graphtrace.model import Edge, check, common_path
from graphtrace.tracer import cache, trace, trace_live
from graphtrace.tracer.kinds import type_facts
from tests.support.tracing import Tied, example, leaf


@pytest.fixture
def tied():
    torch.manual_seed(0)
    return Tied()


# Names ---------------------------------------------------------------------------------------------------------------


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


def test_nodes_know_the_module_whose_parameters_they_use():
    net = nn.Sequential(nn.Embedding(5, 3), nn.Linear(3, 4))
    graph = trace(net(torch.tensor([1, 2])).sum(), model=net)
    modules = {node.type: node.module for node in graph.nodes}
    assert (modules["AddmmBackward0"], modules["EmbeddingBackward0"]) == ("1", "0")


def test_a_shared_parameter_puts_no_operation_into_either_of_its_modules(tied):
    """Which of them ran the operation cannot be told; a parameter of one module alone still claims its own."""
    graph = trace(tied(torch.tensor([1, 2])), model=tied, params={"again": tied.inner[1].bias})
    modules = {node.type: node.module for node in graph.nodes}
    assert modules["EmbeddingBackward0"] == modules["MmBackward0"] == ""
    assert modules["AddmmBackward0"] == "inner.1"


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
    lowest = min(n._sequence_nr() for n in live.nodes)
    assert [node.seq for node in live.graph.nodes] == [n._sequence_nr() - lowest for n in live.nodes[:-1]] + [None]
    assert live.graph.edges == (Edge(0, 0, 1, 0), Edge(1, 0, 2, 0))
    assert live.graph.nodes[1].none_slots == (1,)
    assert type_facts(type(live.nodes[1])).raw == ("_raw_saved_other", "_raw_saved_self")


def test_a_root_of_a_multi_output_operation_says_which_output_it_is():
    first, second = leaf(2, 3).unbind(0)
    graph = trace([second, first])
    assert graph.roots == ((0, 1), (0, 0))


# Speed of the import -------------------------------------------------------------------------------------------------


def test_import_loads_nothing_heavy_beside_torch():
    code = (
        "import sys, json, torch; before = set(sys.modules); import graphtrace;"
        "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"streamlit", "plotly", "wasmtime", "typst", "graphviz", "numpy"} & set(json.loads(out))


def test_the_same_program_again_shares_its_records_and_another_does_not():
    x = leaf(2, 3)
    first, again = (trace((x * 2).sum(), params={"x": x}, saved=False) for _ in range(2))
    assert again == first
    assert again.nodes is first.nodes
    others = [
        trace((x + 2).sum(), params={"x": x}, saved=False),
        trace((x * 2).sum(), params={"y": x}, saved=False),
        trace((leaf(4, 3) * 2).sum(), saved=False),
        trace((x.double() * 2).sum(), params={"x": x}, saved=False),
    ]
    assert all(other.nodes != first.nodes for other in others)
    assert trace((x * 2).sum(), params={"x": x, "unused": leaf(1)}, saved=False).params[1].state == "unused"


def test_shared_records_come_with_the_nodes_of_their_own_graph():
    x = leaf(2, 3)
    losses = [(x.exp() * x.sin()).sum() for _ in range(2)]
    for loss in losses:
        live = trace_live(loss, saved=False)
        assert live.nodes[0] is loss.grad_fn
        assert [type(node).__name__ for node in live.nodes] == [node.type for node in live.graph.nodes]
        for edge in live.graph.edges:
            assert live.nodes[edge.source].next_functions[edge.slot] == (live.nodes[edge.target], edge.input_nr)


def test_a_shared_graph_tells_anew_what_became_of_its_parameters():
    x, spare = leaf(2, 3), leaf(4)
    named = {"x": x, "spare": spare}
    before = trace((x * 2).sum(), params=named, saved=False)
    spare.requires_grad_(False)
    after = trace((x * 2).sum(), params=named, saved=False)
    other = trace((x * 2).sum(), params={"x": x, "spare": leaf(5)}, saved=False)
    assert [one.state for one in before.params] == ["used", "unused"]
    assert [one.state for one in after.params] == ["used", "frozen"]
    assert other.params[1].meta.shape == (5,)
    assert before.nodes == after.nodes == other.nodes


def test_a_remembered_graph_equals_one_that_is_described_anew():
    x, y = leaf(3, 3), leaf(3, 3)
    programs = (lambda a, b: (a @ b).sum(), lambda a, b: (b @ a).sum(), lambda a, b: (a @ a).sum() + b.sum())
    remembered = [trace(f(x, y), params={"x": x, "y": y}, saved=False) for f in programs for _ in range(2)]
    cache.clear()
    anew = []
    for f in programs:
        cache.clear()
        anew += [trace(f(x, y), params={"x": x, "y": y}, saved=False)] * 2
    assert remembered == anew


def test_a_module_that_contains_itself_is_named_like_any_other():
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    net[0].owner = net
    graph = trace(net(torch.ones(1, 2)).sum(), model=net)
    assert [one.names[0] for one in graph.params] == ["0.weight", "0.bias", "1.weight", "1.bias"]


def test_names_are_those_of_named_parameters_in_their_order():
    shared = nn.Linear(2, 2)
    net = nn.Sequential(shared, nn.ModuleDict({"a": nn.BatchNorm1d(2), "b": shared}), nn.ReLU(), nn.Linear(2, 2))
    given = [name for name, _ in net.named_parameters(remove_duplicate=False)]
    graph = trace(net[3](shared(torch.ones(1, 2))).sum(), model=net)
    assert sorted(name for one in graph.params for name in one.names) == sorted(given)
    assert [one.names[0] for one in graph.params] == [name for name, _ in net.named_parameters()]


def test_an_edge_of_torchs_own_is_a_root_like_its_tensor():
    x = torch.ones(4, requires_grad=True)
    values = [(x * 2).sum(), (x * x).unbind()[2]]
    edges = [torch.autograd.graph.get_gradient_edge(value) for value in values]
    assert trace(edges) == trace(values)
    assert trace(edges[1]).roots == ((0, 2),)
