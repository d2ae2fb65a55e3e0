"""A trace touches nothing; and the comparisons of these tests can fail."""

import gc
from dataclasses import replace

import pytest
import torch

from graphtrace.errors import TraceError
from graphtrace.model import Edge, Graph, Node, Param, Saved, TensorMeta, check, paused_gc
from graphtrace.tracer import trace, trace_live
from tests.support import oracle
from tests.support.tracing import Tied, example, leaf


@pytest.fixture
def tied():
    torch.manual_seed(0)
    return Tied()


# The comparison can fail ---------------------------------------------------------------------------------------------


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


# Nothing is touched --------------------------------------------------------------------------------------------------


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
