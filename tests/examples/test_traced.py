"""The programs as `trace` sees them: the stated nodes and edges, names, frozen leaves, and the engine's order."""

from collections import Counter

import pytest

from graphtrace import examples
from graphtrace.errors import NoGraphError
from graphtrace.model import check
from graphtrace.tracer import trace, trace_live
from tests.support import oracle

DRAWN = [name for name in examples.names() if examples.get(name).has_graph]


def traced(name):
    built = examples.build(name)
    return trace(built.root, model=built.model, params=built.params)


def plain_type(node):
    return node.name().rpartition("::")[2]


@pytest.mark.parametrize("name", DRAWN)
def test_nodes_edges_and_none_slots_are_those_of_a_walk_by_hand(name):
    built = examples.build(name)
    live = trace_live(built.root, built.model, built.params)
    graph, real = live.graph, live.nodes
    nodes, edges, nothing = oracle.by_breadth([built.root])
    assert len(real) == len(nodes)
    assert set(real) == nodes
    assert [node.type for node in graph.nodes] == [plain_type(node) for node in real]
    found = [(real[e.source], e.slot, real[e.target], e.input_nr) for e in graph.edges]
    assert Counter(found) == edges
    empty = [(real[node.id], slot) for node in graph.nodes for slot in node.none_slots]
    assert Counter(empty) == nothing


@pytest.mark.parametrize("name", DRAWN)
def test_ids_are_the_order_in_which_torch_runs_the_nodes(name):
    built = examples.build(name)
    live, ran = trace_live(built.root, built.model, built.params), []
    for i, node in enumerate(live.nodes):
        node.register_hook(lambda *_, i=i: ran.append(i))
    built.root.backward(built.grad_output)
    assert ran == list(range(len(live.nodes)))


@pytest.mark.parametrize("name", DRAWN)
def test_every_leaf_of_the_graph_bears_its_name(name):
    built = examples.build(name)
    graph = trace(built.root, model=built.model, params=built.params)
    named = dict(built.model.named_parameters()) if built.model is not None else built.params
    leaves = {node.param for node in graph.nodes if node.type == "AccumulateGrad"}
    assert leaves == {key for key, leaf in named.items() if leaf.requires_grad}
    assert {p.names[0]: p.state for p in graph.params} == {
        key: "used" if leaf.requires_grad else "frozen" for key, leaf in named.items()
    }


@pytest.mark.reads_saved
@pytest.mark.parametrize("name", DRAWN)
def test_the_graph_obeys_its_own_laws_and_reports_nothing_unread(name):
    graph = traced(name)
    check(graph)
    assert graph.warnings == ()


@pytest.mark.reads_saved
@pytest.mark.parametrize("name", ["lenet", "mean_square", "two_layer", "logits"])
def test_backward_still_works_and_the_graph_can_be_traced_again_afterwards(name):
    built = examples.build(name)
    before = trace(built.root, model=built.model, params=built.params)
    built.root.backward()
    after = trace(built.root, model=built.model, params=built.params)
    assert [(n.key, n.type) for n in after.nodes] == [(n.key, n.type) for n in before.nodes]
    assert after.edges == before.edges
    assert "held" in {s.state for n in before.nodes for s in n.saved}
    assert "held" not in {s.state for n in after.nodes for s in n.saved}


def test_lenet_has_its_26_nodes():
    census = Counter(node.type for node in traced("lenet").nodes)
    assert census == {
        "AccumulateGrad": 10,
        "ReluBackward0": 4,
        "AddmmBackward0": 3,
        "TBackward0": 3,
        "ConvolutionBackward0": 2,
        "MaxPool2DWithIndicesBackward0": 2,
        "ViewBackward0": 1,
        "MseLossBackward0": 1,
    }
    assert census.total() == 26


def targets(graph, node):
    return {edge.slot: graph.nodes[edge.target] for edge in graph.edges if edge.source == node.id}


def test_lenets_loss_leads_to_fc3_whose_first_edge_is_its_bias():
    graph = traced("lenet")
    assert graph.roots == ((0, 0),)
    addmm = targets(graph, graph.nodes[0])[0]
    assert (addmm.type, addmm.module) == ("AddmmBackward0", "fc3")
    behind = targets(graph, addmm)
    assert (behind[0].type, behind[0].param) == ("AccumulateGrad", "fc3.bias")
    assert [behind[slot].type for slot in (1, 2)] == ["ReluBackward0", "TBackward0"]
    assert targets(graph, behind[2])[0].param == "fc3.weight"


def test_lenets_layers_carry_the_paths_of_their_modules():
    graph = traced("lenet")
    layers = [n.module for n in graph.nodes if n.type in ("AddmmBackward0", "ConvolutionBackward0")]
    assert layers == ["fc3", "fc2", "fc1", "conv2", "conv1"]


@pytest.mark.parametrize(
    ("name", "source", "target"),
    [
        ("mean_square", "MulBackward0", "AddBackward0"),
        ("square", "MulBackward0", "AccumulateGrad"),
        ("double_sum", "AddBackward0", "AccumulateGrad"),
    ],
)
def test_a_value_used_twice_by_one_operation_has_two_parallel_edges(name, source, target):
    graph = traced(name)
    pairs = Counter((e.source, e.target) for e in graph.edges)
    twice = [pair for pair, count in pairs.items() if count == 2]
    assert [(graph.nodes[s].type, graph.nodes[t].type) for s, t in twice] == [(source, target)]
    slots = [(e.slot, e.input_nr) for e in graph.edges if (e.source, e.target) == twice[0]]
    assert slots == [(0, 0), (1, 0)]


def test_both_paths_of_the_fork_end_at_one_leaf():
    graph = traced("fan_out")
    (leaf,) = [node for node in graph.nodes if node.param == "y"]
    into = [graph.nodes[e.source].type for e in graph.edges if e.target == leaf.id]
    assert sorted(into) == ["MulBackward0", "PowBackward0"]


def test_a_fork_in_the_middle_joins_before_the_leaf():
    graph = traced("fan_out_middle")
    into = Counter(edge.target for edge in graph.edges)
    (joint,) = [graph.nodes[target] for target, count in into.items() if count == 2]
    assert joint.type == "MulBackward0"
    assert targets(graph, joint)[0].param == "x"


def test_doubling_is_a_chain_of_nine():
    graph = traced("doubling")
    assert [node.type for node in graph.nodes] == ["MulBackward0"] * 9 + ["AccumulateGrad"]
    assert [(e.source, e.target) for e in graph.edges] == [(i, i + 1) for i in range(9)]
    assert all(node.none_slots == (1,) for node in graph.nodes[:-1])


def test_frozen_layers_show_as_none_slots():
    first, last = traced("freeze_first"), traced("freeze_last")
    (end,) = [node for node in first.nodes if node.type == "AddmmBackward0"]
    assert end.none_slots == (1,)
    through = [node for node in last.nodes if node.type == "AddmmBackward0"]
    assert [node.none_slots for node in through] == [(0, 2), (1,)]


def test_a_1d_sample_shows_the_hidden_squeeze():
    hidden = [node.type for node in traced("logits").nodes if node.type not in ("AccumulateGrad", "AddBackward0")]
    assert hidden == ["BinaryCrossEntropyWithLogitsBackward0", "SqueezeBackward4", "MmBackward0"]


def test_a_net_frozen_wholly_has_no_graph_to_trace():
    with pytest.raises(NoGraphError, match="does not require grad"):
        traced("freeze_all")
